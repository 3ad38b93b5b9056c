from __future__ import annotations

from datetime import timedelta

import pytest

from app.access.facts import KEPT_PERIODS, trainings_claim, trainings_of
from app.kit.period import Period

YEAR = timedelta(days=365)


def test_trainings_read_back_as_they_were_written(now):
    trainings = {"thaw": (Period(now - YEAR, now),), "infusion": (Period(now, now + YEAR),), "collection": ()}
    assert trainings_of(trainings_claim(trainings)) == trainings


def test_whoever_is_asked_for_nothing_says_nothing():
    assert trainings_claim(None) is None
    assert trainings_of(None) is None


def test_only_the_newest_periods_travel(now):
    periods = tuple(Period(now + 2 * number * YEAR, now + (2 * number + 1) * YEAR) for number in range(9))
    assert trainings_of(trainings_claim({"thaw": periods})) == {"thaw": periods[-KEPT_PERIODS:]}


def test_a_renewal_continues_the_training_before_it(now):
    claim = trainings_claim({"thaw": (Period(now - YEAR, now), Period(now - timedelta(days=9), now + YEAR))})
    assert trainings_of(claim) == {"thaw": (Period(now - YEAR, now + YEAR),)}


@pytest.mark.parametrize("claim", [3, "thaw", ["thaw"], {"thaw": 3}, {"thaw": [[1]]}, {"thaw": [["a", "b"]]}])
def test_a_claim_of_another_shape_is_none(claim):
    with pytest.raises((AttributeError, TypeError, ValueError)):
        trainings_of(claim)
