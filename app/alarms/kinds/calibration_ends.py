"""The calibration of a probe ends soon or has ended; its source is ``calibration_end/<probe>``."""

from __future__ import annotations

from app.alarms.ends import ends
from app.kit.texts import Text

CALIBRATION_ENDS = ends("calibration_ends", Text("fin d’étalonnage", "calibration ends"), "calibration_end/")
