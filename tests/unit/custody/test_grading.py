from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.custody.grading import CONSCIOUSNESS, HYPOTENSION, HYPOXIA, OEDEMA, SEIZURE, crs_grade, icans_grade


@pytest.mark.parametrize(
    ("drivers", "grade"),
    [
        ({}, None),
        ({"grade": 2}, None),
        ({"temp_mC": 37_900}, 0),
        ({"temp_mC": 38_000}, 1),
        ({"temp_mC": 39_000, "hypotension": "no_vasopressor"}, 2),
        ({"temp_mC": 39_000, "hypoxia": "low_flow"}, 2),
        ({"temp_mC": 39_000, "hypotension": "one_vasopressor", "hypoxia": "low_flow"}, 3),
        ({"temp_mC": 39_000, "hypoxia": "high_flow"}, 3),
        ({"temp_mC": 39_000, "hypotension": "several_vasopressors"}, 4),
        ({"temp_mC": 39_000, "hypoxia": "positive_pressure"}, 4),
        ({"temp_mC": 37_000, "hypotension": "one_vasopressor"}, 0),
        ({"temp_mC": 37_000, "hypotension": "one_vasopressor", "fever_treated": True}, 3),
        ({"hypoxia": "low_flow", "fever_treated": True}, 2),
        ({"temp_mC": 37_000, "fever_treated": True}, 0),
        ({"hypoxia": "none", "fever_treated": False}, 0),
    ],
)
def test_the_grade_of_a_cytokine_release_follows_fever_pressure_and_oxygen(
    drivers: dict[str, Any], grade: int | None
) -> None:
    assert crs_grade(drivers) == grade


@pytest.mark.parametrize(("score", "grade"), [(10, 0), (9, 1), (7, 1), (6, 2), (3, 2), (2, 3), (1, 3), (0, 3)])
def test_the_points_of_the_ice_score_give_a_grade(score: int, grade: int) -> None:
    assert icans_grade({"ice_score": score}) == grade


@pytest.mark.parametrize(
    ("drivers", "grade"),
    [
        ({}, None),
        ({"grade": 1}, None),
        ({"motor_weakness": False}, None),
        ({"motor_weakness": True}, 4),
        ({"ice_score": 0, "consciousness": "unarousable"}, 4),
        ({"ice_score": 10, "consciousness": "spontaneous"}, 1),
        ({"ice_score": 9, "consciousness": "to_voice"}, 2),
        ({"consciousness": "to_touch"}, 3),
        ({"ice_score": 10, "seizure": "resolved"}, 3),
        ({"ice_score": 10, "seizure": "prolonged"}, 4),
        ({"ice_score": 10, "oedema": "focal"}, 3),
        ({"ice_score": 10, "oedema": "diffuse"}, 4),
        ({"consciousness": "awake", "seizure": "none", "oedema": "none"}, 0),
    ],
)
def test_the_grade_of_a_neurotoxicity_is_that_of_its_worst_driver(drivers: dict[str, Any], grade: int | None) -> None:
    assert icans_grade(drivers) == grade


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "temp_mC": st.integers(30_000, 45_000),
            "fever_treated": st.booleans(),
            "hypotension": st.sampled_from(sorted(HYPOTENSION)),
            "hypoxia": st.sampled_from(sorted(HYPOXIA)),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "ice_score": st.integers(0, 10),
            "consciousness": st.sampled_from(sorted(CONSCIOUSNESS)),
            "seizure": st.sampled_from(sorted(SEIZURE)),
            "oedema": st.sampled_from(sorted(OEDEMA)),
            "motor_weakness": st.booleans(),
        },
    ),
)
def test_whatever_is_recorded_has_a_grade_of_the_scale_or_none(crs: dict[str, Any], icans: dict[str, Any]) -> None:
    assert crs_grade(crs) in {None, 0, 1, 2, 3, 4}
    assert icans_grade(icans) in {None, 0, 1, 2, 3, 4}
