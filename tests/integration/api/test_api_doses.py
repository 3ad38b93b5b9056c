"""Doses that are not one bag: vials of two components drawn into syringes, a dose split over two days, three bags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.barcodes.build import din, expiry, internal
from app.custody.steps import STEPS
from tests.hospital import READY, Hospital, Journey


@dataclass
class Dose:
    """Several containers of one therapy, from the maker to the patient; each is named by its ordinal."""

    house: Hospital
    journey: Journey
    row: int
    product: str

    @classmethod
    def arrived(cls, house: Hospital, product: str, row: int, *contents: dict[str, Any]) -> Dose:
        """Make these containers, send them in one shipper, accept and store each of them."""
        journey = house.enrol(product=product, maker="kite")
        dose = cls(house, journey, row, product)
        journey.collected()
        journey.shipped("out", journey.collection_label, ("efs1", "efs2"), "KITE")
        house.taken("kite1", "received", [journey.shipper("out"), journey.collection_label], witness="kite2")
        made = house.taken(
            "kite1",
            "manufactured",
            [journey.collection_label],
            details={
                "lot": f"LOT{journey.number:04d}",
                "expires_at": "2027-06-30T23:59:00+02:00",
                "bags": [{"symbols": [dose.label(number)], **told} for number, told in enumerate(contents, 1)],
            },
        )
        journey.products = [bag["id"] for bag in made["bags"]]
        dose.sent()
        return dose

    def sent(self) -> None:
        """Release what was announced, send it in one shipper, accept and store each of it."""
        house, journey, dose = self.house, self.journey, self
        numbers = range(1, len(journey.products) + 1)
        way = journey.shipper("back")
        house.post("/api/v1/shipments", "kite1", json={"shipper": way, "to_site": "PUI", "carrier_site": "CRYO"})
        for number in numbers:
            house.taken("kite1", "released", [dose.label(number)])
            house.taken("kite1", "packed", [dose.label(number), way], witness="kite2", details={"seal": "SEAL-1"})
        house.taken("kite1", "handed_over", [way], witness="carrier1")
        for number in numbers:
            house.taken(
                "tech1", "received", [way, dose.label(number)], witness="pharm1", details={"count": len(numbers)}
            )
            dose.at_the_pharmacy("inspected", number, by="pharm1", beside="tech1", certificate="COA-1")
            dose.at_the_pharmacy("stored", number, dose.position(number), exposure_s=45)

    def label(self, number: int) -> str:
        return din("A9991", 26, self.journey.number, flags="00") + f"=<S12954{chr(64 + number)}0"

    def position(self, number: int) -> str:
        return internal("P", f"D1-T1-R1-B{self.row}-P{number}")

    def at_the_pharmacy(
        self, step: str, number: int, *also: str, by: str = "tech1", beside: str = "pharm1", **stated: Any
    ) -> dict[str, Any]:
        symbols = [self.label(number), *self.layers(step, self.label(number)), *also]
        answer = self.house.scan(by, step, symbols, witness=beside, details=stated)
        self.house.clock.forward(minutes=1)
        assert answer.status_code == 201, answer.text
        return answer.json()  # type: ignore[no-any-return]  # JSON is Any

    def layers(self, step: str, label: str) -> list[dict[str, str]]:
        """Return every other label or paper that this product's rules want compared at that step."""
        profile = self.house.get("/api/v1/profiles", "pharm1").json()["items"]
        wanted = next(one["match_labels"] for one in profile if one["tag"] == self.product)
        return [{"text": label, "role": one} for one in wanted if one in (STEPS[step].layers or ())]

    def thawed(self, number: int) -> dict[str, Any]:
        self.at_the_pharmacy("retrieved", number, self.position(number), purpose="thaw")
        self.at_the_pharmacy("thaw_started", number, **READY)
        return self.at_the_pharmacy("thaw_ended", number, visual_check="intact")

    def issued(self, symbol: str) -> None:
        self.house.taken("pharm1", "issued", [symbol], witness="nurse1")
        journey = self.journey
        document = {"text": journey.document, "role": "document"}
        symbols = [symbol, *self.layers("identified", symbol), journey.wristband, document]
        self.house.taken("nurse1", "identified", symbols, witness="doctor1")

    def started(self, symbol: str, **more: Any) -> Any:
        self.house.clock.forward(minutes=1)
        return self.house.scan(
            "nurse1", "infusion_started", [symbol, self.journey.wristband], witness="doctor1", **more
        )

    def infused(self, symbol: str, **stated: Any) -> dict[str, Any]:
        self.issued(symbol)
        begun = self.started(symbol)
        assert begun.status_code == 201, begun.text
        return self.house.taken("nurse1", "infusion_ended", [symbol], witness="doctor1", details=stated)

    def followed(self, login: str = "doctor1", **stated: Any) -> Any:
        self.house.clock.forward(minutes=1)
        return self.house.scan(
            login, "followed_up", [{"text": self.journey.document, "role": "document"}], details=stated
        )


def syringe(dose: Dose, number: int) -> str:
    return internal("B", f"SYR-{dose.journey.number}-{number}")


def drawn(dose: Dose, number: int, *vials: int, minutes: int = 60, also: Sequence[str] = ()) -> Any:
    """Draw vials into one syringe to be discarded in so many minutes; ``also`` stands on its label."""
    house = dose.house
    house.clock.forward(minutes=1)
    first, *others = vials
    return house.scan(
        "tech1",
        "prepared",
        [dose.label(first)],
        witness="pharm1",
        details={
            "vials": [{"symbols": [dose.label(other)]} for other in others],
            "syringes": [
                {
                    "symbols": [syringe(dose, number), *also],
                    "volume_ml": 9,
                    "discard_at": (house.clock.now() + timedelta(minutes=minutes)).isoformat(),
                }
            ],
        },
    )


CD8, CD4 = {"component": "CD8", "volume_ml": 5}, {"component": "CD4", "volume_ml": 5}


@pytest.fixture
def breyanzi(hospital: Hospital) -> Dose:
    return Dose.arrived(hospital, "breyanzi", 1, CD8, CD8, CD4, CD4)


@pytest.fixture
def aucatzyl(hospital: Hospital) -> Dose:
    strengths = ({"strength": "10e6", "volume_ml": 20}, {"strength": "100e6"}, {"strength": "300e6"})
    return Dose.arrived(hospital, "aucatzyl", 1, *strengths)


def test_vials_of_two_components_are_drawn_into_two_syringes_and_given_in_their_order(breyanzi: Dose) -> None:
    for number in (1, 2, 3, 4):
        breyanzi.thawed(number)
    bare = breyanzi.house.scan("pharm1", "issued", [breyanzi.label(1)], witness="nurse1")
    assert (bare.status_code, bare.json()["code"]) == (409, "not-prepared")
    mixed = drawn(breyanzi, 1, 1, 3)
    assert (mixed.status_code, mixed.json()["code"]) == (409, "components-mixed")
    late = drawn(breyanzi, 1, 1, 2, minutes=180)
    assert (late.status_code, late.json()["code"]) == (409, "discard-time-late")

    first = drawn(breyanzi, 1, 1, 2)
    assert first.status_code == 201, first.text
    assert first.json()["bag"]["state"] == "consumed"
    (made,) = first.json()["bags"]
    assert (made["form"], made["state"], made["component"]) == ("syringe", "thawed", "CD8")
    assert sorted(made["parents"]) == sorted(breyanzi.journey.products[:2])
    taken = drawn(breyanzi, 1, 3, 4)
    assert (taken.status_code, taken.json()["code"]) == (409, "label-already-used")
    assert drawn(breyanzi, 2, 3, 4).status_code == 201
    used = breyanzi.house.get(f"/api/v1/bags/{breyanzi.journey.products[1]}", "pharm1").json()
    assert used["state"] == "consumed"

    breyanzi.issued(syringe(breyanzi, 2))
    too_early = breyanzi.started(syringe(breyanzi, 2))
    assert (too_early.status_code, too_early.json()["code"]) == (409, "component-order")
    assert too_early.json()["rung"] == "senior"
    assert breyanzi.infused(syringe(breyanzi, 1), volume_ml=9)["bag"]["state"] == "infused"
    assert breyanzi.started(syringe(breyanzi, 2)).status_code == 201


def test_the_labels_of_vials_and_syringes_are_compared_with_each_other_and_the_patient(breyanzi: Dose) -> None:
    house, journey = breyanzi.house, breyanzi.journey
    for number in (1, 2):
        breyanzi.thawed(number)
    other = house.enrol(product="breyanzi")
    label = syringe(breyanzi, 1)
    donation = din("A9991", 26, journey.number, flags="00")

    wrong = {
        "another therapy": drawn(breyanzi, 1, 1, 2, also=[other.document]),
        "another patient": drawn(breyanzi, 1, 1, 2, also=[other.wristband]),
        "nobody's number": drawn(breyanzi, 1, 1, 2, also=[internal("W", "A9990-0")]),
        "another donation": drawn(breyanzi, 1, 1, 2, also=[din("A9991", 26, 888_000 + journey.number, flags="00")]),
    }
    late = drawn(breyanzi, 1, 1, 2, also=[expiry(house.clock.now() + timedelta(days=2))])
    asked = [{"text": label, "symbology": None, "source": "camera"}]
    read = house.post("/api/v1/scans/read", "pharm1", json={"symbols": asked})

    assert {(one.status_code, one.json()["code"], one.json()["rung"]) for one in wrong.values()} == {
        (409, "labels-disagree", "never")
    }
    differing = {
        what: [(row["field"], sorted(row["values"])) for row in one.json()["comparison"] if row["verdict"] == "differ"]
        for what, one in wrong.items()
    }
    assert differing["another therapy"] == [
        ("therapy", ["recorded", "syringe#1"]),
    ]
    assert differing["another patient"] == differing["nobody's number"] == [("patient", ["recorded", "syringe#1"])]
    assert differing["another donation"] == [("din", ["recorded", "syringe#1"])]
    assert (late.json()["code"], late.json()["rung"]) == ("label-values-differ", "senior")
    # Nothing came of it: the vials are as they were, and no syringe of that name exists.
    assert [house.get(f"/api/v1/bags/{one}", "pharm1").json()["state"] for one in journey.products[:2]] == [
        "thawed"
    ] * 2
    assert read.json()["subjects"] == []

    right = drawn(breyanzi, 1, 1, 2, also=[journey.document, journey.wristband, donation])
    assert right.status_code == 201, right.text
    rows = {(row["field"], *sorted(row["values"])): row["verdict"] for row in right.json()["comparison"]}
    assert rows["therapy", "recorded", "syringe#1"] == "agree"
    assert rows["patient", "recorded", "syringe#1"] == "agree"
    assert rows["din", "recorded", "syringe#1"] == "agree"
    assert rows["din", "recorded#2", "vial#2"] == "agree"
    assert rows["din", "bag", "recorded"] == "agree"
    assert journey.ipp not in right.text
    last = house.get(f"/api/v1/bags/{journey.products[0]}/history", "pharm1").json()["items"][-1]
    assert last["comparison"] == right.json()["comparison"]


def test_a_recall_holds_the_syringe_that_a_vial_of_the_lot_went_into(hospital: Hospital) -> None:
    dose = Dose.arrived(hospital, "breyanzi", 1, CD8, {**CD8, "lot": "LOT-B"}, CD4)
    for number in (1, 2):
        dose.thawed(number)
    (made,) = drawn(dose, 1, 1, 2).json()["bags"]

    told = {"lot": "LOT-B", "reference": "RAP-3", "reason": "particules"}
    recall = hospital.post("/api/v1/recalls", "quality1", json=told).json()

    assert recall["bags"] == [made["id"]]
    assert [one["reason"] for one in hospital.get(f"/api/v1/bags/{made['id']}", "pharm1").json()["holds"]] == ["recall"]


def test_a_syringe_keeps_the_clock_of_its_vials_and_the_custody_of_its_makers(breyanzi: Dose) -> None:
    breyanzi.thawed(1)
    assert drawn(breyanzi, 1, 1).status_code == 201
    house = breyanzi.house
    bag = house.get(f"/api/v1/bags?identifier={syringe(breyanzi, 1)}", "pharm1").json()["items"][0]
    shown = house.get(f"/api/v1/bags/{bag['id']}", "pharm1").json()
    (timer,) = shown["timers"]
    vial = house.get(f"/api/v1/bags/{breyanzi.journey.products[0]}", "pharm1").json()
    assert timer["started_at"] == vial["marks"]["retrieved"]
    custody = house.get(f"/api/v1/bags/{bag['id']}/custody", "pharm1").json()
    assert [(one["custodian"], one["until"]) for one in custody["intervals"]] == [
        (house.people["pharm1"].site_id, None)
    ]

    house.clock.forward(minutes=121)
    late = house.scan("pharm1", "issued", [syringe(breyanzi, 1)], witness="nurse1")
    told = {late.json()["code"], *(one["code"] for one in late.json()["others"])}
    assert (late.status_code, told) == (409, {"timer-overdue", "syringe-expired"})


def test_vials_of_two_patients_never_meet_in_one_syringe(hospital: Hospital, breyanzi: Dose) -> None:
    other = Dose.arrived(hospital, "breyanzi", 2, CD8, CD4)
    breyanzi.thawed(1)
    other.thawed(1)
    act = {
        "vials": [{"symbols": [other.label(1)]}],
        "syringes": [{"symbols": [syringe(breyanzi, 1)], "discard_at": hospital.clock.now().isoformat()}],
    }
    refused = hospital.scan("tech1", "prepared", [breyanzi.label(1)], witness="pharm1", details=act)
    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (409, "vial-of-another", "never")
    for symbols, code in (
        (["=A99919800000100"], "unknown-bag"),
        (["garbled"], "unreadable-symbol"),
        ([breyanzi.label(2), other.label(1)], "labels-disagree"),
        ([breyanzi.label(1)[:16]], "ambiguous-bag"),
    ):
        act["vials"] = [{"symbols": symbols}]
        answer = hospital.scan("tech1", "prepared", [breyanzi.label(1)], witness="pharm1", details=act)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    still = hospital.get(f"/api/v1/bags/{breyanzi.journey.products[0]}", "pharm1").json()
    assert still["state"] == "thawed"


def test_a_split_dose_waits_for_the_physician_and_its_days_and_the_rest_of_a_bag_is_destroyed(aucatzyl: Dose) -> None:
    house, blue, orange = aucatzyl.house, aucatzyl.label(1), aucatzyl.label(2)
    aucatzyl.thawed(1)
    aucatzyl.issued(blue)
    assert aucatzyl.started(blue).status_code == 201
    part = {"completeness": "partial", "volume_ml": 12, "rest_ml": 7, "fate_of_rest": "détruit"}
    short = house.scan("nurse1", "infusion_ended", [blue], witness="doctor1", details=part)
    assert (short.status_code, short.json()["code"]) == (409, "volume-unaccounted")
    ended = house.taken("nurse1", "infusion_ended", [blue], witness="doctor1", details=part | {"rest_ml": 8})
    assert (ended["bag"]["state"], ended["bag"]["rest_ml"]) == ("infused", 8)
    gone = aucatzyl.at_the_pharmacy("destroyed", 1, by="pharm1", beside="tech1", quantity_ml=8)
    assert (gone["bag"]["state"], gone["bag"]["rest_ml"]) == ("infused", 0)

    house.clock.forward(days=9)
    aucatzyl.at_the_pharmacy("retrieved", 2, aucatzyl.position(2), purpose="thaw")
    undecided = house.scan("tech1", "thaw_started", [orange], witness="pharm1", details=READY)
    assert (undecided.status_code, undecided.json()["code"]) == (409, "second-dose-undecided")
    graded = {"scheme": "ASTCT2019", "crs": {"grade": 1, "temp_mC": 39_000, "hypoxia": "low_flow"}}
    assert aucatzyl.followed(**graded, second_dose="postpone").json()["computed"] == {"scheme": "ASTCT2019", "crs": 2}
    assert house.scan("tech1", "thaw_started", [orange], witness="pharm1", details=READY).status_code == 409
    go = aucatzyl.followed(second_dose="go")
    assert (go.status_code, go.json()["bag"]["id"]) == (201, aucatzyl.journey.products[0])
    aucatzyl.at_the_pharmacy("thaw_started", 2, **READY)
    aucatzyl.at_the_pharmacy("thaw_ended", 2, visual_check="intact")
    assert aucatzyl.infused(orange)["bag"]["state"] == "infused"

    told = house.get(f"/api/v1/therapies/{aucatzyl.journey.therapy}/follow-ups", "pharm1").json()
    assert (len(told["items"]), told["second_dose"]) == (2, "go")
    assert told["reactions"] == {"crs": {"ASTCT2019": 2}}
    assert told["items"][0]["stated"]["crs"]["grade"] == 1
    theirs = house.get("/api/v1/therapies", "kite1").json()["items"]
    assert all("reactions" not in one and "second_dose" not in one for one in theirs)


def test_a_severe_reaction_stops_the_second_dose(aucatzyl: Dose) -> None:
    aucatzyl.thawed(3)
    nothing = aucatzyl.followed(second_dose="go")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "not-infused-yet")
    aucatzyl.infused(aucatzyl.label(3))
    assert aucatzyl.followed(scheme="Lee2014", crs={"grade": 3}).status_code == 201
    stopped = aucatzyl.followed(second_dose="go")
    assert (stopped.status_code, stopped.json()["code"], stopped.json()["rung"]) == (
        409,
        "reaction-too-severe",
        "senior",
    )
    unscaled = aucatzyl.followed(icans={"grade": 1})
    assert (unscaled.status_code, unscaled.json()["code"]) == (409, "grading-scheme-missing")
    assert aucatzyl.followed("nurse1", second_dose="go").json()["code"] == "not-your-role"
    assert aucatzyl.followed(scheme="Lee 2014", crs={"grade": 3}).status_code == 422

    act = aucatzyl.house.act(
        "followed_up",
        [{"text": aucatzyl.journey.document, "role": "document"}],
        details={"second_dose": "go"},
        deviation={"rules": ["reaction-too-severe"], "reason": "réévalué en RCP"},
    )
    act["deviation"]["authoriser"] = aucatzyl.house.sign("pharm1", act)
    decided = aucatzyl.house.post("/api/v1/scans", "doctor1", json=act)
    assert decided.status_code == 201, decided.text
    assert decided.json()["deviation"] is not None
    again = aucatzyl.house.post("/api/v1/scans", "doctor1", json=act)
    assert again.content == decided.content


def test_a_second_part_outside_its_days_is_a_senior_decision(aucatzyl: Dose) -> None:
    house = aucatzyl.house
    aucatzyl.thawed(3)
    aucatzyl.infused(aucatzyl.label(3))
    assert aucatzyl.followed(second_dose="go").status_code == 201
    house.clock.forward(days=14)
    aucatzyl.at_the_pharmacy("retrieved", 2, aucatzyl.position(2), purpose="thaw")
    late = house.scan("tech1", "thaw_started", [aucatzyl.label(2)], witness="pharm1", details=READY)
    assert (late.status_code, late.json()["code"], late.json()["rung"]) == (409, "outside-dose-window", "senior")


def test_a_follow_up_of_nothing_we_know_is_recorded_as_refused(hospital: Hospital) -> None:
    symbols = [{"text": "&/CHA999926999999", "role": "document"}]
    refused = hospital.scan("doctor1", "followed_up", symbols)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-document")
    assert refused.json()["receipt"]["leaf_hash"]


def test_a_follow_up_names_a_bag_of_its_own_therapy_only(aucatzyl: Dose) -> None:
    aucatzyl.thawed(3)
    aucatzyl.infused(aucatzyl.label(3))
    symbols = [{"text": aucatzyl.journey.document, "role": "document"}]
    for bag, status in ((aucatzyl.journey.products[2], 201), (aucatzyl.journey.products[0], 409)):
        answer = aucatzyl.house.scan("doctor1", "followed_up", symbols, bag_id=bag)
        assert answer.status_code == status
    assert answer.json()["code"] == "wrong-bag"


def test_a_part_of_a_bag_of_another_product_is_a_physician_s_decision(hospital: Hospital) -> None:
    journey = hospital.enrol()
    journey.to_store()
    journey.retrieved()
    journey.thawed()
    journey.issued()
    journey.identified()
    label = journey.product_label()
    hospital.taken("nurse1", "infusion_started", [label, journey.wristband], witness="nurse2")
    part = {"completeness": "partial", "volume_ml": 30, "fate_of_rest": "détruit"}
    refused = hospital.scan("nurse1", "infusion_ended", [label], witness="nurse2", details=part)
    assert (refused.status_code, refused.json()["code"]) == (409, "partial-not-foreseen")
    assert refused.json()["authorisers"] == [["physician"]]
    wish = {"rules": ["partial-not-foreseen"], "reason": "réaction"}
    taken = hospital.taken("nurse1", "infusion_ended", [label], witness="doctor1", details=part, deviation=wish)
    assert taken["bag"]["state"] == "infused"


def test_three_bags_are_thawed_one_after_the_other_each_with_its_own_clock(hospital: Hospital) -> None:
    dose = Dose.arrived(hospital, "kymriah", 1, {}, {}, {})
    dose.thawed(1)
    dose.at_the_pharmacy("retrieved", 2, dose.position(2), purpose="thaw")
    early = hospital.scan("tech1", "thaw_started", [dose.label(2)], witness="pharm1", details=READY)
    assert (early.status_code, early.json()["code"]) == (409, "thaw-in-turn")

    dose.infused(dose.label(1))
    dose.at_the_pharmacy("thaw_started", 2, **READY)
    dose.at_the_pharmacy("thaw_ended", 2, visual_check="intact")
    dose.infused(dose.label(2))
    dose.thawed(3)
    assert dose.infused(dose.label(3))["bag"]["state"] == "infused"
    bags = hospital.get(f"/api/v1/therapies/{dose.journey.therapy}", "pharm1").json()["bags"]
    assert [(bag["ordinal"], bag["of"]) for bag in bags if bag["kind"] == "product"] == [(1, 3), (2, 3), (3, 3)]
