"""A plan that cannot be followed is refused, and who is called when is told exactly."""

from __future__ import annotations

from typing import Any

import pytest

from app.alarms.plan import MAX_RULES, MOST_CALLS, Plan, Step, armed, checked, rule_id, weakened
from app.alarms.rule import Rule, RuleInvalidError, content_limit


def rule(kind: str = "silent", source: str = "P1", **members: Any) -> Rule:
    return Rule(rule_id(kind, source, "action"), kind, source, "action", **members)


SILENT = rule(after_s=600)
STEPS = (Step(0, ("a",)), Step(900, ("b", "c")))

BROKEN = {
    "unknown kind": rule("loud"),
    "after_s is from 1 to": rule(),
    "takes no limit": rule(after_s=1, limit=5),
    "takes no for_s, clear": rule("calibration_overdue", "calibration/P1", after_s=1, for_s=2, clear=1),
    "its source is fills": rule("fill_overdue", "P1", after_s=1),
    "its source is calibration/": rule("calibration_overdue", "calibration/", after_s=1),
    "for_s is from 0 to": rule("high", limit=0, for_s=90_000),
    "needs a limit": rule("low"),
    "a margin goes with the limit of the content": rule("high", limit=0, margin=1),
    "no such limit": rule("high", limit=-300_000),
    "not negative": rule("high", margin=-1),
}


@pytest.mark.parametrize("why", list(BROKEN))
def test_a_rule_that_cannot_be_followed_says_why(why: str) -> None:
    with pytest.raises(RuleInvalidError, match=why):
        checked(Plan((BROKEN[why],), STEPS))


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Plan((SILENT, SILENT), STEPS), "twice"),
        (Plan((SILENT,) * (MAX_RULES + 1), STEPS), "at most"),
        (Plan((SILENT,), (STEPS[1], STEPS[0])), "later than the one before"),
        (Plan((SILENT,), (Step(0, ()),)), "calls somebody"),
        (Plan((SILENT,), STEPS, 59), "after a minute"),
        (Plan((SILENT,), (Step(90_000, ("a",)),)), "from 0 to"),
    ],
)
def test_a_plan_that_cannot_be_followed_says_why(plan: Plan, why: str) -> None:
    with pytest.raises(RuleInvalidError, match=why):
        checked(plan)


def test_a_plan_comes_back_from_its_stored_form_and_passes_over_what_is_newer() -> None:
    plan = Plan((SILENT, rule("high", margin=5_000), rule("calibration_overdue", "calibration/P1", after_s=9)), STEPS)
    doc = plan.to_doc()
    doc["rules"][0]["from_tomorrow"] = 1

    assert checked(Plan.from_doc(doc)) == plan
    assert plan.of_source("calibration/P1") == (plan.rules[2],)


def test_nobody_is_forgotten_and_the_last_ones_are_called_again_until_somebody_answers() -> None:
    plan = Plan((SILENT,), STEPS, 600)

    times = [called[0] for call in range(5) if (called := plan.call_at(1_000, call)) is not None]

    assert times == [1_000, 901_000, 1_501_000, 2_101_000, 2_701_000]
    assert [step.contacts for call in range(3) for _, step in [plan.call_at(0, call) or (0, STEPS[0])]] == [
        ("a",),
        ("b", "c"),
        ("b", "c"),
    ]
    assert plan.call_at(0, MOST_CALLS) is None
    assert Plan((SILENT,), ()).call_at(0, 0) is None


def test_a_rule_that_calls_no_more_is_noticed_however_it_went() -> None:
    off, other = rule(after_s=600, enabled=False), rule("flat", after_s=9)

    assert weakened((SILENT, other), (off,)) == (SILENT, other)
    assert weakened((off, other), (other,)) == ()


def test_a_rule_that_calls_again_begins_anew_and_one_that_went_on_goes_on() -> None:
    off, other = rule(after_s=600, enabled=False), rule("flat", after_s=9)

    first = armed((), Plan((off, other), ()), 1)
    second = armed(first.rules, Plan((SILENT, other), ()), 2)

    assert [one.armed for one in first.rules] == [1, 1]
    assert [one.armed for one in second.rules] == [2, 1]
    assert second.rules[0].key != first.rules[0].key


def test_the_limit_of_a_dewar_is_stricter_than_that_of_its_strictest_product() -> None:
    following = rule("high", margin=5_000)

    assert content_limit(following, -150) == -155_000
    assert following.with_limit(-155_000).limit == -155_000
