"""A shipper that bags travel in holds the cold for so long yet, or no more, or nobody knows for how long."""

from __future__ import annotations

from app.alarms.ends import ends_within_a_day
from app.kit.texts import Text

HOLD_ENDS = ends_within_a_day("hold_ends", Text("fin de l’autonomie du conteneur", "shipper's hold ends"), "hold")
