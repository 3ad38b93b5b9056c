"""What tells the alarm engine until when a qualification or a calibration counts, whenever that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from app.actions.alarm_inbox import readings_arrived
from app.actions.alarm_record import ms_of
from app.actions.shipper_state import UNDER_WAY
from app.actions.world import Row
from app.alarms.ends import MINUTE_MS, NEVER, UNKNOWN, last_day
from app.alarms.plan import Plan
from app.alarms.sample import Sample
from app.custody.bag import Shipment
from app.temperature.journey import hold_of

QUALIFICATION: Final = "qualification"
HOLD: Final = "hold"
CALIBRATION_END: Final = "calibration_end/"


def qualified_until(tenant: str, subject: str, day: str | None, now: datetime) -> Row:
    """Return the row that says until which day a dewar or a shipper is qualified; None: nobody knows."""
    return readings_arrived(tenant, subject, QUALIFICATION, [Sample(ms_of(now), last_day(day))])


def holds_until(tenant: str, shipper: str, journeys: Iterable[Mapping[str, Any]], now: datetime) -> Row:
    """Return the row that says until when a shipper holds the cold for the bags in it, from its journeys."""
    ends = [_held(one) for one in journeys if one["state"] in UNDER_WAY and Shipment.from_doc(one).awaited]
    return readings_arrived(tenant, shipper, HOLD, [Sample(ms_of(now), min(ends, default=NEVER))])


def _held(journey: Mapping[str, Any]) -> int:
    found = hold_of(journey)
    return UNKNOWN if found is None else ms_of(found.hold_until) // MINUTE_MS


def calibrated_until(tenant: str, dewar: str, probe: str, day: str | None, now: datetime) -> Row:
    """Return the row that says until which day a probe, by its code, is calibrated; None: nobody knows."""
    return readings_arrived(tenant, dewar, f"{CALIBRATION_END}{probe}", [Sample(ms_of(now), last_day(day))])


def standing_ends(  # noqa: PLR0913, PLR0917  # whose ends, and all that is known of them
    tenant: str,
    owner: Mapping[str, Any],
    probes: Iterable[Mapping[str, Any]],
    journeys: Iterable[Mapping[str, Any]],
    plan: Plan,
    now: datetime,
) -> tuple[Row, ...]:
    """Return a row for every end that a plan watches: a rule that begins to watch must hear what was known before."""
    watched = {rule.source for rule in plan.rules}
    rows = [
        qualified_until(tenant, str(owner["id"]), owner.get("qualified_until"), now),
        holds_until(tenant, str(owner["id"]), journeys, now),
    ]
    rows += [
        calibrated_until(tenant, str(owner["id"]), str(one["code"]), one.get("calibration_due"), now) for one in probes
    ]
    return tuple(row for row in rows if row.values["source"] in watched)
