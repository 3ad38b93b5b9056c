from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.custody.corrections import as_text, as_value, brought_to_light, correctable
from app.custody.steps import STEPS
from tests.unit.custody.scenes import (
    EFS,
    IDENTIFIED,
    WARD,
    bag_after,
    codes,
    collection,
    done,
    product,
    scan,
    shipment,
    statement,
)


def corrected(tag: str, field: str, after: Any, **told: Any) -> Any:
    """The correction of one field of a step's examples, at the site of its author."""
    bag = told.pop("bag", product("issued", WARD, identified=IDENTIFIED))
    about = statement(tag, field, after={field: after}, **told)
    return scan("corrected", bag=bag, corrects=about, said={"field": field, "old": about.recorded, "new": str(after)})


def test_a_correction_that_no_rule_minds_changes_nothing_but_the_record() -> None:
    harmless = corrected("infusion_ended", "volume_ml", 181, before={"volume_ml": 180})
    assert codes(harmless) == ()
    effects = done(harmless)
    assert effects.causes == ()
    assert effects.bag is not None
    assert effects.bag.holds == []


def test_a_correction_that_would_have_been_refused_is_a_deviation_and_holds_the_bag() -> None:
    spoke = corrected("identified", "patient_spoke", False)  # noqa: FBT003  # the new value
    effects = done(spoke)
    assert effects.causes == ("identity-not-confirmed",)
    assert [hold["reason"] for hold in bag_after(spoke).holds] == ["deviation"]


def test_a_correction_that_would_have_held_the_bag_holds_it_for_that_reason() -> None:
    leaking = corrected("thaw_ended", "visual_check", "leak", bag=product("thawed"))
    assert done(leaking).causes == ("hold:leak",)
    assert [hold["reason"] for hold in bag_after(leaking).holds] == ["leak"]


def test_a_correction_that_takes_a_doubt_away_lifts_nothing() -> None:
    held = {"id": "hold-1-leak", "reason": "leak", "since": "2026-11-22T08:00:00.000Z", "lift": [["pharmacist"]]}
    intact = corrected("thaw_ended", "visual_check", "intact", before={"visual_check": "leak"}, bag=product("thawed"))
    still = replace(intact, bag=product("thawed", holds=[held]))
    assert done(still).causes == ()
    assert bag_after(still).holds == [held]


def test_what_comes_to_light_after_the_end_opens_a_deviation_and_holds_nothing() -> None:
    ended = corrected("identified", "patient_spoke", False, bag=product("infused", WARD))  # noqa: FBT003  # the new value
    effects = done(ended)
    assert effects.causes == ("identity-not-confirmed",)
    assert effects.bag is not None
    assert effects.bag.holds == []


def test_a_seal_found_broken_later_holds_the_bag_like_one_found_broken_at_once() -> None:
    told = {"before": {"seal_intact": True, "count": 1}, "shipment": shipment(state="received")}
    broken = corrected("received", "seal_intact", False, bag=product("received", WARD), **told)  # noqa: FBT003  # the new value
    assert done(broken).causes == ("hold:seal",)


def test_a_question_about_what_is_no_longer_there_changes_no_answer() -> None:
    broken = corrected("received", "seal_intact", False, bag=product("received"))  # noqa: FBT003  # the new value
    assert brought_to_light(broken) == ()
    assert brought_to_light(replace(broken, corrects=None)) == ()


def test_a_correction_belongs_to_the_authors_site_and_to_a_value_on_record() -> None:
    about = statement("collected", "volume_ml", EFS)
    bag = collection("collected")
    told = {"field": "volume_ml", "old": "1", "new": "2"}
    assert codes(scan("corrected", bag=bag, corrects=about, said=told)) == ("correction-other-site", "correction-stale")


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ("manufactured", "lot"),
        ("manufactured", "expires_at"),
        ("manufactured", "bags"),
        ("oos_stated", "item"),
        ("hold_lifted", "hold"),
        ("collected", "no_such_field"),
    ],
)
def test_what_lives_on_elsewhere_is_not_corrected_by_a_note(step: str, field: str) -> None:
    assert correctable(STEPS[step], field) is None


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("volume_ml", "181", 181),
        ("volume_ml", "-4", -4),
        ("volume_ml", "18x", "18x"),
        ("volume_ml", "²", "²"),
        ("volume_ml", "", ""),
        ("volume_ml", "9" * 16, "9" * 16),
        ("presentation", "frozen", "frozen"),
    ],
)
def test_a_value_is_read_as_its_field_wants_it(field: str, text: str, value: object) -> None:
    found = correctable(STEPS["collected"], field)
    assert found is not None
    assert as_value(found, text) == value


def test_a_yes_or_no_is_written_as_json_writes_it_and_nothing_as_a_dash() -> None:
    found = correctable(STEPS["received"], "seal_intact")
    assert found is not None
    assert [as_value(found, text) for text in ("true", "false", "oui")] == [True, False, "oui"]
    assert [as_text(value) for value in (True, False, None, 4, "x")] == ["true", "false", "-", "4", "x"]
