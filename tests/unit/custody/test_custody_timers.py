from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.custody.labels import group_names, instant_name, joined, role_names
from app.custody.profile import TimerRule
from app.custody.timers import out_too_long, overdue, timers
from app.kit.clock import rfc3339
from app.kit.texts import Text
from tests.unit.custody.scenes import KYMRIAH, NOW, YESCARTA, product

FROM_THE_FREEZER = TimerRule("retrieved", "infusion_ended", 120, "H", "label")
KNOWN_BY_TRADE = TimerRule("thaw_ended", "infusion_ended", 10, "K", "trade")


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def marked(**minutes: int):
    return product("thawed", marks={step: rfc3339(at(told)) for step, told in minutes.items()})


@pytest.mark.parametrize(
    ("marks", "now", "state", "remaining"),
    [
        ({}, 0, "waiting", None),
        ({"thaw_ended": 0}, 10, "running", 1200),
        ({"thaw_ended": 0}, 30, "running", 0),
        ({"thaw_ended": 0}, 31, "overdue", -60),
        ({"thaw_ended": 0, "infusion_ended": 30}, 99, "met", 0),
        ({"thaw_ended": 0, "infusion_ended": 31}, 99, "broken", -60),
    ],
)
def test_a_clock_runs_from_its_anchor_to_its_end(
    marks: dict[str, int], now: int, state: str, remaining: int | None
) -> None:
    (timer,) = timers(marked(**marks), KYMRIAH, at(now))
    assert (timer.state, timer.remaining_seconds) == (state, remaining)
    assert timer.due_at == (at(30) if marks else None)
    assert timer.started_at == (at(0) if marks else None)


def test_every_clock_of_a_product_has_its_own_anchor() -> None:
    read = timers(marked(thaw_ended=0, infusion_started=20), YESCARTA, at(40))
    assert [(one.rule.starts, one.state) for one in read] == [
        ("thaw_ended", "running"),
        ("thaw_ended", "met"),
        ("infusion_started", "running"),
    ]


@pytest.mark.parametrize("step", ["thaw_started", "issued", "infusion_started", "infusion_ended"])
def test_a_clock_that_ran_out_stops_what_leads_to_its_end(step: str) -> None:
    assert overdue(marked(thaw_ended=0), KYMRIAH, at=at(31), step=step) == KYMRIAH.timers[0]
    assert overdue(marked(thaw_ended=0), KYMRIAH, at=at(30), step=step) is None


def test_a_clock_stops_nothing_else_and_nothing_after_its_end() -> None:
    assert overdue(marked(thaw_ended=0), KYMRIAH, at=at(31), step="identified") is None
    assert overdue(marked(thaw_ended=0, infusion_ended=20), KYMRIAH, at=at(31), step="infusion_ended") is None
    assert overdue(marked(), KYMRIAH, at=at(31), step="issued") is None


def test_the_limit_that_binds_is_told_before_the_one_that_does_not() -> None:
    both = replace(KYMRIAH, timers=(KNOWN_BY_TRADE, *KYMRIAH.timers))
    assert overdue(marked(thaw_ended=0), both, at=at(31), step="issued") == KYMRIAH.timers[0]
    assert overdue(marked(thaw_ended=0), both, at=at(11), step="issued") == KNOWN_BY_TRADE


def test_only_a_clock_from_the_freezer_tells_how_long_a_bag_was_out() -> None:
    vials = replace(KYMRIAH, timers=(FROM_THE_FREEZER,))
    assert out_too_long(marked(retrieved=0), vials, at=at(121))
    assert not out_too_long(marked(retrieved=0), vials, at=at(120))
    assert not out_too_long(marked(), vials, at=at(121))
    assert not out_too_long(marked(thaw_ended=0), KYMRIAH, at=at(121))


def test_people_and_times_are_named_as_people_say_them() -> None:
    assert role_names({"pharmacy_technician", "pharmacist", "admin"}) == Text(
        "pharmacien, préparateur", "pharmacist, pharmacy technician"
    )
    assert role_names(()) == Text("–", "–")
    assert group_names([["pharmacist"], ["physician", "quality"]]) == Text(
        "pharmacien + médecin ou qualité", "pharmacist + physician or quality"
    )
    assert instant_name(NOW) == Text("22/11/2026 09:00 UTC", "2026-11-22 09:00 UTC")
    assert joined([Text("un", "one"), Text("deux", "two")]) == Text("un, deux", "one, two")
