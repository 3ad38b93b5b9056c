"""A probe whose calibration has run out; its source is ``calibration/<probe>``."""

from __future__ import annotations

from app.alarms.terms import term
from app.kit.texts import Text

CALIBRATION_OVERDUE = term("calibration_overdue", Text("étalonnage en retard", "calibration overdue"), "calibration/")
