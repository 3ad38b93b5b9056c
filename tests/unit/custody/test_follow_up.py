from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.steps.followed_up import computed_grades, worst_grades
from tests.unit.custody.scenes import AUCATZYL, THERAPY, codes, done, product, refusal, scan


def test_the_worst_grade_of_each_scale_is_kept_and_scales_are_never_mixed() -> None:
    before = replace(THERAPY, reactions={"crs": {"Lee2014": 2, "ASTCT2019": 1}})
    told = {"scheme": "Lee2014", "crs": {"grade": 1, "temp_mC": 39_000, "hypotension": "no_vasopressor"}}
    assert worst_grades(before, told) == {"crs": {"Lee2014": 2, "ASTCT2019": 2}}
    assert worst_grades(THERAPY, {"scheme": "CTCAE", "icans": {"grade": 2}}) == {"icans": {"CTCAE": 2}}
    assert worst_grades(THERAPY, {}) == {}


def test_the_clinician_s_grade_and_the_computed_one_stand_beside_each_other() -> None:
    told = {"crs": {"grade": 1, "temp_mC": 39_000, "hypoxia": "high_flow"}, "icans": {"grade": 0}}
    assert computed_grades(told) == {"crs": 3}


def test_a_follow_up_changes_the_therapy_and_no_bag() -> None:
    effects = done(scan("followed_up"))
    assert effects.bag is None
    assert effects.therapy is not None
    assert effects.therapy.reactions == {"crs": {"ASTCT2019": 1}, "icans": {"ASTCT2019": 0}}
    assert effects.therapy.second_dose is None
    assert done(scan("followed_up", therapy=None)).therapy is None


@pytest.mark.parametrize("decision", ["go", "postpone", "stop"])
def test_a_physician_decides_on_the_second_dose(decision: str) -> None:
    therapy = done(scan("followed_up", profile=AUCATZYL, said={"second_dose": decision})).therapy
    assert therapy is not None
    assert therapy.second_dose == {"decision": decision, "by": "physician-1", "at": "2026-11-22T09:00:00.000Z"}


def test_a_severe_reaction_stops_the_second_dose_also_when_it_is_recorded_in_the_same_breath() -> None:
    severe = {"second_dose": "go", "crs": {"grade": 2, "temp_mC": 39_000, "hypoxia": "high_flow"}}
    refused = scan("followed_up", profile=AUCATZYL, said=severe)
    assert refusal(refused, "reaction-too-severe").values == {"grade": "3"}
    assert codes(scan("followed_up", profile=AUCATZYL, said=severe | {"second_dose": "stop"})) == ()
    assert codes(scan("followed_up", profile=AUCATZYL, said=severe, therapy=None)) == ()


def test_a_decision_needs_no_scale_but_a_grade_does() -> None:
    decision = scan("followed_up", profile=AUCATZYL, said={"second_dose": "go"}, unsaid={"scheme", "crs", "icans"})
    assert codes(decision) == ()
    assert codes(scan("followed_up", unsaid={"scheme", "crs"})) == ("grading-scheme-missing",)


def test_there_is_nothing_to_follow_before_an_infusion() -> None:
    assert codes(scan("followed_up", companions=())) == ("not-infused-yet",)
    assert codes(scan("followed_up", companions=(product("infusing"),))) == ()
    assert codes(scan("followed_up", profile=None, said={"second_dose": "go"})) == ("no-second-dose",)
