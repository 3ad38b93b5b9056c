"""The kinds of alarm rules, one line each."""

from __future__ import annotations

from app.alarms.kind import Kind
from app.alarms.kinds.calibration_ends import CALIBRATION_ENDS
from app.alarms.kinds.calibration_overdue import CALIBRATION_OVERDUE
from app.alarms.kinds.controller_off import CONTROLLER_OFF
from app.alarms.kinds.fill_overdue import FILL_OVERDUE
from app.alarms.kinds.flat import FLAT
from app.alarms.kinds.high import HIGH
from app.alarms.kinds.hold_ends import HOLD_ENDS
from app.alarms.kinds.level import LEVEL
from app.alarms.kinds.low import LOW
from app.alarms.kinds.qualification_ends import QUALIFICATION_ENDS
from app.alarms.kinds.rate import RATE
from app.alarms.kinds.silent import SILENT
from app.alarms.kinds.test_overdue import TEST_OVERDUE
from app.kit.registry import Registry

KINDS: Registry[Kind] = Registry(
    "alarm rule kind",
    (
        HIGH,
        LOW,
        SILENT,
        FLAT,
        LEVEL,
        RATE,
        FILL_OVERDUE,
        CONTROLLER_OFF,
        TEST_OVERDUE,
        CALIBRATION_OVERDUE,
        CALIBRATION_ENDS,
        QUALIFICATION_ENDS,
        HOLD_ENDS,
    ),
)
