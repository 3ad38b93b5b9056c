from __future__ import annotations

from datetime import timedelta

import pytest

from app.access.roles import Role
from app.access.separation import witness_breach
from app.access.tokens import Witness

STEP = "ab" * 32
PUI = frozenset({Role.PHARMACIST, Role.PHARMACY_TECHNICIAN})


@pytest.fixture
def make_witness(now):
    def make(**changes):
        fields = {
            "person_id": "person-2",
            "name": "Basile Essai",
            "roles": frozenset({Role.PHARMACY_TECHNICIAN}),
            "site_id": "site-pui",
            "tenant": "chu-essai",
            "step_digest": STEP,
            "meaning": "checked",
            "method": "pin",
            "jti": "jti-2",
            "expires_at": now + timedelta(seconds=120),
        }
        return Witness(**(fields | changes))

    return make


@pytest.fixture
def judge(make_principal, make_witness, now):
    def judge(actor=None, at=now, **changes):
        return witness_breach(
            make_principal(**(actor or {})), make_witness(**changes), allowed_roles=PUI, step_digest=STEP, now=at
        )

    return judge


def test_a_colleague_of_the_site_with_the_role_counts_for_this_step(judge):
    assert judge() is None


def test_one_role_of_several_is_enough(judge):
    assert judge(roles=frozenset({Role.NURSE, Role.PHARMACIST})) is None


def test_nobody_witnesses_their_own_step(judge):
    assert judge(person_id="person-1") == "witness-same-person"


def test_a_witness_may_not_be_late(judge, now):
    assert judge(at=now + timedelta(seconds=119)) is None
    assert judge(at=now + timedelta(seconds=120)) == "witness-expired"


def test_a_witness_of_one_step_does_not_count_for_another(judge):
    assert judge(step_digest="cd" * 32) == "witness-other-step"


@pytest.mark.parametrize(
    ("actor", "changes"),
    [
        ({}, {"site_id": "site-haematology"}),
        ({}, {"tenant": "chu-autre"}),
        ({}, {"site_id": None}),
        ({"site_id": None}, {}),
        ({"site_id": None}, {"site_id": None}),
    ],
)
def test_a_witness_stands_at_the_site_of_the_actor(judge, actor, changes):
    assert judge(actor, **changes) == "witness-other-site"


@pytest.mark.parametrize("roles", [frozenset(), frozenset({Role.NURSE}), frozenset({Role.ADMIN, Role.AUDITOR})])
def test_a_witness_holds_a_role_the_step_asks_for(judge, roles):
    assert judge(roles=roles) == "witness-wrong-role"


def test_the_gravest_reason_is_told_first(judge, now):
    late = now + timedelta(hours=1)
    wrong = {"step_digest": "cd", "site_id": "elsewhere", "roles": frozenset()}
    assert judge(at=late, person_id="person-1", **wrong) == "witness-same-person"
    assert judge(at=late, **wrong) == "witness-expired"
    assert judge(**wrong) == "witness-other-step"
    assert judge(**(wrong | {"step_digest": STEP})) == "witness-other-site"
