"""An allogeneic product: enrolled without a collection, allocated from stock, and then on the road of any other."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.rebuild import check
from tests.hospital import Hospital
from tests.house.databases import Database
from tests.integration.api.test_api_doses import Dose, drawn, syringe
from tests.integration.api.test_api_scan_profiles import MAKER_BAG, declared


@pytest.fixture
def ebvallo(hospital: Hospital) -> Dose:
    return Dose(hospital, hospital.enrol(product="ebvallo", maker="kite"), 1, "ebvallo")


def allocated(dose: Dose, *numbers: int, login: str = "kite1", symbols: Any = None, **stated: Any) -> Any:
    """Allocate vials of a stock lot, as the maker's own system says it."""
    dose.house.clock.forward(minutes=1)
    document = {"text": dose.journey.document, "role": "document", "source": "imported"}
    details = {
        "lot": f"LOT{dose.journey.number:04d}",
        "expires_at": "2027-06-30T23:59:00+02:00",
        "donor": "DONOR-7",
        "bags": [{"symbols": [dose.label(number)], "volume_ml": 1} for number in numbers],
        **stated,
    }
    act = dose.house.act("allocated", [document] if symbols is None else symbols, details=details)
    return dose.house.post("/api/v1/scans", login, json=act)


def refused(answer: Any) -> str:
    assert answer.status_code == 409, answer.text
    return str(answer.json()["code"])


def test_a_product_without_a_collection_is_enrolled_without_a_bag(ebvallo: Dose) -> None:
    journey = ebvallo.journey
    assert journey.collection == ""
    shown = ebvallo.house.get(f"/api/v1/therapies/{journey.therapy}", "pharm1").json()
    assert (shown["product"], shown["bags"]) == ("ebvallo", [])

    nothing = ebvallo.house.scan("efs1", "collected", [journey.collection_label, journey.wristband], witness="efs2")
    assert refused(nothing) == "no-collection-awaited"


def test_vials_of_stock_travel_from_their_allocation_to_the_infusion(ebvallo: Dose, database: Database) -> None:
    house, journey = ebvallo.house, ebvallo.journey
    answer = allocated(ebvallo, 1, 2)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["event"]["subject"] == {"type": "therapy", "id": journey.therapy}
    assert [(bag["state"], bag["form"], bag["ordinal"], bag["of"]) for bag in made["bags"]] == [
        ("announced", "vial", 1, 2),
        ("announced", "vial", 2, 2),
    ]
    assert made["bag"] == made["bags"][0]
    assert all("patient" not in bag for bag in made["bags"])
    assert "released" in made["next_steps"]
    journey.products = [bag["id"] for bag in made["bags"]]

    ebvallo.sent()
    for number in (1, 2):
        ebvallo.thawed(number)
    diluted = drawn(ebvallo, 1, 1, 2, minutes=120)
    assert diluted.status_code == 201, diluted.text
    (made_up,) = diluted.json()["bags"]
    ended = ebvallo.infused(syringe(ebvallo, 1), volume_ml=9)

    assert (ended["bag"]["id"], ended["bag"]["state"]) == (made_up["id"], "infused")
    timers = {(one["from"], one["to"]): (one["max_minutes"], one["state"]) for one in ended["timers"]}
    assert timers == {("thaw_started", "prepared"): (60, "met"), ("thaw_started", "infusion_ended"): (180, "met")}
    history = house.get(f"/api/v1/bags/{journey.products[0]}/history", "pharm1").json()["items"]
    assert [one["step"] for one in history][:3] == ["allocated", "released", "packed"]
    assert [one["step"] for one in history][-3:] == ["thaw_started", "thaw_ended", "prepared"]
    custody = house.get(f"/api/v1/bags/{journey.products[0]}/custody", "pharm1").json()
    assert (custody["intervals"][0]["step"], custody["gaps"]) == ("allocated", [])
    assert list(check(database.url, house.services.keyring, lambda _done, _total: None)) == []  # as its ledger says


def test_vials_not_diluted_within_the_hour_are_too_late(ebvallo: Dose) -> None:
    ebvallo.journey.products = [bag["id"] for bag in allocated(ebvallo, 1).json()["bags"]]
    ebvallo.sent()
    ebvallo.thawed(1)
    ebvallo.house.clock.forward(minutes=60)

    assert refused(drawn(ebvallo, 1, 1)) == "timer-overdue"


def test_the_donor_is_known_by_a_pseudonym_that_is_equal_for_equal_donors_and_says_nothing(hospital: Hospital) -> None:
    one, two, other, elsewhere = (
        Dose(hospital, hospital.enrol(product="ebvallo", maker=maker), 1, "ebvallo")
        for maker in ("kite", "kite", "kite", "novartis")
    )
    same = [allocated(dose, 1).json()["bags"][0]["donor"] for dose in (one, two)]
    another = allocated(other, 1, donor="DONOR-8").json()["bags"][0]["donor"]
    of_another_maker = allocated(elsewhere, 1, login="nov1").json()["bags"][0]["donor"]

    assert same[0] == same[1]
    assert len({same[0], another, of_another_maker}) == 3
    history = hospital.get(f"/api/v1/bags/{allocated_bags(one)[0]}/history", "pharm1")
    assert "DONOR-7" not in history.text


def allocated_bags(dose: Dose) -> list[str]:
    shown = dose.house.get(f"/api/v1/therapies/{dose.journey.therapy}", "pharm1").json()
    return [bag["id"] for bag in shown["bags"]]


def test_an_allocation_that_cannot_be_is_refused_recorded_and_leaves_nothing(ebvallo: Dose) -> None:
    house = ebvallo.house
    made_for_its_patient = Dose(house, house.enrol(product="yescarta", maker="kite"), 1, "yescarta")
    twice = [{"symbols": [ebvallo.label(1)]}, {"symbols": [ebvallo.label(1)]}]
    unknown = [{"text": "&/CHA999926999999", "role": "document", "source": "imported"}]
    heard = {
        "not-off-the-shelf": allocated(made_for_its_patient, 1),
        "wrong-document": allocated(ebvallo, 1, symbols=unknown),
        "lot-expired": allocated(ebvallo, 1, expires_at="2026-11-30T23:59:00+01:00"),
        "wrong-lot-count": allocated(ebvallo, 1, 2, 3, 4, 5, 6, 7),
        "label-already-used": allocated(ebvallo, bags=twice),
        "unreadable-symbol": allocated(ebvallo, bags=[{"symbols": ["<<<"]}]),
        "unknown-bag": allocated(ebvallo, bags=[{"symbols": [ebvallo.label(1)[16:]]}]),
    }

    assert {code: refused(answer) for code, answer in heard.items()} == {code: code for code in heard}
    assert all(answer.json()["receipt"]["leaf_hash"] for answer in heard.values())
    assert allocated_bags(ebvallo) == []
    stranger = allocated(ebvallo, 1, login="nov1")
    assert refused(stranger) == "wrong-document"  # what another maker makes is out of its sight
    assert allocated(ebvallo, 1, login="pharm1").json()["code"] == "not-your-role"


def test_a_vial_is_allocated_once_and_a_second_dose_has_vials_of_its_own(hospital: Hospital) -> None:
    one = Dose(hospital, hospital.enrol(product="ebvallo", maker="kite"), 1, "ebvallo")
    other = Dose(hospital, hospital.enrol(product="ebvallo", maker="kite"), 1, "ebvallo")
    assert allocated(one, 1, 2).status_code == 201
    taken = allocated(other, bags=[{"symbols": [one.label(2)]}])
    assert refused(taken) == "label-already-used"

    assert allocated(one, 3).status_code == 201
    assert len(allocated_bags(one)) == 3


def test_a_label_that_the_site_has_declared_names_an_allocated_vial(ebvallo: Dose) -> None:
    assert declared(ebvallo.house, MAKER_BAG).status_code == 201
    number = ebvallo.journey.number
    text = f"MK.{number:06d}-LOT{number:04d}"
    answer = allocated(ebvallo, bags=[{"symbols": [ebvallo.label(1), text]}])

    assert answer.status_code == 201, answer.text
    released = ebvallo.house.taken("kite1", "released", [text], details={"certificate": "COA-1"})
    assert released["bag"]["id"] == answer.json()["bag"]["id"]


def test_an_allocation_sent_again_is_the_same_allocation(ebvallo: Dose) -> None:
    document = {"text": ebvallo.journey.document, "role": "document", "source": "imported"}
    act = ebvallo.house.act("allocated", [document], details={"bags": [{"symbols": [ebvallo.label(1)]}]})
    first, again = (ebvallo.house.post("/api/v1/scans", "kite1", json=act) for _ in range(2))

    assert first.status_code == 201, first.text
    assert again.content == first.content
    assert len(allocated_bags(ebvallo)) == 1


def test_an_allocation_from_a_doubtful_clock_opens_a_deviation(ebvallo: Dose) -> None:
    house = ebvallo.house
    document = {"text": ebvallo.journey.document, "role": "document", "source": "imported"}
    act = house.act(
        "allocated",
        [document],
        details={"bags": [{"symbols": [ebvallo.label(1)]}]},
        deviation={"rules": ["device-clock-off"], "reason": "horloge du serveur"},
    )
    house.clock.forward(minutes=10)
    answer = house.post("/api/v1/scans", "kite1", json=act | {"sent_at": act["occurred_at"]})

    assert answer.status_code == 201, answer.text
    opened = answer.json()["deviation"]
    items = house.get("/api/v1/deviations", "quality1").json()["items"]
    (found,) = [one for one in items if one["id"] == opened]
    assert (found["step"], found["bag"]) == ("allocated", answer.json()["bag"]["id"])


def test_an_allocation_refused_from_a_queue_waits_to_be_settled(ebvallo: Dose) -> None:
    house = ebvallo.house
    document = {"text": "&/CHA999926999999", "role": "document", "source": "imported"}
    act = house.act("allocated", [document], details={"bags": [{"symbols": [ebvallo.label(1)]}]})
    (result,) = house.post("/api/v1/scans/batch", "kite1", json={"scans": [act]}).json()["results"]

    assert (result["status"], result["body"]["code"]) == (409, "wrong-document")
    waiting = house.get("/api/v1/settle", "quality1").json()["items"]
    assert [(one["step"], one["code"]) for one in waiting if one["scan_id"] == act["scan_id"]] == [
        ("allocated", "wrong-document")
    ]


def test_a_recalled_lot_is_held_as_it_is_allocated(ebvallo: Dose) -> None:
    lot = f"LOT{ebvallo.journey.number:04d}"
    recall = {"lot": lot, "reference": "RAPPEL-1", "reason": "stérilité"}
    assert ebvallo.house.post("/api/v1/recalls", "quality1", json=recall).status_code == 201

    (bag,) = allocated(ebvallo, 1).json()["bags"]

    assert [hold["reason"] for hold in bag["holds"]] == ["recall"]
