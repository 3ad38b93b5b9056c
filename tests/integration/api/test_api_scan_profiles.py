"""Labels that no standard describes: declared by the pharmacist from samples, read from the next scan on."""

from __future__ import annotations

from typing import Any

import pytest

from app.barcodes.build import internal
from app.barcodes.formats.internal import KEYBOARD_TEST
from app.barcodes.keyboards import shown_text
from tests.hospital import Hospital
from tests.integration.api.ledger_rows import written

ROUTE = "/api/v1/scan-profiles"
MAKER_BAG = {
    "tag": "site-maker-bag",
    "pattern": r"MK\.([0-9]{4,6})-([A-Z0-9]{1,12})",
    "subject": "bag",
    "scheme": "maker-bag",
    "issuer": "MAKER",
    "fields": ["value", "lot"],
    "samples": ["MK.0042-LOT1"],
}
WRISTBAND = {
    "tag": "site-wristband",
    "pattern": "IPP:([0-9]{6})",
    "subject": "patient",
    "scheme": "ipp",
    "issuer": "A9990",
    "fields": ["value"],
    "samples": ["IPP:000042"],
}


def declared(hospital: Hospital, stated: dict[str, Any], login: str = "pharm1", **changes: Any) -> Any:
    return hospital.post(ROUTE, login, json={**stated, **changes})


def readings(hospital: Hospital, *texts: str, login: str = "pharm1") -> list[dict[str, Any]]:
    answer = hospital.post("/api/v1/scans/read", login, json={"symbols": [{"text": one} for one in texts]})
    return answer.json()["readings"]  # type: ignore[no-any-return]  # JSON is Any


def test_a_makers_own_label_is_read_from_the_next_scan_on_and_finds_its_bag(hospital: Hospital) -> None:
    journey = hospital.enrol()
    text = f"MK.{journey.number:06d}-LOT{journey.number:04d}"
    assert readings(hospital, text)[0]["reason"] == "unknown-format"

    answer = declared(hospital, MAKER_BAG)
    journey.collected()
    journey.shipped("out", journey.collection_label, ("efs1", "efs2"), journey.maker_site)
    shipper = journey.shipper("out")
    hospital.taken("kite1", "received", [shipper, journey.collection_label], witness="kite2")
    label = journey.product_label()
    made = hospital.taken(
        "kite1",
        "manufactured",
        [journey.collection_label],
        details={"lot": f"LOT{journey.number:04d}", "bags": [{"symbols": [label, text]}]},
    )
    released = hospital.taken("kite1", "released", [text], details={"certificate": "COA-1"})

    assert answer.status_code == 201, answer.text
    assert "samples" not in answer.json()
    assert (readings(hospital, text)[0]["format"], readings(hospital, text)[0]["subject"]) == ("site-maker-bag", "bag")
    assert released["bag"]["id"] == made["bags"][0]["id"]
    found = hospital.get("/api/v1/bags", "pharm1", params={"identifier": text}).json()["items"]
    assert [one["id"] for one in found] == [released["bag"]["id"]]
    # Another bag's own label beside this bag's donation number names no bag.
    other = hospital.scan("kite1", "observed", [label, "MK.999999-LOT9"], details={"note": "x"})
    assert (other.status_code, other.json()["code"]) == (409, "labels-disagree")


def test_a_wristband_of_the_hospitals_own_names_the_patient_and_is_never_kept_in_clear(hospital: Hospital) -> None:
    journey = hospital.enrol(ipp="A9990-000042")
    assert declared(hospital, WRISTBAND).status_code == 201

    collected = hospital.taken(
        "efs1", "collected", [journey.collection_label, "IPP:000042"], witness="efs2", details={"volume_ml": 180}
    )
    other = hospital.scan("efs1", "observed", [{"text": "IPP:000043", "role": "patient"}, journey.collection_label])

    assert collected["bag"]["id"] == journey.collection
    assert other.json()["code"] == "unknown-patient"
    history = hospital.services.reader.history(journey.collection)
    assert not any(b"IPP:0000" in event.body for event in history)


def test_a_symbol_that_two_kinds_claim_is_unreadable_and_recorded_so(hospital: Hospital) -> None:
    first = declared(hospital, MAKER_BAG)
    overlapping = {**MAKER_BAG, "tag": "site-other-bag", "issuer": "OTHER", "pattern": r"MK\.([0-9]{5})-([A-Z]{2})"}
    honest = declared(hospital, overlapping, samples=["MK.00042-AB"])

    # A sample that both claim proves that they cannot stand together. A pair whose samples miss the overlap is
    # caught when the symbol is scanned.
    sly = {**overlapping, "tag": "site-third-bag", "pattern": "M[KL]\\.([0-9]{4})-([A-Z]{3})", "issuer": "THIRD"}
    third = declared(hospital, sly, samples=["ML.0042-ABC"])
    scanned = hospital.scan("pharm1", "observed", ["MK.0042-ABC"], details={"note": "x"})

    assert (first.status_code, third.status_code) == (201, 201)
    assert (honest.status_code, honest.json()["code"]) == (422, "scan-profile-unproved")
    assert "two-formats" in honest.json()["detail"]
    assert (scanned.status_code, scanned.json()["code"]) == (409, "unreadable-symbol")
    assert "two-formats" in scanned.json()["detail"]


def test_a_withdrawn_label_is_read_no_more_and_its_tag_is_spent(hospital: Hospital) -> None:
    declared(hospital, MAKER_BAG)
    assert readings(hospital, "MK.0042-LOT1")[0]["status"] == "identified"
    why = {"reason": "nouvelle étiquette du fabricant"}

    answer = hospital.post(f"{ROUTE}/site-maker-bag/withdrawal", "pharm1", json=why)

    assert (answer.status_code, answer.json()["state"]) == (201, "withdrawn")
    assert readings(hospital, "MK.0042-LOT1")[0]["reason"] == "unknown-format"
    assert hospital.post(f"{ROUTE}/site-maker-bag/withdrawal", "pharm1", json=why).status_code == 409
    assert hospital.post(f"{ROUTE}/site-nothing/withdrawal", "pharm1", json=why).status_code == 404
    assert (declared(hospital, MAKER_BAG).status_code, declared(hospital, MAKER_BAG).json()["code"]) == (
        409,
        "already-exists",
    )
    (listed,) = hospital.get(ROUTE, "nurse1").json()["items"]
    assert (listed["tag"], listed["state"]) == ("site-maker-bag", "withdrawn")


def test_a_national_structure_is_passed_once_it_was_declared(hospital: Hospital) -> None:
    text = "=A99992612345600&a12345"
    assert readings(hospital, text)[0]["reason"] == "national-structure"

    answer = declared(hospital, {"tag": "site-national", "national": ["&a"]})

    assert answer.status_code == 201, answer.text
    assert readings(hospital, text)[0]["status"] == "identified"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pattern": "(=[A-Z0-9]{15})", "fields": ["value"], "samples": ["=B99992612345600"]}, "scan-profile-unproved"),
        ({"pattern": "(GV1\\.W\\.[A-Z0-9\\-]{1,20}\\.[0-9A-Z])", "fields": ["value"]}, "scan-profile-unproved"),
        ({"samples": ["MK.0042"]}, "scan-profile-unproved"),
        ({"pattern": "(MK.*)"}, "barcode-not-a-scan-profile"),
        ({"fields": ["value"]}, "barcode-not-a-scan-profile"),
        ({"scheme": "din"}, "barcode-not-a-scan-profile"),
        ({"scheme": "givre-bag"}, "barcode-not-a-scan-profile"),
        ({"scheme": "ipp"}, "barcode-not-a-scan-profile"),
        ({"subject": "patient"}, "barcode-not-a-scan-profile"),
        ({"issuer": "isbt128"}, "barcode-not-a-scan-profile"),
        ({"tag": "maker"}, "request-invalid"),
        ({"samples": []}, "barcode-not-a-scan-profile"),
        ({"subject": None}, "barcode-not-a-scan-profile"),
        ({"national": ["&a"]}, "barcode-not-a-scan-profile"),
        ({"pattern": None}, "barcode-not-a-scan-profile"),
    ],
)
def test_a_description_that_could_be_misread_declares_nothing(
    house: Hospital, changes: dict[str, Any], code: str
) -> None:
    before = written(house)

    answer = declared(house, MAKER_BAG, **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert written(house) == before


def test_only_a_pharmacist_says_what_a_label_means(house: Hospital) -> None:
    assert declared(house, MAKER_BAG, "tech1").status_code == 403
    assert house.post(f"{ROUTE}/site-x/withdrawal", "quality1", json={"reason": "x"}).status_code == 403


def test_a_label_that_may_tell_who_the_patient_is_is_kept_sealed(hospital: Hospital) -> None:
    journey = hospital.enrol()
    journey.collected()
    stated = {**MAKER_BAG, "subject": "product", "pattern": r"PT/([A-Z]{1,20})/([0-9]{4})", "fields": ["name", "value"]}
    declared(hospital, stated, samples=["PT/DURAND/0042"], personal=True, scheme="maker-order")

    taken = hospital.taken(
        "efs1", "observed", [journey.collection_label, "PT/DURAND/0042"], details={"note": "étiquette de commande"}
    )

    assert taken["verdict"] == "taken"
    assert not any(b"DURAND" in event.body for event in hospital.services.reader.history(journey.collection))


def test_the_keyboard_test_label_tells_a_scanner_that_types_through_another_layout(house: Hospital) -> None:
    label = internal("K", KEYBOARD_TEST)

    right, garbled = readings(house, label, shown_text("fr", label))

    assert (right["subject"], right["repaired"]) == ("keyboard", None)
    assert shown_text("fr", label) != label
    assert garbled["fields"] == right["fields"]
    assert "fr" in garbled["repaired"]


def test_another_process_reads_by_what_was_declared_within_a_second(hospital: Hospital) -> None:
    profiles = hospital.services.scan_profiles
    assert readings(hospital, "MK.0042-LOT1")[0]["reason"] == "unknown-format"
    # As another process would have it: declared, and this one not told.
    kept = profiles.known("chu")
    declared(hospital, MAKER_BAG)
    profiles._kept["chu"] = kept  # the other process's memory
    assert readings(hospital, "MK.0042-LOT1")[0]["reason"] == "unknown-format"

    hospital.clock.forward(seconds=1)

    assert readings(hospital, "MK.0042-LOT1")[0]["status"] == "identified"
