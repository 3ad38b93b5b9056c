"""What the alarm engine is told of a shipper's hold: until when it lasts for the bags that are awaited in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.actions.alarm_ends import holds_until
from app.alarms.ends import MINUTE_MS, NEVER, UNKNOWN
from app.custody.bag import Shipment

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
NOON_MINUTE = int(NOON.timestamp() * 1000) // MINUTE_MS
DAY = 1440
COLD = {"shipper": "S", "qualified_s": 10 * DAY * 60, "rates": None, "requalified": True, "qualified_until": None}


def journey(**more: Any) -> dict[str, Any]:
    sites = {"from_site": "A", "to_site": "B", "carrier_site": "C", "manufacturer": "", "waybill": None}
    told = {"state": "in_transit", "bags": ["1"], "received": [], "charged_at": "2026-12-01T12:00:00.000Z", **more}
    cold = {**COLD, "charged_at": None, "charge_g": None}
    return Shipment(id="J", shipper="S", seals=[], logger=None, cold=cold, **sites, **told).to_doc()


@pytest.mark.parametrize(
    ("journeys", "value"),
    [
        ([], NEVER),
        ([journey()], NOON_MINUTE + 10 * DAY),
        ([journey(), journey(state="received", charged_at="2026-11-01T12:00:00.000Z")], NOON_MINUTE + 10 * DAY),
        ([journey(received=["1"])], NEVER),
        ([journey(missing=["1"])], NEVER),
        ([journey(bags=[])], NEVER),
        ([journey(charged_at=None)], UNKNOWN),
        ([journey(stances=[{"since": "2026-12-01T12:00:00.000Z", "orientation": "lying"}])], NOON_MINUTE + 2 * DAY),
    ],
    ids=["none", "under way", "an older one", "arrived", "lost", "empty", "charge unknown", "lying"],
)
def test_a_hold_ends_for_bags_that_are_awaited(journeys: list[dict[str, Any]], value: int) -> None:
    row = holds_until("chu", "S", journeys, NOON).values

    assert (row["tenant"], row["dewar"], row["source"]) == ("chu", "S", "hold")
    assert json.loads(row["samples"]) == [[NOON_MINUTE * MINUTE_MS, value]]
