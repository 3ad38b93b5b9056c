from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.custody.checks import cold_enough, free, in_service, in_time, known_profile, not_expired, ours
from app.custody.machine import next_steps
from app.custody.parts import bag_of, shelved
from app.custody.profile import TimerRule
from tests.unit.custody.scenes import (
    EFS,
    HERE,
    KYMRIAH,
    NOW,
    PHARMACIST,
    STORED,
    TECHNICIAN,
    YESCARTA,
    bag_after,
    codes,
    collection,
    done,
    person,
    place,
    product,
    refusal,
    scan,
    with_hold,
)

IN_QUARANTINE = with_hold(product("received", marks={"inspected": "2026-11-22T08:30:00.000Z"}), "identity")
EFS_SHELF = place(site=EFS, limit_c=-80)
OUT_FOR_TWO_HOURS = replace(
    KYMRIAH, timers=(TimerRule("retrieved", "infusion_ended", 120, "H", "label"), *KYMRIAH.timers)
)


def test_a_bag_that_agrees_in_everything_is_accepted() -> None:
    accepted = bag_after(scan("inspected"))
    assert (accepted.state, accepted.holds) == ("accepted", [])


@pytest.mark.parametrize(
    ("seen", "reasons"),
    [
        ({"visual_check": "leak"}, ["leak"]),
        ({"visual_check": "clumps"}, ["appearance"]),
        ({"visual_check": "damaged"}, ["damage"]),
        ({"labels_agree": False}, ["identity"]),
        ({"visual_check": "leak", "labels_agree": False}, ["leak", "identity"]),
    ],
)
def test_a_doubtful_bag_is_not_accepted_but_on_hold(seen: dict[str, object], reasons: list[str]) -> None:
    doubtful = bag_after(scan("inspected", said=seen))
    assert doubtful.state == "received"
    assert [hold["reason"] for hold in doubtful.holds] == reasons
    assert doubtful.marks == {"inspected": "2026-11-22T09:00:00.000Z"}


def test_a_bag_held_at_reception_is_inspected_all_the_same_and_stays_on_hold() -> None:
    accepted = bag_after(scan("inspected", bag=with_hold(product("received"), "seal")))
    assert accepted.state == "accepted"
    assert [hold["reason"] for hold in accepted.holds] == ["seal"]
    assert codes(scan("stored", bag=accepted)) == ()


def test_an_inspection_compares_the_document() -> None:
    assert codes(scan("inspected", document_therapy="therapy-2")) == ("wrong-document",)


def test_a_bag_cannot_be_stored_before_it_is_accepted() -> None:
    assert "stored" not in next_steps(product("received"))
    for uninspected in (product("received"), with_hold(product("received"), "seal")):
        told = refusal(scan("stored", bag=uninspected), "out-of-order")
        assert {text.fr for text in told.values.values() if not isinstance(text, str)} == {"reçue", "Contrôler"}


def test_a_doubtful_bag_is_kept_cold_in_quarantine_and_stays_on_hold() -> None:
    assert "stored" in next_steps(IN_QUARANTINE)
    stored = bag_after(scan("stored", bag=IN_QUARANTINE))
    assert stored.state == "stored"
    assert [hold["reason"] for hold in stored.holds] == ["identity"]
    assert codes(scan("retrieved", bag=stored, place=HERE)) == ("on-hold",)


def test_a_doubt_that_was_lifted_in_the_open_is_inspected_again_before_storing() -> None:
    assert codes(scan("stored", bag=replace(IN_QUARANTINE, holds=[]))) == ("out-of-order",)
    assert codes(scan("inspected", bag=replace(IN_QUARANTINE, holds=[]))) == ()


def test_a_stored_bag_is_at_its_position_and_its_way_out_is_forgotten() -> None:
    effects = done(scan("stored", bag=product("retrieved", marks={"retrieved": "2026-11-22T08:59:00.000Z"})))
    assert effects.bag is not None
    assert (effects.bag.position, effects.bag.position_code) == ("position-1", "D1-T1-R1-B1-P1")
    assert effects.bag.marks == {"stored": "2026-11-22T09:00:00.000Z"}
    assert (effects.enters, effects.leaves, effects.bag.holds) == ("position-1", None, [])


def test_a_bag_out_longer_than_its_product_allows_is_put_back_and_held() -> None:
    out = product("retrieved", marks={"retrieved": "2026-11-22T06:59:59.000Z"})
    back = bag_after(scan("stored", bag=out, profile=OUT_FOR_TWO_HOURS))
    assert [hold["reason"] for hold in back.holds] == ["excursion"]
    in_time_again = replace(out, marks={"retrieved": "2026-11-22T07:00:00.000Z"})
    assert bag_after(scan("stored", bag=in_time_again, profile=OUT_FOR_TWO_HOURS)).holds == []


def test_a_dewar_must_be_as_cold_as_the_product_wants() -> None:
    told = refusal(scan("stored", place=place(limit_c=-149), profile=YESCARTA), "dewar-too-warm")
    assert told.values == {"dewar_limit": "-149", "limit": "-150"}
    assert codes(scan("stored", place=place(limit_c=-120))) == ()
    assert codes(scan("stored", profile=None)) == ("unknown-profile",)


def test_frozen_collections_want_the_same_cold_and_fresh_ones_do_not() -> None:
    storing = {
        "actor": person("collector-1", EFS, "collection_nurse"),
        "witness": person("collector-2", EFS, "collection_nurse"),
        "bag": collection("collected"),
        "place": EFS_SHELF,
    }
    assert codes(scan("stored", **storing, profile=KYMRIAH)) == ("dewar-too-warm",)
    assert codes(scan("stored", **storing, profile=YESCARTA)) == ()


@pytest.mark.parametrize(("status", "word"), [("restricted", "restreinte"), ("defrosting", "en dégivrage")])
def test_a_dewar_out_of_service_takes_no_bag(status: str, word: str) -> None:
    told = refusal(scan("stored", place=place(status=status)), "dewar-not-qualified").values["status"]
    assert not isinstance(told, str)
    assert told.fr == word


def test_a_dewar_said_to_be_in_alarm_takes_no_bag() -> None:
    assert codes(scan("stored", said={"dewar_state": "alarm"})) == ("dewar-not-qualified",)


def test_a_bag_is_put_back_where_it_was_recorded_all_along() -> None:
    assert codes(scan("stored", bag=product("retrieved"), place=HERE)) == ()


def test_a_moved_bag_frees_one_position_and_enters_another() -> None:
    effects = done(scan("moved"))
    assert effects.bag is not None
    assert (effects.bag.state, effects.bag.position) == ("stored", "position-2")
    assert (effects.enters, effects.leaves) == ("position-2", "position-1")


def test_a_failing_dewar_is_emptied_although_its_bags_are_on_hold() -> None:
    assert codes(scan("moved", bag=with_hold(STORED, "excursion"))) == ()


def test_a_retrieved_bag_frees_its_position_and_starts_its_clock() -> None:
    effects = done(scan("retrieved"))
    assert effects.bag is not None
    assert (effects.bag.state, effects.bag.position, effects.bag.position_code) == ("retrieved", None, None)
    assert (effects.leaves, effects.bag.marks) == ("position-1", {"retrieved": "2026-11-22T09:00:00.000Z"})


@pytest.mark.parametrize(
    ("purpose", "told"), [("thaw", ("on-hold",)), ("shipment", ("on-hold",)), ("check", ()), ("destruction", ())]
)
def test_a_bag_on_hold_comes_out_only_to_be_looked_at_or_destroyed(purpose: str, told: tuple[str, ...]) -> None:
    assert codes(scan("retrieved", bag=with_hold(STORED, "recall"), said={"purpose": purpose})) == told


@pytest.mark.parametrize(
    ("purpose", "told"), [("thaw", ("bag-expired",)), ("shipment", ("bag-expired",)), ("destruction", ())]
)
def test_an_expired_bag_comes_out_to_be_destroyed(purpose: str, told: tuple[str, ...]) -> None:
    expired = replace(STORED, expires_at="2026-11-21T22:59:00.000Z")
    assert codes(scan("retrieved", bag=expired, said={"purpose": purpose})) == told


def test_a_bag_expires_after_its_last_instant() -> None:
    assert codes(scan("retrieved", bag=replace(STORED, expires_at="2026-11-22T09:00:00.000Z"))) == ()
    assert codes(scan("retrieved", bag=replace(STORED, expires_at=None))) == ()


def test_found_in_the_wrong_slot_it_is_taken_out_with_a_deviation_and_held() -> None:
    elsewhere = scan(
        "retrieved",
        place=place(id="position-2", occupant="bag-2"),
        overrides=frozenset({"wrong-position"}),
        reason="rangée une place plus loin",
    )
    effects = done(elsewhere)
    assert effects.bag is not None
    assert effects.leaves == "position-1"
    assert [(hold["id"], hold["reason"]) for hold in effects.bag.holds] == [("hold-9-deviation", "deviation")]


def test_checks_of_a_place_say_nothing_where_there_is_none() -> None:
    nowhere = scan("stored", place=None)
    assert [check(nowhere) for check in (ours, free, cold_enough, in_service)] == [None] * 4
    nothing = scan("stored", bag=None)
    assert [check(nothing) for check in (free, cold_enough, not_expired, in_time)] == [None] * 4
    assert known_profile(nothing) is None
    assert codes(nowhere) == ("unknown-position",)
    with pytest.raises(ValueError, match="no position"):
        shelved(nowhere)
    with pytest.raises(ValueError, match="no bag"):
        bag_of(nothing)


def test_a_technician_and_a_pharmacist_store_and_nobody_alone() -> None:
    assert codes(scan("stored", actor=TECHNICIAN, witness=None)) == ("witness-required",)
    assert codes(scan("stored", actor=PHARMACIST, witness=TECHNICIAN)) == ()


def test_a_note_may_be_written_down_after_the_bag_has_moved_on() -> None:
    moved_on = replace(STORED, marks={"stored": "2026-11-22T09:00:00.000Z"})
    earlier = NOW - timedelta(hours=2)
    assert codes(scan("observed", bag=moved_on, occurred_at=earlier)) == ()
    assert codes(scan("retrieved", bag=moved_on, occurred_at=earlier)) == ("earlier-than-last-step",)
    assert codes(scan("retrieved", bag=moved_on, occurred_at=NOW - timedelta(minutes=5))) == ()
