"""What tells the alarm engine until when a qualification or a calibration counts, whenever that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from app.actions.alarm_inbox import readings_arrived
from app.actions.alarm_record import ms_of
from app.actions.world import Row
from app.alarms.ends import last_day
from app.alarms.plan import Plan
from app.alarms.sample import Sample

QUALIFICATION: Final = "qualification"
CALIBRATION_END: Final = "calibration_end/"


def qualified_until(tenant: str, subject: str, day: str | None, now: datetime) -> Row:
    """Return the row that says until which day a dewar or a shipper is qualified; None: nobody knows."""
    return readings_arrived(tenant, subject, QUALIFICATION, [Sample(ms_of(now), last_day(day))])


def calibrated_until(tenant: str, dewar: str, probe: str, day: str | None, now: datetime) -> Row:
    """Return the row that says until which day a probe, by its code, is calibrated; None: nobody knows."""
    return readings_arrived(tenant, dewar, f"{CALIBRATION_END}{probe}", [Sample(ms_of(now), last_day(day))])


def standing_ends(
    tenant: str, owner: Mapping[str, Any], probes: Iterable[Mapping[str, Any]], plan: Plan, now: datetime
) -> tuple[Row, ...]:
    """Return a row for every end that a plan watches: a rule that begins to watch must hear what was known before."""
    watched = {rule.source for rule in plan.rules}
    rows = [qualified_until(tenant, str(owner["id"]), owner.get("qualified_until"), now)]
    rows += [
        calibrated_until(tenant, str(owner["id"]), str(one["code"]), one.get("calibration_due"), now) for one in probes
    ]
    return tuple(row for row in rows if row.values["source"] in watched)
