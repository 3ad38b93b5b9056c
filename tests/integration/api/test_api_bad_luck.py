"""Bad input and bad luck, one by one: a code, a sentence in either language, and nothing lost or half done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.barcodes.build import din, internal
from app.custody.rules import RULES
from app.kit.period import Period
from tests.hospital import READY, Hospital, Journey, family_name
from tests.integration.api.test_api_doses import CD4, CD8, Dose, drawn, syringe
from tests.integration.api.test_api_profiles import PIN, document, enrolment, proposed, signature, signed, with_pin
from tests.integration.api.test_api_scan_profiles import MAKER_BAG, declared

POSITION = internal("P", "D1-T1-R1-B1-P1")


def refused(house: Hospital, login: str, step: str, symbols: list[Any], code: str, **members: Any) -> dict[str, Any]:
    """Send a scan in French and in English; return the French answer.

    Each is refused with that code and its rung, its sentence stands there whole, both are on record with a receipt of
    their own, and ``bag`` is as it was.
    """
    bag, witness = members.pop("bag", None), members.pop("witness", None)
    rule, path = RULES[code], f"/api/v1/bags/{bag}"
    answers: dict[str, dict[str, Any]] = {}
    before = house.get(path, "pharm1").json() if bag is not None else {}
    for language in ("fr", "en"):
        act = house.act(step, symbols, **members)
        if witness is not None:
            act["witness"] = house.sign(witness, act)
        answer = house.post("/api/v1/scans", login, json=act, headers={"Accept-Language": language})
        body = answers[language] = answer.json()
        assert (answer.status_code, body["code"], body["rung"]) == (409, code, rule.rung.value), answer.text
        assert body["title"] == rule.title.say(language)
        assert re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^{}]+", re.escape(rule.detail.say(language))), body["detail"])
    assert answers["fr"]["receipt"]["leaf_hash"] != answers["en"]["receipt"]["leaf_hash"]
    if bag is not None:
        assert {**house.get(path, "pharm1").json(), "seq": 0} == {**before, "seq": 0}
        last = house.get(f"{path}/history", "pharm1").json()["items"][-2:]
        assert [(one["step"], one["outcome"], one["code"]) for one in last] == [(step, "refused", code)] * 2
        assert [one["leaf_hash"] for one in last] == [answers[one]["receipt"]["leaf_hash"] for one in ("fr", "en")]
    return answers["fr"]


@pytest.fixture(scope="module")
def collected(house: Hospital) -> Journey:
    journey = house.enrol()
    journey.collected()
    return journey


@pytest.fixture
def store(hospital: Hospital) -> Journey:
    journey = hospital.enrol()
    journey.to_store()
    return journey


def test_the_wrong_patient(hospital: Hospital, store: Journey) -> None:
    other = hospital.enrol()
    store.retrieved()
    store.thawed()
    store.issued()
    symbols = [store.product_label(), other.wristband, store.document]
    told = {"witness": "doctor1", "details": {"patient_spoke": True}, "bag": store.products[0]}

    refused(hospital, "nurse1", "identified", symbols, "wrong-patient", **told)
    wish = {"rules": ["wrong-patient"], "reason": "urgence"}
    refused(hospital, "nurse1", "identified", symbols, "wrong-patient", deviation=wish, **told)
    assert store.identified()["bag"]["identified"]["patient"]


def test_a_homonym(house: Hospital, collected: Journey) -> None:
    patient = {
        "ipp": "A9990-HOMONYME",
        "family_name": family_name(collected.ipp),
        "given_name": "Camille",
        "birth_date": "1958-03-14",
        "sex": "F",
    }
    details = {"coi": "CHA999926HOMO01", "product": "yescarta", "manufacturer": "kite", "patient": patient}

    refused(house, "coord1", "enrolled", [], "homonym", details=details)
    assert house.get("/api/v1/therapies?coi=CHA999926HOMO01", "coord1").json()["items"] == []


def test_a_bag_past_its_expiry(hospital: Hospital, store: Journey) -> None:
    store.retrieved()
    hospital.clock.forward(days=300)
    store_label, bag = [store.product_label()], store.products[0]

    told = refused(
        hospital, "tech1", "thaw_started", store_label, "bag-expired", witness="pharm1", details=READY, bag=bag
    )
    assert "30/06/2027" in told["detail"] or "2027-06-30" in told["detail"]


def test_a_training_that_ran_out(house: Hospital) -> None:
    journey, trained = house.enrol(), house.people["efs1"]
    since = house.clock.now() - timedelta(days=400)
    house.people["efs1"] = replace(trained, trainings={"collection": (Period(since, since + timedelta(days=365)),)})
    symbols = [journey.collection_label, journey.wristband]
    told = {"witness": "efs2", "details": {"volume_ml": 180, "presentation": "fresh"}, "bag": journey.collection}
    try:
        refused(house, "efs1", "collected", symbols, "training-expired", **told)
    finally:
        house.people["efs1"] = trained
    assert journey.collected()["bag"]["state"] == "collected"


def test_a_witness_of_the_wrong_role(hospital: Hospital, store: Journey) -> None:
    symbols = [store.product_label(), POSITION]
    told = {"witness": "quality1", "details": {"purpose": "thaw"}, "bag": store.products[0]}

    refused(hospital, "tech1", "retrieved", symbols, "witness-wrong-role", **told)


def test_the_thaw_of_a_second_bag_while_the_first_one_runs(hospital: Hospital) -> None:
    dose = Dose.arrived(hospital, "kymriah", 1, {}, {})
    dose.thawed(1)
    dose.at_the_pharmacy("retrieved", 2, dose.position(2), purpose="thaw")
    bag = dose.journey.products[1]

    told = {"witness": "pharm1", "details": READY, "bag": bag}
    refused(hospital, "tech1", "thaw_started", [dose.label(2)], "thaw-in-turn", **told)


def test_cd4_before_cd8(hospital: Hospital) -> None:
    dose = Dose.arrived(hospital, "breyanzi", 1, CD8, CD4)
    for number in (1, 2):
        dose.thawed(number)
        assert drawn(dose, number, number).status_code == 201
    dose.issued(syringe(dose, 2))
    (bag,) = hospital.get(f"/api/v1/bags?identifier={syringe(dose, 2)}", "pharm1").json()["items"]

    symbols = [syringe(dose, 2), dose.journey.wristband]
    refused(hospital, "nurse1", "infusion_started", symbols, "component-order", witness="doctor1", bag=bag["id"])


def test_a_profile_that_is_not_signed_and_one_that_was_superseded(hospital: Hospital) -> None:
    first = proposed(hospital, "quality1", document(hospital, "yescarta", 2) | {"tag": "neo-1", "version": 1})
    refused(hospital, "coord1", "enrolled", [], "profile-unsigned", details=enrolment("neo-1"))

    second = proposed(hospital, "quality1", document(hospital, "neo-1", 2, limit_c=-160))
    signed(hospital, "pharm1", second)
    late = signature(hospital, with_pin(hospital), first)
    path, told = "/api/v1/profiles/neo-1/1/signature", {"pin": PIN, "sha256": first["sha256"]}
    english = hospital.post(path, "zoe", json=told, headers={"Accept-Language": "en"})

    assert {(one.status_code, one.json()["code"]) for one in (late, english)} == {(409, "profile-not-draft")}
    assert late.json()["detail"] != english.json()["detail"]


def test_two_labels_of_one_bag_that_disagree(house: Hospital, collected: Journey) -> None:
    other = din("A9991", 26, 777_000, flags="00")

    told = {"details": {"note": "x"}}
    refused(house, "efs1", "observed", [collected.collection_label, other], "labels-disagree", **told)


def test_a_symbol_that_two_formats_claim(hospital: Hospital) -> None:
    assert declared(hospital, MAKER_BAG).status_code == 201
    sly = {**MAKER_BAG, "tag": "site-third-bag", "pattern": r"M[KL]\.([0-9]{4})-([A-Z]{3})", "issuer": "THIRD"}
    assert declared(hospital, sly, samples=["ML.0042-ABC"]).status_code == 201

    told = refused(hospital, "pharm1", "observed", ["MK.0042-ABC"], "unreadable-symbol", details={"note": "x"})
    assert "two-formats" in told["detail"]


def test_a_hold_that_one_person_lifts_alone(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    held = house.taken("pharm1", "held", [journey.collection_label], witness="quality1", details={"reason": "identity"})
    details = {"hold": held["bag"]["holds"][0]["id"], "evidence": "vu"}

    for witness in (None, "pharm1"):
        told = {"witness": witness, "details": details, "bag": journey.collection}
        refused(house, "pharm1", "hold_lifted", [journey.collection_label], "hold-needs-two", **told)


def test_a_correction_of_a_correction_that_forgot_the_first(house: Hospital) -> None:
    journey = house.enrol()
    event = journey.collected()["event"]["id"]
    told = {"event": event, "field": "volume_ml", "reason": "relu"}
    first = house.taken(
        "efs1",
        "corrected",
        [journey.collection_label],
        witness="efs2",
        details={**told, "old": "180", "new": "181"},
    )
    again = {**told, "event": first["event"]["id"], "new": "182"}

    stale = {"witness": "efs2", "details": {**again, "old": "180"}, "bag": journey.collection}
    refused(house, "efs1", "corrected", [journey.collection_label], "correction-stale", **stale)
    right = house.taken(
        "efs1", "corrected", [journey.collection_label], witness="efs2", details={**again, "old": "181"}
    )

    history = house.get(f"/api/v1/bags/{journey.collection}/history", "efs1").json()["items"]
    line = next(one for one in history if one["id"] == event)["corrections"]
    assert [(one["old"], one["new"]) for one in line] == [("180", "181"), ("181", "182")]
    assert right["event"]["id"] in [one["event"] for one in line]


def test_a_count_that_finds_a_stranger_s_bag(hospital: Hospital, store: Journey) -> None:
    stranger = hospital.enrol()
    stranger.collected()
    stranger.manufactured()
    box = "D1-T1-R1-B1"
    found = {1: [store.product_label()], 5: [stranger.product_label()]}
    stated = [{"position": f"{box}-P{number}", "symbols": found.get(number, [])} for number in range(1, 6)]
    act = hospital.act("counted", [internal("D", "D1")], details={"positions": stated, "scope": box})
    (dewar,) = (one for one in hospital.get("/api/v1/dewars", "pharm1").json()["items"] if one["code"] == "D1")

    count = hospital.post(f"/api/v1/dewars/{dewar['id']}/counts", "tech1", json=act).json()["count"]

    assert [(one["kind"], one["bag"]) for one in count["differences"]] == [("stranger", stranger.products[0])]
    opened = hospital.get(f"/api/v1/deviations?bag={stranger.products[0]}", "quality1").json()["items"]
    assert [one["rules"] for one in opened] == [["count:stranger"]]
    told = {"details": {"certificate": "COA-1"}, "bag": stranger.products[0]}
    why = refused(hospital, "kite1", "released", [stranger.product_label()], "on-hold", **told)
    assert "identité" in why["detail"]


def test_a_bag_lost_while_in_transit(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    journey.released()
    journey.shipped("back1", journey.product_label(), journey.makers, "PUI")
    lost = house.taken("carrier1", "lost", [journey.product_label()], details={"circumstances": "conteneur vide"})

    assert (lost["bag"]["state"], lost["bag"]["before_loss"]) == ("lost", "in_transit")
    deviation = house.get(f"/api/v1/deviations/{lost['deviation']}", "quality1").json()
    assert (deviation["rules"], deviation["bag"]) == (["lost"], journey.products[0])
    symbols = [journey.shipper("back1"), journey.product_label()]
    told = {"witness": "pharm1", "details": {"seal_intact": True}, "bag": journey.products[0]}
    refused(house, "tech1", "received", symbols, "out-of-order", **told)
    found = house.taken(
        "pharm1", "found", [journey.product_label()], witness="tech1", details={"circumstances": "au quai"}
    )
    assert (found["bag"]["state"], [one["reason"] for one in found["bag"]["holds"]]) == ("in_transit", ["loss"])


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-1)], ids=["behind", "ahead"])
def test_a_device_clock_that_is_a_day_off(house: Hospital, collected: Journey, off: timedelta) -> None:
    at = house.clock.now() - off
    told = {"details": {"note": "x"}, "occurred_at": at, "sent_at": at.isoformat(), "bag": collected.collection}
    code = "device-clock-far-off"

    said = refused(house, "efs1", "observed", [collected.collection_label], code, **told)
    assert "24 h" in said["detail"]


def test_a_symbol_not_scanned_is_asked_for_in_the_words_of_the_step(house: Hospital, collected: Journey) -> None:
    told = {}
    for language in ("fr", "en"):
        act = house.act("stored", [collected.collection_label])
        answer = house.post("/api/v1/scans", "efs1", json=act, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["code"]) == (422, "missing-scan")
        told[language] = answer.json()["detail"]
    queued = house.post("/api/v1/scans/batch", "efs1", json={"scans": [house.act("observed", [])]}).json()["results"][0]

    assert "Étiquette de l'emplacement" in told["fr"]
    assert "Label of the position" in told["en"]
    assert queued["body"]["code"] == "missing-scan"
    assert "{" not in queued["body"]["detail"]
