from __future__ import annotations

import pytest

from app.access.roles import CLINICAL, Role


def test_the_twelve_roles_keep_their_tags_for_ever():
    assert [role.value for role in Role] == [
        "collection_nurse",
        "pharmacist",
        "pharmacy_technician",
        "coordinator",
        "nurse",
        "physician",
        "biologist",
        "carrier",
        "manufacturer",
        "quality",
        "auditor",
        "admin",
    ]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_name_in_both_languages(role):
    assert role.label.fr.strip()
    assert role.label.en.strip()


def test_no_two_roles_are_called_the_same():
    assert len({role.label.fr for role in Role}) == len(Role)
    assert len({role.label.en for role in Role}) == len(Role)


def test_those_who_only_carry_make_watch_or_administer_are_not_clinical():
    outside = {Role.COORDINATOR, Role.CARRIER, Role.MANUFACTURER, Role.QUALITY, Role.AUDITOR, Role.ADMIN}
    assert set(Role) - CLINICAL == outside
