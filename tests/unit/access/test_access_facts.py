from __future__ import annotations

from datetime import timedelta

import pytest

from app.access.facts import (
    KEPT_PERIODS,
    delegations_claim,
    delegations_of,
    lent_claim,
    lent_of,
    trainings_claim,
    trainings_of,
)
from app.access.principal import Delegation, Lent
from app.access.roles import Role
from app.kit.period import Period

YEAR = timedelta(days=365)


def test_trainings_read_back_as_they_were_written(now):
    trainings = {"thaw": (Period(now - YEAR, now),), "infusion": (Period(now, now + YEAR),), "collection": ()}
    assert trainings_of(trainings_claim(trainings)) == trainings


def test_whoever_is_asked_for_nothing_says_nothing():
    assert trainings_claim(None) is None
    assert trainings_of(None) is None
    assert lent_claim(None) is None
    assert lent_of(None) is None


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


def test_delegations_read_back_as_they_were_written(now):
    trusted = (Delegation("GT1-01", frozenset({"thaw", "infusion"}), Period(now, now + YEAR)),)
    assert delegations_of(delegations_claim(trusted)) == trusted


@pytest.mark.parametrize("claim", [3, [3], [["GT1-01", ["thaw"], 1]], [["GT1-01", 3, 1, 2]]])
def test_a_delegation_of_another_shape_is_none(claim):
    with pytest.raises((TypeError, ValueError)):
        delegations_of(claim)


def test_a_lent_role_reads_back_as_it_was_written():
    lent = Lent("review-1", Role.NURSE)
    assert lent_of(lent_claim(lent)) == lent


@pytest.mark.parametrize("claim", [3, ["review-1"], ["review-1", "king"]])
def test_a_lent_role_of_another_shape_is_none(claim):
    with pytest.raises((TypeError, ValueError)):
        lent_of(claim)


def test_a_lent_role_acts_and_is_not_ones_own(authority, make_principal, now):
    principal = make_principal(
        lent=Lent("review-1", Role.NURSE),
        trainings={"thaw": (Period(now, now + YEAR),)},
        delegations=(Delegation("GT1-01", frozenset({"thaw"}), Period(now, now + YEAR)),),
    )
    read = authority.read_access(authority.issue_access(principal, now, YEAR, jti="j"), now)
    assert read.roles == {Role.PHARMACIST}
    assert read.acting_roles == {Role.PHARMACIST, Role.NURSE}
    assert (read.trainings, read.delegations) == (principal.trainings, principal.delegations)
    assert make_principal().acting_roles == {Role.PHARMACIST}


def test_a_lent_role_witnesses_nothing(authority, make_principal, now):
    lent = make_principal(lent=Lent("review-1", Role.NURSE))
    token = authority.issue_witness(lent, step_digest="x", meaning="m", method="pin", now=now, jti="j")
    assert authority.read_witness(token, now).roles == {Role.PHARMACIST}
