"""What a reader is shown: outsiders see no patient, not even the pseudonym."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.access.principal import Principal
from app.access.roles import Role
from app.actions.resolve import visible
from app.actions.views import bag_view, plain_view, steps_after, therapy_view, timer_views
from app.actions.world import Subject
from app.custody.bag import Bag
from app.ledger.entry import GENESIS

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
BAG = Bag(
    id="b",
    therapy="t",
    patient="p",
    kind="product",
    form="bag",
    state="issued",
    custodian="site-1",
    product="yescarta",
    profile_version=1,
    manufacturer="kite",
    ordinal=1,
    of=1,
    identifiers=["din::A9999", "coi:spon:sor:1"],
    identified={"patient": "p", "by": "n1", "with": "d1"},
)


def principal(kind: str = "hospital", *, organisation: str = "chu", site: str = "site-1") -> Principal:
    return Principal(
        subject_id="u",
        name="U",
        login="u",
        tenant="chu",
        organisation_id=organisation,
        organisation_kind=kind,
        site_id=site,
        roles=frozenset({Role.PHARMACIST}),
        session_id="s",
        kind="person",
        expires_at=NOW,
    )


def thing(kind: str, **doc: str) -> Subject:
    return Subject("x", "chu", kind, bytes(32), b"", None, 0, GENESIS, dict(doc))


def test_the_hospital_sees_the_patients_pseudonym_and_outsiders_do_not() -> None:
    inside = bag_view(BAG.to_doc(), principal())
    outside = bag_view(BAG.to_doc(), principal("manufacturer"))

    assert (inside["patient"], inside["identified"]["patient"]) == ("p", "p")
    assert "patient" not in outside
    assert outside["identified"] is None
    assert "patient" not in therapy_view({"id": "t", "patient": "p"}, principal("carrier"))
    assert therapy_view({"id": "t", "patient": "p"}, principal())["patient"] == "p"


def test_what_a_trial_blinds_is_hidden_wherever_a_bag_or_a_therapy_is_shown() -> None:
    bag = BAG.to_doc() | {"blinded": ["component", "strength"], "component": "CD8", "strength": None}
    therapy = {"id": "t", "patient": "p", "arm": "B", "blinded": ["arm"]}
    nurse = replace(principal(), roles=frozenset({Role.NURSE}))

    assert (bag_view(bag, nurse)["component"], therapy_view(therapy, nurse)["arm"]) == ("blinded", "blinded")
    assert (bag_view(bag, principal())["component"], therapy_view(therapy, principal())["arm"]) == ("CD8", "B")


def test_identifiers_are_shown_by_their_parts() -> None:
    shown = bag_view(BAG.to_doc(), principal())

    assert shown["identifiers"] == [
        {"scheme": "din", "issuer": "", "value": "A9999"},
        {"scheme": "coi", "issuer": "spon", "value": "sor:1"},
    ]
    assert plain_view({"id": "x", "identifiers": ["site::X"]}) == {"id": "x"}


def test_a_bag_whose_profile_is_gone_shows_no_clock() -> None:
    assert timer_views(BAG, None, NOW, "fr") == []


def test_what_may_follow_depends_on_who_asks() -> None:
    stored = replace(BAG, state="stored", identified=None)

    assert "retrieved" in steps_after(stored, principal())
    assert "retrieved" not in steps_after(stored, replace(principal(), roles=frozenset({Role.NURSE})))


@pytest.mark.parametrize(
    ("kind", "maker", "carrier"),
    [
        ("bag", True, True),
        ("therapy", True, False),
        ("shipment", True, True),
        ("patient", False, False),
        ("position", False, False),
        ("dewar", False, False),
        ("person", False, False),
    ],
)
def test_outsiders_see_their_own_and_only_what_is_theirs_to_see(kind: str, *, maker: bool, carrier: bool) -> None:
    own = thing(kind, manufacturer="kite", custodian="road", carrier_site="road")

    assert visible(own, principal())
    assert visible(own, principal("manufacturer", organisation="kite")) is maker
    assert visible(own, principal("sponsor", organisation="kite")) is maker
    assert visible(own, principal("carrier", site="road")) is carrier
    assert not visible(own, principal("manufacturer", organisation="novartis"))
    assert not visible(own, principal("carrier", site="elsewhere"))
