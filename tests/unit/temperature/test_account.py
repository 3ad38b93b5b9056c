"""A bag's account of its time out of the cold, from scans, from statements and from probes."""

from __future__ import annotations

from typing import Any

from app.kit.clock import rfc3339
from app.temperature.account import Told, account_view, exposure_of, exposure_sum
from app.temperature.reading import instant
from tests.unit.temperature.curves import at


def when(minute: float) -> str:
    return rfc3339(instant(at(minute)))


def told(step: str, minute: float, *, taken: bool = True, **details: Any) -> Told:
    return Told(step, taken, when(minute), details)


def share(*excursions: tuple[str, float | None, float, float | None], **stay: Any) -> dict[str, Any]:
    return {
        **stay,
        "probes": [
            {
                "excursions": [
                    {
                        "side": side,
                        "since": None if since is None else when(since),
                        "start": when(start),
                        "end": None if end is None else when(end),
                    }
                    for side, since, start, end in excursions
                ]
            }
        ],
    }


def account(*events: Told, shares: tuple[dict[str, Any], ...] = (), limit_s: int | None = None) -> dict[str, Any]:
    return account_view(exposure_of(events, shares, now_ms=at(100), limit_s=limit_s))


def test_from_leaving_its_position_until_it_is_back_a_bag_is_exposed() -> None:
    found = account(
        told("stored", 0, exposure_s=30),
        told("retrieved", 10),
        told("retrieved", 11, taken=False),
        told("observed", 12),
        told("stored", 14, exposure_s=60),
        told("thaw_started", 20),
        limit_s=200,
    )
    assert found["by_cause_s"] == {"retrieved": 240, "stored": 30}
    assert (found["total_s"], found["limit_s"], found["left_s"], found["open"]) == (270, 200, -70, False)
    assert [one["source"] for one in found["intervals"]] == ["stated", "scan", "stated"]


def test_what_lasts_is_counted_up_to_now_and_has_no_end() -> None:
    found = account(told("retrieved", 90))
    assert (found["total_s"], found["open"], found["intervals"][0]["seconds"]) == (600, True, None)
    assert exposure_sum(exposure_of([told("retrieved", 90)], (), now_ms=at(100), limit_s=None)) == {
        "total_s": 600,
        "limit_s": None,
        "left_s": None,
        "open": True,
    }


def test_a_probe_exposes_a_bag_within_its_own_stay_only() -> None:
    stay = {"stored_at": when(5), "left_at": when(8)}
    found = account(shares=(share(("above", 0, 1, 20), ("below", 0, 1, 2), **stay),))
    assert (found["total_s"], found["intervals"][0]["cause"], found["intervals"][0]["source"]) == (
        180,
        "excursion",
        "probe",
    )
    assert account(shares=(share(("above", None, 6, None), **stay),))["total_s"] == 120
    assert account(shares=(share(("above", 90, 91, None), stored_at=when(5), left_at=None),))["open"]
    assert account(shares=(share(("above", 10, 11, 12)),))["total_s"] == 120


def test_what_was_stated_as_nothing_or_as_no_number_adds_nothing() -> None:
    assert (
        account(told("stored", 1, exposure_s=0), told("stored", 2, exposure_s="?"), told("stored", 3))["total_s"] == 0
    )
