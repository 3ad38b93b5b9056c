from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.bag import TERMINAL, Kind, State
from app.custody.holds import REASONS
from app.custody.machine import next_steps
from app.custody.step import POSSIBLE
from app.custody.steps import STEPS
from tests.unit.custody.scenes import (
    DRIVER,
    HOLD,
    MAKER,
    NURSE,
    PHARMACIST,
    PHYSICIAN,
    PLANT,
    PUI,
    QUALITY,
    SECOND_PHARMACIST,
    STORED,
    TRAVELLING,
    VAN,
    WARD,
    bag,
    bag_after,
    codes,
    done,
    person,
    place,
    product,
    refusal,
    scan,
    shipment,
    with_hold,
)

ALIVE = [(kind, state) for kind in Kind for state in sorted(POSSIBLE[kind] - TERMINAL - {State.LOST})]
RETURNING = shipment(id="shipment-2", state="open", bags=[], from_site=PUI, to_site=PLANT)


@pytest.mark.parametrize("reason", [one for one in REASONS if one not in {"deviation", "loss"}])
def test_a_hold_names_its_reason_and_who_may_lift_it(reason: str) -> None:
    held = bag_after(scan("held", said={"reason": reason}))
    assert held.state == "stored"
    assert held.holds == [
        {
            "id": f"hold-9-{reason}",
            "reason": reason,
            "since": "2026-11-22T09:00:00.000Z",
            "lift": [list(group) for group in REASONS[reason][1]],
        }
    ]


def test_any_site_stops_a_bag_and_a_second_hold_joins_the_first() -> None:
    afar = person("quality-2", "site-annex", "quality")
    beside = person("pharmacist-9", "site-annex", "pharmacist")
    held = bag_after(scan("held", actor=afar, witness=beside, bag=with_hold(TRAVELLING, "seal")))
    assert [hold["reason"] for hold in held.holds] == ["seal", "quarantine"]


def test_a_hold_is_lifted_alone_by_the_people_it_names() -> None:
    twice = with_hold(replace(STORED, holds=[HOLD]), "recall")
    assert [hold["reason"] for hold in bag_after(scan("hold_lifted", bag=twice)).holds] == ["recall"]


@pytest.mark.parametrize(
    ("actor", "witness", "authoriser", "told"),
    [
        (PHARMACIST, PHYSICIAN, None, ()),
        (PHARMACIST, QUALITY, None, ()),
        (QUALITY, PHARMACIST, None, ()),
        (PHARMACIST, SECOND_PHARMACIST, PHYSICIAN, ()),
        (PHARMACIST, SECOND_PHARMACIST, None, ("hold-needs-roles",)),
        (QUALITY, PHYSICIAN, None, ("hold-needs-roles",)),
        (PHARMACIST, PHARMACIST, None, ("hold-needs-two", "witness-same-person")),
        (PHARMACIST, None, None, ("hold-needs-two", "witness-required")),
        (PHYSICIAN, PHARMACIST, None, ("not-your-role",)),
    ],
)
def test_lifting_takes_one_person_of_each_named_group(actor, witness, authoriser, told) -> None:
    assert codes(scan("hold_lifted", actor=actor, witness=witness, authoriser=authoriser)) == told


def test_somebody_of_two_roles_stands_for_one_of_them() -> None:
    both = person("pharmacist-5", PUI, "pharmacist", "quality")
    assert codes(scan("hold_lifted", actor=both, witness=SECOND_PHARMACIST)) == ()
    assert codes(scan("hold_lifted", actor=both, witness=replace(both, id="x", roles=frozenset({"physician"})))) == ()
    assert codes(scan("hold_lifted", actor=both, witness=both)) == ("hold-needs-two", "witness-same-person")


def test_who_is_missing_for_a_lifting_is_told_group_by_group() -> None:
    told = refusal(scan("hold_lifted", witness=SECOND_PHARMACIST), "hold-needs-roles").values["roles"]
    assert not isinstance(told, str)
    assert told.fr == "pharmacien + médecin ou qualité"
    assert told.en == "pharmacist + physician or quality"


def test_what_ended_on_hold_is_closed_like_any_other() -> None:
    ended = product("infused", WARD, holds=[HOLD])
    assert next_steps(ended) == ("hold_lifted", "corrected", "observed")
    closed = bag_after(scan("hold_lifted", bag=ended))
    assert (closed.state, closed.holds) == ("infused", [])
    assert next_steps(closed) == ("corrected", "observed")


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind in Kind for state in sorted(POSSIBLE[kind])])
@pytest.mark.parametrize("tag", ["observed", "corrected"])
def test_anything_is_noted_and_corrected_in_every_state_without_changing_it(tag: str, kind: Kind, state: State) -> None:
    before = bag(kind, state.value, VAN)
    after = bag_after(scan(tag, bag=before))
    assert replace(after, marks={}) == before


def test_a_corrected_statement_must_exist() -> None:
    assert codes(scan("corrected", corrects=None)) == ("unknown-event",)


@pytest.mark.parametrize("tag", ["destroyed", "returned", "lost"])
@pytest.mark.parametrize(("kind", "state"), ALIVE)
def test_any_live_bag_may_be_destroyed_returned_or_lost_but_not_while_it_runs_into_a_patient(
    tag: str, kind: Kind, state: State
) -> None:
    told = codes(scan(tag, bag=bag(kind, state.value, PUI)))
    assert told == (("out-of-order",) if state is State.INFUSING else ())


@pytest.mark.parametrize("tag", ["destroyed", "returned", "lost"])
def test_a_bag_that_goes_away_frees_its_position(tag: str) -> None:
    effects = done(scan(tag, bag=with_hold(STORED, "recall")))
    assert effects.bag is not None
    assert (effects.bag.state, effects.bag.position, effects.bag.position_code) == (tag, None, None)
    assert effects.leaves == "position-1"


def test_the_shipper_no_longer_awaits_a_bag_destroyed_on_its_way() -> None:
    packed = product("packed", PUI, shipment="shipment-1")
    waiting = done(scan("destroyed", bag=packed, shipment=shipment(bags=["bag-1", "bag-2"], received=[])))
    assert waiting.shipment is not None
    assert waiting.bag is not None
    assert (waiting.shipment.bags, waiting.shipment.state, waiting.bag.shipment) == (["bag-2"], "in_transit", None)
    last = done(scan("destroyed", bag=packed, shipment=shipment(bags=["bag-1", "bag-2"], received=["bag-2"])))
    assert last.shipment is not None
    assert last.shipment.state == "received"
    alone = done(scan("destroyed", bag=packed, shipment=shipment()))
    assert alone.shipment is not None
    assert (alone.shipment.bags, alone.shipment.state) == ([], "in_transit")


def test_another_site_s_bag_is_destroyed_by_decision_and_not_held_afterwards() -> None:
    theirs = scan("destroyed", bag=product("issued", WARD))
    assert codes(theirs) == ("not-your-site",)
    decided = replace(theirs, overrides=frozenset({"not-your-site"}), reason="patient décédé")
    assert bag_after(decided).holds == []


def test_a_bag_returns_to_its_maker_in_a_shipper_of_this_site() -> None:
    effects = done(scan("returned"))
    assert effects.bag is not None
    assert (effects.bag.state, effects.bag.shipment, effects.shipment) == ("returned", "shipment-2", None)


@pytest.mark.parametrize("other", [{"state": "in_transit"}, {"from_site": PLANT}, {"manufacturer": ""}])
def test_a_bag_returns_in_no_other_shipper(other: dict[str, str]) -> None:
    assert codes(scan("returned", shipment=replace(RETURNING, **other))) == ("wrong-shipper",)


def test_a_bag_turns_back_in_the_shipper_it_travels_in() -> None:
    effects = done(scan("returned", bag=replace(TRAVELLING, custodian=PUI), shipment=shipment()))
    assert effects.shipment is not None
    assert effects.bag is not None
    assert (effects.shipment.bags, effects.bag.shipment) == ([], "shipment-1")


def test_whoever_notices_says_that_a_bag_is_lost() -> None:
    for somebody in (NURSE, DRIVER, MAKER, PHARMACIST):
        lost = bag_after(scan("lost", actor=somebody))
        assert (lost.state, lost.before_loss) == ("lost", "stored")


def test_a_lost_bag_is_only_found_noted_or_corrected() -> None:
    assert next_steps(product("lost")) == ("corrected", "observed", "found")
    assert next_steps(with_hold(product("lost"), "recall")) == ("corrected", "observed", "found")


@pytest.mark.parametrize(("kind", "state"), [one for one in ALIVE if one[1] is not State.INFUSING])
def test_a_found_bag_has_the_state_it_had_and_is_on_hold(kind: Kind, state: State) -> None:
    lost = bag_after(scan("lost", bag=bag(kind, state.value, PUI)))
    found = bag_after(scan("found", bag=lost))
    assert (found.state, found.before_loss) == (state, None)
    assert [hold["reason"] for hold in found.holds] == ["loss"]
    assert (found.position is not None) is (state is State.STORED)


def test_a_bag_that_was_stored_is_found_at_a_position_fit_for_it() -> None:
    assert codes(scan("found", place=None)) == ("unknown-position",)
    assert codes(scan("found", place=place(occupant="bag-2"))) == ("position-occupied",)
    assert codes(scan("found", place=place(limit_c=-80))) == ("dewar-too-warm",)
    elsewhere = product("lost", before_loss="in_transit")
    assert codes(scan("found", bag=elsewhere, place=None)) == ()
    assert codes(scan("found", bag=elsewhere, place=place(occupant="bag-2"))) == ()


def test_a_bag_lost_before_that_was_kept_stays_lost_until_it_is_known_again() -> None:
    assert bag_after(scan("found", bag=product("lost"))).state == "lost"


def test_what_is_done_to_a_bag_on_hold_is_marked_as_physical() -> None:
    assert {step.tag for step in STEPS if step.physical} == {
        "oos_stated",
        "handed_over",
        "received",
        "inspected",
        "stored",
        "moved",
        "retrieved",
        "thaw_ended",
        "infusion_ended",
        "held",
        "hold_lifted",
        "labelled",
        "corrected",
        "observed",
        "destroyed",
        "returned",
        "lost",
        "found",
    }
