"""Until when a shipper holds the cold on one journey: by its charge and by how it stood, and unknown is never fine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.temperature.journey import best_case, hold_of, hold_view

CHARGED = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def shipment(*stances: tuple[int, str], **more: Any) -> dict[str, Any]:
    cold = {"qualified_s": 10 * 86_400, "rates": {}, "requalified": True, "charged_at": CHARGED.isoformat()}
    return {
        "state": "in_transit",
        "charged_at": (CHARGED + timedelta(hours=6)).isoformat(),
        "stances": [{"since": (CHARGED + timedelta(hours=at)).isoformat(), "orientation": how} for at, how in stances],
        "cold": {**cold, **more.pop("cold", {})},
        **more,
    }


@pytest.mark.parametrize(
    ("stances", "days"),
    [
        ((), 10.0),
        (((12, "upright"),), 10.0),
        (((24, "lying"),), 1 + 9 / 5),
        (((24, "unknown"),), 1 + 9 / 5),
        (((24, "as the wind blows"),), 1 + 9 / 5),
        (((24, "lying"), (48, "upright")), 2 + 4),
    ],
)
def test_it_holds_for_as_long_as_it_stood(stances: tuple[tuple[int, str], ...], days: float) -> None:
    found = hold_of(shipment(*stances))
    assert found is not None
    assert found.hold_until == CHARGED + days * DAY
    assert best_case(shipment(*stances)) == CHARGED + 10 * DAY


def test_the_earlier_charge_counts_and_a_pharmacist_s_rates_before_ours() -> None:
    later = shipment((0, "lying"), charged_at=(CHARGED - DAY).isoformat(), cold={"rates": {"lying": 2}})
    found = hold_of(later)
    assert found is not None
    assert (found.charged_at, found.hold_until) == (CHARGED - DAY, CHARGED + 4.5 * DAY)


def test_one_that_is_found_lying_lay_since_it_was_last_seen() -> None:
    seen = shipment((6, "upright"), (30, "upright"))
    found = hold_of(seen, tilted_at=CHARGED + 2 * DAY)
    assert found is not None
    assert found.hold_until == CHARGED + timedelta(hours=30) + (10 * DAY - timedelta(hours=30)) / 5
    never = hold_of(shipment(), tilted_at=CHARGED + 2 * DAY)
    assert never is not None
    assert never.hold_until == CHARGED + 2 * DAY


NEVER_CHARGED = shipment(charged_at=None, cold={"charged_at": None})


@pytest.mark.parametrize("unknown", [{}, {"cold": None, "charged_at": CHARGED.isoformat()}, NEVER_CHARGED])
def test_without_a_charge_or_a_registered_shipper_nobody_knows(unknown: dict[str, Any]) -> None:
    assert hold_of(unknown) is None
    assert best_case(unknown) is None
    told = hold_view(unknown, CHARGED)
    assert (told["state"], told["hold_until"], told["estimated"]) == ("unknown", None, None)
    assert told["warn"] is bool(unknown.get("cold"))


@pytest.mark.parametrize(
    ("days", "told_then"), [(4.9, ("cold", False)), (5, ("half", True)), (9.9, ("half", True)), (10, ("over", True))]
)
def test_it_warns_from_half_of_its_hold_on_until_it_has_arrived(days: float, told_then: tuple[str, bool]) -> None:
    now = CHARGED + days * DAY
    told = hold_view(shipment(), now)
    assert (told["state"], told["warn"]) == told_then
    assert (told["estimated"], told["requalified"]) == (False, True)
    assert told["hold_until"] == "2026-12-11T06:00:00.000Z"
    assert hold_view(shipment(state="received"), now)["warn"] is False
    assert hold_view(shipment((24, "lying")), now)["estimated"] is True
