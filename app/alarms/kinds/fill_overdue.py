"""The filling that is due has not been recorded."""

from __future__ import annotations

from app.alarms.terms import term
from app.kit.texts import Text

FILL_OVERDUE = term("fill_overdue", Text("remplissage en retard", "fill overdue"), "fills")
