from __future__ import annotations

import pytest

from app.access.blinding import BLINDED, UNBLINDED, blinded
from app.access.roles import Role

BAG = {"id": "bag-1", "component": "CD8", "strength": None, "changes": [{"component": "CD4", "lot": "L1"}, "component"]}
NAMES = ("component", "strength")


@pytest.mark.parametrize("role", list(Role))
def test_a_blinded_member_is_read_by_a_few_and_by_nobody_else(role: Role) -> None:
    seen = blinded(BAG, NAMES, frozenset({role}))

    if role in {Role.PHARMACIST, Role.QUALITY, Role.MANUFACTURER}:
        assert seen == BAG
    else:
        assert seen == {
            "id": "bag-1",
            "component": BLINDED,
            "strength": None,
            "changes": [{"component": BLINDED, "lot": "L1"}, "component"],
        }


def test_one_role_that_may_see_is_enough_and_no_role_sees_nothing() -> None:
    assert blinded(BAG, NAMES, frozenset({Role.NURSE, min(UNBLINDED)})) == BAG
    assert blinded(BAG, NAMES, frozenset())["component"] == BLINDED


def test_what_no_trial_blinds_is_shown_as_it_is() -> None:
    assert blinded(BAG, (), frozenset({Role.NURSE})) is BAG
