"""Two operators in one database see nothing of each other; makers and carriers see their own, without the patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey, family_name, found
from tests.integration.api.ledger_rows import tags_of

PATIENT_NAMES = ("DUPONT", "Camille", "1958-03-14", "Martin")


@dataclass
class Neighbours:
    """Two operators; theirs has a bag in a dewar, ours has a therapy of the very same numbers."""

    hospital: Hospital
    theirs: Journey
    shipment: str
    dewar: str


@pytest.fixture(scope="module")
def neighbours(house: Hospital) -> Neighbours:
    found(house, tenant="autre", prefix="x-")
    journey = house.enrol()
    journey.to_store()
    shipment = house.get("/api/v1/shipments", "pharm1").json()["items"][0]["id"]
    dewar = house.get("/api/v1/dewars", "pharm1").json()["items"][0]["id"]
    return Neighbours(house, journey, shipment, dewar)


def enrolled_elsewhere(hospital: Hospital, journey: Journey) -> dict[str, Any]:
    """Enrol the same numbers at the other operator."""
    return hospital.taken(
        "x-coord1",
        "enrolled",
        details={
            "coi": journey.coi,
            "product": "yescarta",
            "manufacturer": "kite",
            "collection_site": "EFS",
            "prescriber": "Dr Durand",
            "patient": {
                "ipp": journey.ipp,
                "family_name": "MOREL",
                "given_name": "Alix",
                "birth_date": "1960-01-01",
                "sex": "M",
            },
        },
    )


def test_what_another_operator_owns_does_not_exist(neighbours: Neighbours) -> None:
    bag, therapy = neighbours.theirs.products[0], neighbours.theirs.therapy
    paths = [
        f"/api/v1/bags/{bag}",
        f"/api/v1/bags/{bag}/history",
        f"/api/v1/therapies/{therapy}",
        f"/api/v1/therapies/{therapy}/identity",
        f"/api/v1/shipments/{neighbours.shipment}",
        f"/api/v1/dewars/{neighbours.dewar}",
        f"/api/v1/dewars/{neighbours.dewar}/map",
    ]

    ours = {path: neighbours.hospital.get(path, "x-pharm1") for path in paths}
    absent = {path: neighbours.hospital.get(path.replace(path.split("/")[4], new_id()), "x-pharm1") for path in paths}

    assert {path: answer.status_code for path, answer in ours.items()} == dict.fromkeys(paths, 404)
    assert {path: answer.json() for path, answer in ours.items()} == {
        path: answer.json() for path, answer in absent.items()
    }
    assert all(neighbours.hospital.get(path, "pharm1").status_code == 200 for path in paths)


def test_a_refused_reading_of_another_operators_patient_leaves_no_trace_on_the_patient(neighbours: Neighbours) -> None:
    hospital = neighbours.hospital
    patient = hospital.get(f"/api/v1/therapies/{neighbours.theirs.therapy}", "pharm1").json()["patient"]
    before = tags_of(hospital, patient)

    hospital.get(f"/api/v1/therapies/{neighbours.theirs.therapy}/identity", "x-doctor1")

    assert tags_of(hospital, patient) == before


@pytest.mark.parametrize("kind", ["bags", "therapies", "shipments", "dewars", "deviations", "settle", "sites"])
def test_lists_never_mix_operators(neighbours: Neighbours, kind: str) -> None:
    hospital = neighbours.hospital

    theirs = {one["id"] for one in hospital.get(f"/api/v1/{kind}?limit=200", "pharm1").json()["items"]}
    ours = {one["id"] for one in hospital.get(f"/api/v1/{kind}?limit=200", "x-pharm1").json()["items"]}

    assert theirs.isdisjoint(ours)
    assert theirs or kind in {"deviations", "settle"}
    assert bool(ours) == (kind in {"dewars", "sites"})


@pytest.mark.parametrize("kind", ["people", "clients", "organisations"])
def test_administrators_see_their_own_operator_only(neighbours: Neighbours, kind: str) -> None:
    hospital = neighbours.hospital
    for login, client in (("admin1", "erp"), ("x-admin1", "x-erp")):
        hospital.post(
            "/api/v1/clients",
            login,
            json={"client_id": client, "name": "ERP", "site": "PUI", "roles": ["quality"], "client_secret": "s" * 20},
        )

    theirs = {one["id"] for one in hospital.get(f"/api/v1/{kind}", "admin1").json()["items"]}
    ours = {one["id"] for one in hospital.get(f"/api/v1/{kind}", "x-admin1").json()["items"]}

    assert theirs
    assert ours
    assert theirs.isdisjoint(ours)


def test_scanning_another_operators_bag_is_an_unknown_bag_on_the_scanners_own_chain(neighbours: Neighbours) -> None:
    hospital = neighbours.hospital
    before = tags_of(hospital, neighbours.theirs.products[0])

    answer = hospital.scan("x-tech1", "observed", [neighbours.theirs.product_label()])

    body = answer.json()
    assert (answer.status_code, body["code"], body["bag"]) == (409, "unknown-bag", None)
    assert body["event"]["subject"] == {"type": "site", "id": hospital.people["x-tech1"].site_id}
    assert tags_of(hospital, str(hospital.people["x-tech1"].site_id))[-1] == "custody:observed:refused"
    assert tags_of(hospital, neighbours.theirs.products[0]) == before


def test_looking_up_another_operators_labels_finds_nothing(neighbours: Neighbours) -> None:
    journey = neighbours.theirs
    texts = [journey.product_label(), journey.wristband, journey.document, journey.shipper("out")]
    symbols = {"symbols": [{"text": text} for text in texts]}

    answer = neighbours.hospital.post("/api/v1/scans/read", "x-pharm1", json=symbols).json()

    assert [reading["status"] for reading in answer["readings"]] == ["identified"] * 4
    assert answer["subjects"] == []
    assert answer["next_steps"] == []


def test_a_label_cannot_be_printed_for_another_operators_bag(neighbours: Neighbours) -> None:
    order = {"size": "bag-100x50", "labels": [{"symbols": [{"text": "X"}]}], "subject": neighbours.theirs.products[0]}

    answer = neighbours.hospital.post("/api/v1/labels", "x-pharm1", json=order)

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_the_same_numbers_at_two_operators_are_two_therapies_of_two_patients(neighbours: Neighbours) -> None:
    hospital = neighbours.hospital

    ours = enrolled_elsewhere(hospital, neighbours.theirs)

    assert ours["therapy"]["id"] != neighbours.theirs.therapy
    identity = hospital.get(f"/api/v1/therapies/{ours['therapy']['id']}/identity", "x-doctor1").json()
    assert identity["traits"]["family_name"] == "MOREL"
    theirs = hospital.get(f"/api/v1/therapies/{neighbours.theirs.therapy}/identity", "doctor1").json()
    assert theirs["traits"]["family_name"] == family_name(neighbours.theirs.ipp)
    assert identity["patient"] != theirs["patient"]


def test_the_same_scan_id_at_two_operators_is_two_scans(neighbours: Neighbours) -> None:
    hospital, scan_id = neighbours.hospital, new_id()

    first = hospital.scan("tech1", "observed", [neighbours.theirs.product_label()], scan_id=scan_id)
    second = hospital.scan("x-tech1", "observed", [neighbours.theirs.product_label()], scan_id=scan_id)

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "unknown-bag"


def test_a_login_exists_once_in_the_whole_installation(neighbours: Neighbours) -> None:
    person = {"name": "Autre", "site": "PUI", "roles": ["nurse"], "password": "une phrase longue", "pin": "749203"}

    answer = neighbours.hospital.post("/api/v1/people", "x-admin1", json={**person, "login": "pharm1"})

    assert (answer.status_code, answer.json()["code"]) == (409, "already-exists")


def test_a_witness_of_another_operator_signs_nothing(neighbours: Neighbours) -> None:
    hospital = neighbours.hospital
    act = hospital.act("observed", [neighbours.theirs.product_label()])
    act["witness"] = hospital.sign("x-pharm1", act)

    answer = hospital.post("/api/v1/scans", "tech1", json=act)

    assert (answer.status_code, answer.json()["code"]) == (409, "witness-invalid")


# --- makers and carriers of one operator -----------------------------------------------------------------------------


@dataclass
class Makers:
    """One bag of each maker: Kite's lies in the dewar, Novartis's was just collected."""

    hospital: Hospital
    kite: Journey
    novartis: Journey
    kite_patient: str


@pytest.fixture(scope="module")
def makers(house: Hospital) -> Makers:
    kite, novartis = house.enrol(), house.enrol(product="kymriah", maker="novartis")
    kite.to_store("D1-T1-R1-B2-P1")
    novartis.collected()
    novartis.shipped("out", novartis.collection_label, ("efs1", "efs2"), "NOV")
    patient = house.get(f"/api/v1/therapies/{kite.therapy}", "pharm1").json()["patient"]
    return Makers(house, kite, novartis, patient)


def test_another_makers_things_do_not_exist(makers: Makers) -> None:
    hospital, kite = makers.hospital, makers.kite
    shipments = {one["id"] for one in hospital.get("/api/v1/shipments?limit=200", "pharm1").json()["items"]}
    own = {one["id"] for one in hospital.get("/api/v1/shipments?limit=200", "nov1").json()["items"]}
    paths = [
        f"/api/v1/bags/{kite.products[0]}",
        f"/api/v1/bags/{kite.collection}/history",
        f"/api/v1/therapies/{kite.therapy}",
        *(f"/api/v1/shipments/{one}" for one in shipments - own),
    ]

    assert own
    assert own < shipments
    assert {hospital.get(path, "nov1").status_code for path in paths} == {404}


@pytest.mark.parametrize("kind", ["bags", "therapies", "shipments"])
def test_a_makers_lists_hold_its_own_only(makers: Makers, kind: str) -> None:
    hospital = makers.hospital
    kite = {one["id"] for one in hospital.get(f"/api/v1/{kind}?limit=200", "kite1").json()["items"]}
    novartis = {one["id"] for one in hospital.get(f"/api/v1/{kind}?limit=200", "nov1").json()["items"]}

    assert kite
    assert novartis
    assert kite.isdisjoint(novartis)


def test_scanning_another_makers_bag_is_an_unknown_bag(makers: Makers) -> None:
    answer = makers.hospital.scan("nov1", "observed", [makers.kite.product_label()])

    assert (answer.status_code, answer.json()["code"], answer.json()["bag"]) == (409, "unknown-bag", None)


def test_scanning_another_makers_shipper_is_an_unknown_shipper(makers: Makers) -> None:
    symbols = [makers.novartis.shipper("out"), makers.kite.product_label()]

    answer = makers.hospital.scan("kite1", "received", symbols, witness="kite2")

    assert (answer.status_code, answer.json()["code"]) == (409, "unknown-shipper")


@pytest.mark.parametrize("login", ["nov1", "carrier1"])
def test_looking_up_what_is_not_ones_own_finds_nothing(makers: Makers, login: str) -> None:
    kite = makers.kite
    texts = [
        kite.product_label(),
        kite.wristband,
        kite.document,
        kite.shipper("out"),
        internal("P", "D1-T1-R1-B2-P1"),
    ]

    answer = makers.hospital.post("/api/v1/scans/read", login, json={"symbols": [{"text": one} for one in texts]})

    assert answer.json()["subjects"] == []


def test_a_maker_looks_up_its_own_bag_but_never_the_patient_or_the_stock(makers: Makers) -> None:
    kite = makers.kite
    texts = [kite.product_label(), kite.wristband, kite.document, internal("P", "D1-T1-R1-B2-P1")]

    answer = makers.hospital.post("/api/v1/scans/read", "kite1", json={"symbols": [{"text": one} for one in texts]})

    assert [one["type"] for one in answer.json()["subjects"]] == ["bag", "document"]
    assert makers.kite_patient not in answer.text


def test_a_maker_cannot_print_a_label_for_another_makers_bag(makers: Makers) -> None:
    order = {"size": "bag-100x50", "labels": [{"symbols": [{"text": "X"}]}]}
    foreign, own = {**order, "subject": makers.kite.products[0]}, {**order, "subject": makers.novartis.collection}

    assert makers.hospital.post("/api/v1/labels", "nov1", json=foreign).status_code == 404
    assert makers.hospital.post("/api/v1/labels", "nov1", json=own).status_code == 200


def test_no_view_of_a_maker_names_the_patient_or_anybody_of_the_hospital(makers: Makers) -> None:
    hospital, kite = makers.hospital, makers.kite
    bag = kite.products[0]
    noted = hospital.scan("kite1", "observed", [kite.product_label()]).text
    views = [
        noted,
        *(
            hospital.get(path, "kite1").text
            for path in (
                "/api/v1/bags?limit=200",
                f"/api/v1/bags/{bag}",
                f"/api/v1/bags/{bag}/history",
                f"/api/v1/bags/{kite.collection}",
                f"/api/v1/bags/{kite.collection}/history",
                "/api/v1/therapies?limit=200",
                f"/api/v1/therapies/{kite.therapy}",
                "/api/v1/shipments?limit=200",
            )
        ),
    ]

    secrets = {makers.kite_patient, kite.ipp, *PATIENT_NAMES, "Pharm1", "Tech1", "Efs1", "Nurse1"}
    assert [secret for secret in secrets for view in views if secret in view] == []
    assert bag in views[1]


def test_the_hospital_sees_who_did_what(makers: Makers) -> None:
    history = makers.hospital.get(f"/api/v1/bags/{makers.kite.products[0]}/history", "quality1").json()["items"]

    stored = next(item for item in history if item["step"] == "stored")
    assert (stored["actor"]["name"], stored["witness"]["name"]) == ("Tech1", "Pharm1")
    assert stored["notes"] == {}


def test_a_carrier_sees_a_bag_only_while_it_carries_it(makers: Makers) -> None:
    hospital, novartis = makers.hospital, makers.novartis
    path = f"/api/v1/bags/{novartis.collection}"
    on_the_road = hospital.get(path, "carrier1")
    shown = hospital.get("/api/v1/bags?limit=200", "carrier1").json()["items"]
    history = hospital.get(f"{path}/history", "carrier1")

    hospital.taken(
        "nov1",
        "received",
        [novartis.shipper("out"), novartis.collection_label],
        witness="nov2",
        details={"seal_intact": True},
    )

    assert on_the_road.status_code == 200
    assert "patient" not in on_the_road.json()
    assert [one["id"] for one in shown] == [novartis.collection]
    assert novartis.ipp not in history.text + on_the_road.text
    assert hospital.get(path, "carrier1").status_code == 404
    assert hospital.scan("carrier1", "observed", [novartis.collection_label]).json()["code"] == "unknown-bag"
