"""Which bag a scan is about: told by its label, its patient or its shipper, exactly one, or a refusal that says why."""

from __future__ import annotations

from typing import Any

import pytest

from app.barcodes.build import coi, din, internal
from tests.hospital import Hospital, Journey, family_name


@pytest.fixture(scope="module")
def pair(house: Hospital) -> Journey:
    """Two product bags of one donation."""
    journey = house.enrol(product="kymriah", maker="novartis")
    journey.collected()
    journey.manufactured(bags=2)
    return journey


def observed(hospital: Hospital, symbols: list[Any], login: str = "nov1") -> dict[str, Any]:
    body: dict[str, Any] = hospital.scan(login, "observed", symbols).json()
    return body


def test_a_donation_number_alone_may_name_several_bags(house: Hospital, pair: Journey) -> None:
    assert observed(house, [pair.product_label()[:16]])["code"] == "ambiguous-bag"


def test_the_number_and_the_product_code_name_one_wherever_they_stand(house: Hospital, pair: Journey) -> None:
    number, product = pair.product_label(2)[:16], pair.product_label(2)[16:]

    assert observed(house, [number, product])["bag"]["id"] == pair.products[1]
    assert observed(house, [product, number])["bag"]["id"] == pair.products[1]


def test_a_product_code_alone_names_no_bag(house: Hospital, pair: Journey) -> None:
    assert observed(house, [pair.product_label()[16:]])["code"] == "unknown-bag"


def test_the_labels_of_two_bags_disagree(house: Hospital, pair: Journey) -> None:
    assert observed(house, [pair.product_label(1), pair.product_label(2)])["code"] == "labels-disagree"


def test_a_number_that_names_one_living_bag_is_enough(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()  # the collection is consumed, and its number lives on in one product

    assert observed(house, [journey.product_label()[:16]], "kite1")["bag"]["id"] == journey.products[0]


def test_a_bag_that_ended_is_still_found_by_its_label(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()

    assert observed(house, [journey.collection_label], "kite1")["bag"]["state"] == "consumed"


def test_every_symbol_that_names_nothing_is_told_not_only_the_first(house: Hospital) -> None:
    body = house.scan(
        "tech1",
        "stored",
        ["=A99992699999900", internal("P", "NOWHERE"), {"text": "<<<", "role": "bag"}],
        details={"exposure_s": 1},
    ).json()

    assert [body["code"], *(other["code"] for other in body["others"])] == [
        "unreadable-symbol",
        "unknown-bag",
        "unknown-position",
    ]


def test_a_symbol_of_the_wrong_kind_is_told_by_the_name_of_the_place_it_was_held_to(house: Hospital) -> None:
    act = house.act("stored", [{"text": internal("P", "D1-T1"), "role": "bag"}, internal("P", "D1-T1-R1-B1-P1")])
    strange = house.act("observed", [{"text": internal("P", "D1-T1"), "role": "patient"}, internal("B", "X1")])

    told = house.post("/api/v1/scans", "tech1", json=act, headers={"Accept-Language": "en"}).json()
    unasked = house.post("/api/v1/scans", "tech1", json=strange).json()

    assert (told["code"], "Label of the bag" in told["detail"]) == ("wrong-symbol", True)
    assert (unasked["code"], "patient" in unasked["detail"]) == ("wrong-symbol", True)


# --- the patient names the bag that is awaited -----------------------------------------------------------------------


def collected(journey: Journey, symbols: list[str], therapy: str | None = None) -> Any:
    hospital = journey.hospital
    document = [therapy] if therapy is not None else []
    return hospital.scan(
        "efs1",
        "collected",
        [*symbols, journey.wristband, *document],
        witness="efs2",
        details={"volume_ml": 180, "presentation": "fresh"},
    )


def test_a_patient_with_two_therapies_needs_the_paper_that_names_one(house: Hospital) -> None:
    first = house.enrol()
    second = house.enrol(ipp=first.ipp)

    alone = collected(second, [second.collection_label])
    named = collected(second, [second.collection_label], second.document)
    left = collected(first, [first.collection_label])

    assert (alone.status_code, alone.json()["code"]) == (409, "unknown-therapy")
    assert (named.status_code, named.json()["bag"]["id"]) == (201, second.collection)
    assert (left.status_code, left.json()["bag"]["id"]) == (201, first.collection)


def test_two_therapies_of_one_patient_are_one_patient(house: Hospital) -> None:
    first = house.enrol()
    second = house.enrol(ipp=first.ipp)

    shown = [house.get(f"/api/v1/therapies/{one.therapy}", "pharm1").json() for one in (first, second)]

    assert shown[0]["patient"] == shown[1]["patient"]
    assert shown[0]["id"] != shown[1]["id"]


def test_the_paper_of_another_patients_therapy_names_no_bag(house: Hospital) -> None:
    mine, other = house.enrol(), house.enrol()

    answer = collected(mine, [mine.collection_label], other.document)

    assert answer.json()["code"] == "unknown-therapy"


def test_a_collection_that_was_recorded_before_is_out_of_order_and_not_unknown(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()

    again = collected(journey, [din("A9991", 26, journey.number, flags="00")])

    assert again.json()["code"] == "out-of-order"


def test_a_new_label_beside_a_wristband_of_whom_nothing_is_awaited_is_refused_for_the_patient(house: Hospital) -> None:
    awaited, other = house.enrol(), house.enrol()
    other.collected()
    new_label = awaited.collection_label

    wrong = house.scan("efs1", "collected", [new_label, other.wristband], witness="efs2", details={"volume_ml": 180})
    told = house.post(
        "/api/v1/scans",
        "efs1",
        json=house.act("collected", [new_label, other.wristband]),
        headers={"Accept-Language": "en"},
    )
    right = collected(awaited, [new_label])

    assert (wrong.status_code, wrong.json()["code"], wrong.json()["rung"]) == (409, "no-collection-awaited", "never")
    assert wrong.json()["detail"].startswith("Aucun prélèvement n'est attendu pour ce patient")
    assert told.json()["detail"].startswith("No collection is awaited for this patient")
    assert (right.status_code, right.json()["bag"]["id"]) == (201, awaited.collection)


def test_a_label_that_is_somebody_elses_already_is_not_stuck_on(house: Hospital) -> None:
    first, second = house.enrol(), house.enrol()
    first.collected()

    answer = collected(second, [first.collection_label])

    assert answer.json()["code"] == "label-already-used"


def test_a_label_without_a_number_names_no_bag(house: Hospital) -> None:
    journey = house.enrol()

    assert collected(journey, ["=<S1295100"]).json()["code"] == "unknown-bag"


def test_an_unknown_wristband_is_an_unknown_patient(house: Hospital) -> None:
    journey = house.enrol()

    answer = house.scan(
        "efs1",
        "collected",
        [journey.collection_label, internal("W", "A9990-NOBODY")],
        witness="efs2",
        details={"volume_ml": 180, "presentation": "fresh"},
    )

    assert answer.json()["code"] == "unknown-patient"


# --- the shipper names its bags --------------------------------------------------------------------------------------


def test_an_empty_shipper_names_no_bag(house: Hospital) -> None:
    shipper = internal("S", "SHIP-EMPTY")
    opened = house.post(
        "/api/v1/shipments", "efs1", json={"shipper": shipper, "to_site": "KITE", "carrier_site": "CRYO"}
    )
    assert opened.status_code == 201

    assert house.scan("efs1", "handed_over", [shipper], witness="carrier1").json()["code"] == "unknown-bag"


def test_a_shipper_on_no_journey_is_unknown(house: Hospital) -> None:
    answer = house.scan("efs1", "handed_over", [internal("S", "SHIP-NONE")], witness="carrier1")

    assert answer.json()["code"] == "unknown-shipper"


def test_all_bags_of_a_shipper_are_handed_over_by_scanning_the_shipper(house: Hospital) -> None:
    journey = house.enrol(product="kymriah", maker="novartis")
    journey.collected()
    journey.manufactured(bags=2)
    shipper = journey.shipper("both")
    house.post("/api/v1/shipments", "nov1", json={"shipper": shipper, "to_site": "PUI", "carrier_site": "CRYO"})
    for ordinal in (1, 2):
        journey.released(ordinal)
        house.taken(
            "nov1", "packed", [journey.product_label(ordinal), shipper], witness="nov2", details={"seal": "SEAL-9"}
        )

    house.taken("nov1", "handed_over", [shipper], witness="carrier1")

    states = [house.get(f"/api/v1/bags/{bag}", "nov1").json()["state"] for bag in journey.products]
    assert states == ["in_transit", "in_transit"]


# --- the maker's new bags --------------------------------------------------------------------------------------------


@pytest.fixture
def ready(house: Hospital) -> Journey:
    """A collection that its maker has received."""
    journey = house.enrol()
    journey.collected()
    journey.shipped("out", journey.collection_label, ("efs1", "efs2"), "KITE")
    house.taken(
        "kite1",
        "received",
        [journey.shipper("out"), journey.collection_label],
        witness="kite2",
        details={"seal_intact": True},
    )
    return journey


def manufactured(journey: Journey, bags: list[dict[str, Any]], **details: Any) -> Any:
    stated = {"lot": "LOT-1", "expires_at": "2027-06-30T23:59:00+02:00", "bags": bags, **details}
    return journey.hospital.scan("kite1", "manufactured", [journey.collection_label], details=stated)


def test_the_labels_of_new_bags_must_be_readable_and_name_one_bag_each(ready: Journey) -> None:
    label = ready.product_label()
    cases = {
        "unreadable-symbol": [{"symbols": ["<<<"]}],
        "unknown-bag": [{"symbols": [label[16:]]}],
        "wrong-lot-count": [{"symbols": [label]}, {"symbols": [ready.product_label(2)]}],
        "label-already-used": [{"symbols": [ready.collection_label]}],
    }

    heard = {code: manufactured(ready, bags) for code, bags in cases.items()}

    assert {code: (one.status_code, one.json()["code"]) for code, one in heard.items()} == {
        code: (409, code) for code in cases
    }
    assert manufactured(ready, [{"symbols": [label]}]).status_code == 201


def test_a_label_in_two_symbols_names_the_new_bag_as_one_symbol_does(ready: Journey) -> None:
    label = ready.product_label()

    made = manufactured(ready, [{"symbols": [label[:16], label[16:]]}]).json()

    found = observed(ready.hospital, [label], "kite1")
    assert found["bag"]["id"] == made["bags"][0]["id"]


def test_what_is_stated_of_new_bags_is_told_field_by_field(ready: Journey) -> None:
    answer = manufactured(ready, [{"symbols": []}, {"colour": "red"}, {"symbols": ["x"] * 9}], expires_at="soon")

    faults = answer.json()["faults"]
    assert answer.status_code == 422
    assert faults["bags[1].colour"] == "unknown"
    assert faults["bags[1].symbols"] == "missing"
    assert set(faults) == {"bags[0].symbols", "bags[1].colour", "bags[1].symbols", "bags[2].symbols", "expires_at"}


# --- enrolling -------------------------------------------------------------------------------------------------------


def enrolled(hospital: Hospital, number: int, **changes: Any) -> Any:
    details = {
        "coi": coi("A9999", 26, f"{number:06d}")[2:],
        "product": "yescarta",
        "manufacturer": "kite",
        "prescriber": "Dr Martin",
        "patient": {
            "ipp": f"A9990-E{number}",
            "family_name": family_name(f"A9990-E{number}"),
            "given_name": "N",
            "birth_date": "1958-03-14",
            "sex": "F",
        },
        **changes,
    }
    return hospital.scan("coord1", "enrolled", details=details)


def test_a_therapy_is_enrolled_for_a_product_a_maker_and_a_site_that_are_known(house: Hospital) -> None:
    assert enrolled(house, 900_001, product="moonshine").json()["code"] == "unknown-profile"
    assert enrolled(house, 900_001, manufacturer="nobody").json()["code"] == "unknown-site"
    assert enrolled(house, 900_001, collection_site="NOWHERE").json()["code"] == "unknown-site"
    assert enrolled(house, 900_001).status_code == 201
    assert enrolled(house, 900_001).json()["code"] == "therapy-exists"


def test_a_therapy_without_a_collection_site_is_collected_where_it_was_enrolled(house: Hospital) -> None:
    bag = enrolled(house, 900_002, planned_infusion="2027-01-15").json()["bag"]

    assert bag["custodian"] == house.people["coord1"].site_id


def test_a_sponsors_own_numbers_do_not_meet_those_of_isbt_128(house: Hospital) -> None:
    number = {"coi": "TRIAL-1"}

    first, second = enrolled(house, 900_003, **number), enrolled(house, 900_004, coi_issuer="sponsor", **number)

    assert (first.status_code, second.status_code) == (201, 201)
