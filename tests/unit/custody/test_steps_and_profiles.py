"""What a signed profile means for a step: by which version it is judged, and what is only acknowledged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.custody.checks import within_shelf_life
from app.custody.profile import Profile
from app.custody.rules import RULES
from app.custody.verdict import Rung
from app.kit.clock import parse_rfc3339, rfc3339
from tests.unit.custody.breaking_scans import ASKING, COLDER, OLD, SURE, WEAK
from tests.unit.custody.scenes import KYMRIAH, NOW, STORED, bag_after, codes, done, place, product, scan

AN_HOUR_AGO = rfc3339(NOW - timedelta(hours=1))
OUT = product("retrieved", marks={"retrieved": AN_HOUR_AGO})


def test_the_thaw_makes_the_version_in_force_the_bags_own() -> None:
    assert bag_after(scan("thaw_started", profile=replace(KYMRIAH, version=7))).profile_version == 7
    assert bag_after(scan("thaw_ended", profile=replace(KYMRIAH, version=7))).profile_version == 1


@pytest.mark.parametrize("tag", ["enrolled", "thaw_started"])
@pytest.mark.parametrize(("standing", "code"), [("draft", "profile-unsigned"), ("withdrawn", "profile-withdrawn")])
def test_nothing_begins_under_rules_nobody_signed(tag: str, standing: str, code: str) -> None:
    assert codes(scan(tag, standing=standing)) == (code,)
    assert RULES[code].rung is Rung.NEVER
    assert codes(scan(tag, standing=standing, profile=None)) == ("unknown-profile",)


@pytest.mark.parametrize("tag", ["stored", "moved", "retrieved", "thaw_ended", "issued", "infusion_ended", "destroyed"])
def test_what_keeps_a_bag_safe_or_has_begun_goes_on_without_a_signature(tag: str) -> None:
    assert codes(scan(tag, standing="withdrawn")) == ()


@pytest.mark.parametrize(
    ("now", "before", "left", "signed"),
    [
        (COLDER, COLDER, AN_HOUR_AGO, NOW),  # the same limit
        (KYMRIAH, COLDER, AN_HOUR_AGO, NOW),  # a milder one
        (COLDER, KYMRIAH, AN_HOUR_AGO, NOW - timedelta(hours=1)),  # signed before: judged as it was retrieved
        (COLDER, KYMRIAH, None, NOW),  # it never lay in the cold here
        (COLDER, None, AN_HOUR_AGO, NOW),
        (COLDER, KYMRIAH, AN_HOUR_AGO, None),
        (replace(COLDER, confidence=COLDER.confidence | {"limit_c": "K"}), KYMRIAH, AN_HOUR_AGO, NOW),
    ],
)
def test_only_a_lower_limit_signed_while_the_bag_was_out_stops_its_thaw(
    now: Profile, before: Profile | None, left: str | None, signed: object
) -> None:
    bag = product("retrieved", marks={"retrieved": left} if left is not None else {})

    assert codes(scan("thaw_started", bag=bag, profile=now, followed=before, profile_since=signed)) == ()
    assert codes(scan("thaw_started", bag=OUT, profile=COLDER, followed=KYMRIAH, profile_since=NOW)) == (
        "limit-tightened",
    )


def test_a_bag_kept_too_warm_for_the_version_in_force_comes_out_on_hold() -> None:
    here = place(occupant="bag-1", limit_c=-130)

    held = bag_after(scan("retrieved", place=here, profile=COLDER)).holds

    assert [(hold["reason"], hold["lift"]) for hold in held] == [("limit", [["pharmacist"], ["physician", "quality"]])]
    assert done(scan("retrieved", place=here, profile=COLDER)).leaves == STORED.position
    for fine in (KYMRIAH, WEAK, replace(COLDER, confidence=WEAK.confidence), None):
        assert bag_after(scan("retrieved", place=here, profile=fine)).holds == []


def test_a_shelf_life_counts_in_months_from_the_manufacture_to_the_minute() -> None:
    made = parse_rfc3339("2026-02-22T09:00:00.000Z")

    for months_old, expected in ((0, ()), (1, ("shelf-life-passed",))):
        moment = made - timedelta(minutes=months_old)
        bag = product("retrieved", marks={"manufactured": rfc3339(moment)})
        assert codes(scan("thaw_started", bag=bag, profile=SURE)) == expected
    assert codes(scan("thaw_started", bag=OLD)) == ("shelf-life-unconfirmed",)
    assert within_shelf_life(scan("thaw_started", bag=OLD, profile=None)) is None
    assert within_shelf_life(scan("enrolled")) is None


def test_what_every_product_needs_is_never_only_acknowledged() -> None:
    both = {"mri_available": False, "patient_ready": False}

    assert codes(scan("thaw_started", said=both, profile=ASKING)) == ("not-ready",)
    assert codes(scan("thaw_started", said={"mri_available": False}, profile=ASKING)) == ("not-ready-unconfirmed",)


@pytest.mark.parametrize(
    "code",
    [
        "dewar-too-warm-unconfirmed",
        "wrong-lot-count-unconfirmed",
        "thaw-in-turn-unconfirmed",
        "not-ready-unconfirmed",
        "shelf-life-unconfirmed",
        "timer-overdue-unconfirmed",
    ],
)
def test_what_was_not_read_is_acknowledged_at_most(code: str) -> None:
    assert RULES[code].rung is Rung.ACKNOWLEDGE
