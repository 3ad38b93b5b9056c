"""What happens when reality leaves the road: holds, recalls, a late certificate, a lot out of specification."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.barcodes.build import internal
from app.custody.out_of_specification import ITEMS
from tests.hospital import Hospital, Journey

STATES_IT = {
    "maker_risk_evaluation": "kite1",
    "physician_request": "doctor1",
    "patient_information": "doctor1",
    "pharmacist_acceptance": "pharm1",
    "authority_notification": "quality1",
}

BROKEN = {"rules": ["not-your-site"], "reason": "poche cassée chez le fabricant"}


@pytest.fixture
def announced(house: Hospital) -> Journey:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    return journey


def stated(journey: Journey, item: str, login: str | None = None) -> httpx2.Response:
    details = {"item": item, "document": f"DOC-{item}"[:64]}
    return journey.hospital.scan(login or STATES_IT[item], "oos_stated", [journey.product_label()], details=details)


def released_out(journey: Journey, witness: str | None = "kite2") -> httpx2.Response:
    details = {"certificate": "COA-OOS", "specification": "out"}
    return journey.hospital.scan("kite1", "released", [journey.product_label()], witness=witness, details=details)


def listed(hospital: Hospital, path: str, login: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = hospital.get(f"/api/v1/{path}", login).json()["items"]
    return items


# --- holds and recalls -----------------------------------------------------------------------------------------------


def test_holds_are_listed_with_who_lifts_them_and_filtered(announced: Journey) -> None:
    hospital = announced.hospital
    label, bag = announced.product_label(), announced.products[0]
    lot = f"LOT{announced.number:04d}"
    hospital.taken("quality1", "held", [label], witness="pharm1", details={"reason": "excursion"})
    hospital.taken("quality1", "held", [label], witness="pharm1", details={"reason": "identity"})

    both = listed(hospital, f"holds?lot={lot}", "pharm1")
    one = listed(hospital, f"holds?lot={lot}&reason=identity", "kite1")
    others = listed(hospital, "holds?product=kymriah", "pharm1")
    stranger = listed(hospital, f"holds?lot={lot}", "nov1")

    assert [(item["bag"], item["reason"]) for item in both] == [(bag, "excursion"), (bag, "identity")]
    assert one[0]["lift"] == [["pharmacist"], ["quality"]]
    assert others == stranger == []


def test_a_hold_is_never_lifted_by_one_person_alone(announced: Journey) -> None:
    hospital, label = announced.hospital, announced.product_label()
    held = hospital.taken("quality1", "held", [label], witness="pharm1", details={"reason": "identity"})
    details = {"hold": held["bag"]["holds"][0]["id"], "evidence": "étiquettes comparées"}

    alone = hospital.scan("pharm1", "hold_lifted", [label], details=details)
    twice = hospital.scan("pharm1", "hold_lifted", [label], witness="pharm1", details=details)
    wrong = hospital.scan("pharm1", "hold_lifted", [label], witness="doctor1", details=details)
    silent = hospital.scan("pharm1", "hold_lifted", [label], witness="quality1", details={**details, "evidence": ...})
    lifted = hospital.scan("pharm1", "hold_lifted", [label], witness="quality1", details=details)

    assert [answer.json()["code"] for answer in (alone, twice)] == ["hold-needs-two"] * 2
    assert wrong.json()["code"] == "hold-needs-roles"
    assert silent.json()["code"] == "details-invalid"
    assert lifted.json()["bag"]["holds"] == []


def test_a_recall_holds_every_live_bag_of_its_lot_in_one_act(house: Hospital) -> None:
    journey = house.enrol(product="kymriah", maker="novartis")
    journey.collected()
    journey.manufactured(bags=2)
    lot = f"LOT{journey.number:04d}"
    house.taken("pharm1", "destroyed", [journey.product_label(2)], witness="quality1", deviation=BROKEN)

    answer = house.post(
        "/api/v1/recalls", "quality1", json={"lot": lot, "reference": "RAP-26-07", "reason": "défaut du vecteur"}
    )

    assert answer.status_code == 201
    recall = answer.json()
    assert recall["bags"] == [journey.products[0]]
    (hold,) = house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()["holds"]
    assert (hold["reason"], hold["lift"]) == ("recall", [["pharmacist"], ["quality"]])
    assert recall["id"] in [one["id"] for one in listed(house, "recalls?limit=200", "auditor1")]
    last = house.get(f"/api/v1/bags/{journey.products[0]}/history", "pharm1").json()["items"][-1]
    assert (last["step"], last["body"]["because_of"]) == ("held", recall["id"])
    released = house.scan("nov1", "released", [journey.product_label()], details={"certificate": "COA-1"})
    assert released.json()["code"] == "on-hold"


def test_a_maker_recalls_its_own_bags_only(announced: Journey) -> None:
    hospital, lot = announced.hospital, f"LOT{announced.number:04d}"
    told = {"lot": lot, "reference": "R-1", "reason": "x"}

    stranger = hospital.post("/api/v1/recalls", "nov1", json=told).json()
    own = hospital.post("/api/v1/recalls", "kite1", json=told).json()

    assert (stranger["bags"], own["bags"]) == ([], announced.products)
    assert own["id"] in [one["id"] for one in listed(hospital, "recalls?limit=200", "kite2")]
    assert stranger["id"] not in [one["id"] for one in listed(hospital, "recalls?limit=200", "kite2")]


def test_a_bag_announced_after_its_lot_was_recalled_is_held_from_the_first(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    lot = f"LOT{journey.number:04d}"
    house.post("/api/v1/recalls", "nov1", json={"lot": lot, "reference": "R-2", "reason": "autre fabricant"})
    house.post("/api/v1/recalls", "kite1", json={"lot": lot, "reference": "R-3", "reason": "matière première"})

    made = journey.manufactured()

    assert [hold["reason"] for hold in made["bags"][0]["holds"]] == ["recall"]


# --- the certificate that is late ------------------------------------------------------------------------------------


def test_a_bag_whose_certificate_is_late_is_stored_in_quarantine_and_freed_when_it_arrives(announced: Journey) -> None:
    hospital, label = announced.hospital, announced.product_label()
    place = internal("P", "D1-T1-R1-B2-P1")
    announced.released()
    announced.received()
    details = {"visual_check": "intact", "labels_agree": True, "certificate": ...}

    inspected = hospital.taken("pharm1", "inspected", [label, *announced.layers()], witness="tech1", details=details)
    stored = hospital.taken("tech1", "stored", [label, place], witness="pharm1")
    (hold,) = stored["bag"]["holds"]
    thaw = hospital.scan("tech1", "retrieved", [label, place], witness="pharm1", details={"purpose": "thaw"})
    lifting = {"hold": hold["id"], "evidence": "reçu par courriel"}
    without = hospital.scan("pharm1", "hold_lifted", [label], witness="doctor1", details=lifting)
    lifted = hospital.taken(
        "pharm1", "hold_lifted", [label], witness="doctor1", details={**lifting, "certificate": "COA-LATE"}
    )

    assert (inspected["bag"]["state"], hold["reason"]) == ("received", "certificate")
    assert inspected["deviation"] is not None
    assert thaw.json()["code"] == "on-hold"
    assert without.json()["code"] == "certificate-missing"
    assert (lifted["bag"]["holds"], lifted["bag"]["certificate"]) == ([], "COA-LATE")
    assert hospital.taken("tech1", "retrieved", [label, place], witness="pharm1", details={"purpose": "thaw"})


# --- out of specification --------------------------------------------------------------------------------------------


def test_a_bag_out_of_specification_takes_its_own_road_and_says_so_to_the_end(announced: Journey) -> None:
    hospital, label = announced.hospital, announced.product_label()
    place = "D1-T1-R1-B2-P2"
    for item in ITEMS:
        answer = stated(announced, item)
        assert answer.status_code == 201, answer.text
    normal = hospital.scan("kite1", "released", [label], details={"certificate": "COA-1"})
    alone = released_out(announced, witness=None)

    released = released_out(announced)

    assert normal.json()["code"] == "specification-out"
    assert alone.json()["code"] == "witness-required"
    assert released.status_code == 201, released.text
    bag = released.json()["bag"]
    assert (bag["state"], bag["specification"]) == ("released", "out")
    assert bag["oos"]["patient_information"]["by"] == hospital.people["doctor1"].subject_id
    assert bag["oos"]["patient_information"]["document"] == "DOC-patient_information"
    announced.received()
    announced.accepted()
    announced.stored(place)
    announced.retrieved(place)
    announced.thawed()
    announced.issued()
    announced.identified()
    start = {"no_leukodepleting_filter": True}
    symbols = [label, announced.wristband]
    unseen = hospital.scan("nurse1", "infusion_started", symbols, witness="doctor1", details=start)
    seen = hospital.scan(
        "nurse1", "infusion_started", symbols, witness="doctor1", details={**start, "out_of_specification_seen": True}
    )
    assert (unseen.json()["code"], unseen.json()["bag"]["specification"]) == ("oos-not-seen", "out")
    assert seen.json()["bag"]["specification"] == "out"
    assert hospital.get(f"/api/v1/bags/{announced.products[0]}", "auditor1").json()["specification"] == "out"
    lot = f"LOT{announced.number:04d}"
    assert [one["specification"] for one in listed(hospital, f"bags?lot={lot}", "pharm1")] == ["out"]


@pytest.mark.parametrize("missing", ITEMS)
def test_any_four_of_the_five_items_release_nothing(announced: Journey, missing: str) -> None:
    for item in ITEMS:
        if item != missing:
            assert stated(announced, item).status_code == 201

    refused = released_out(announced)

    assert (refused.json()["code"], refused.json()["rung"]) == ("oos-incomplete", "never")
    assert ITEMS[missing][0].fr in refused.json()["detail"]
    assert refused.json()["bag"]["state"] == "announced"


@pytest.mark.parametrize("item", ITEMS)
def test_each_item_by_the_wrong_role_is_refused(announced: Journey, item: str) -> None:
    for login in ("kite1", "doctor1", "pharm1", "quality1"):
        role = next(iter(announced.hospital.people[login].roles)).value
        answer = stated(announced, item, login)
        assert (answer.status_code == 201) is (role in ITEMS[item][1]), (item, login)
        assert answer.status_code == 201 or answer.json()["code"] == "oos-wrong-role"


# --- late entries ----------------------------------------------------------------------------------------------------


def test_what_is_recorded_long_after_it_happened_asks_why_and_is_marked(announced: Journey) -> None:
    hospital, label, bag = announced.hospital, announced.product_label(), announced.products[0]
    then = hospital.clock.now()
    hospital.clock.forward(minutes=31)
    told = {"details": {"note": "givre sur la poche"}, "occurred_at": then}

    silent = hospital.scan("kite1", "observed", [label], **told)
    why = {"rules": ["late-entry-unjustified"], "reason": "réseau coupé en salle"}
    justified = hospital.scan("kite1", "observed", [label], deviation=why, **told)

    assert (silent.json()["code"], silent.json()["rung"]) == ("late-entry-unjustified", "acknowledge")
    assert "31 min" in silent.json()["detail"]
    assert justified.status_code == 201
    assert (justified.json()["overridden"], justified.json()["deviation"]) == (["late-entry-unjustified"], None)
    assert justified.json()["bag"]["holds"] == []
    last = hospital.get(f"/api/v1/bags/{bag}/history", "quality1").json()["items"][-1]
    assert last["late"] == {"by_seconds": 31 * 60, "reason": "réseau coupé en salle", "offline": False}
    outside = hospital.get(f"/api/v1/bags/{bag}/history", "kite1").json()["items"][-1]
    assert outside["late"] == {"by_seconds": 31 * 60, "reason": None, "offline": False}


def test_half_an_hour_is_not_late_and_a_tablets_queue_is_its_own_reason(announced: Journey) -> None:
    hospital, label, bag = announced.hospital, announced.product_label(), announced.products[0]
    then = hospital.clock.now()
    hospital.clock.forward(minutes=30)
    punctual = hospital.scan("kite1", "observed", [label], details={"note": "x"}, occurred_at=then)
    hospital.clock.forward(hours=5)
    act = hospital.act("observed", [label], details={"note": "y"}, occurred_at=then)
    queued = hospital.post("/api/v1/scans/batch", "kite1", json={"scans": [act]})

    assert punctual.status_code == 201
    assert queued.json()["results"][0]["status"] == 201
    *_, first, last = hospital.get(f"/api/v1/bags/{bag}/history", "quality1").json()["items"]
    assert first["late"] is None
    assert last["late"] == {"by_seconds": 5 * 3600 + 30 * 60, "reason": None, "offline": True}


# --- late scans that two people settle -------------------------------------------------------------------------------


def late(journey: Journey, symbol: str) -> dict[str, Any]:
    """An item to settle: a tablet says, hours later, that this bag was released although it was on hold."""
    hospital = journey.hospital
    act = hospital.act("received", [journey.shipper("back1"), symbol], details={"seal_intact": True})
    hospital.clock.forward(hours=2)
    before = {one["id"] for one in listed(hospital, "settle?state=open&limit=200", "pharm1")}
    hospital.post("/api/v1/scans/batch", "tech1", json={"scans": [act]})
    (item,) = (one for one in listed(hospital, "settle?state=open&limit=200", "pharm1") if one["id"] not in before)
    return item


def settled(
    journey: Journey, item: str, decision: str, login: str = "pharm1", witness: str | None = "quality1", **more: Any
) -> httpx2.Response:
    hospital = journey.hospital
    told = {"occurred_at": hospital.clock.now().isoformat(), "device_id": "TAB-1", **more}
    details = {"decision": decision, "reason": "vu avec l'équipe de nuit"}
    act = {"scan_id": item, "step": "settled", "details": details, **told}
    token = {"witness": hospital.sign(witness, act)} if witness is not None else {}
    return hospital.post(f"/api/v1/settle/{item}", login, json={**details, **told, **token})


def test_a_late_scan_is_accepted_as_it_happened_with_its_deviation_and_a_hold(announced: Journey) -> None:
    hospital, bag = announced.hospital, announced.products[0]
    item = late(announced, announced.product_label())

    answer = settled(announced, item["id"], "accepted")

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["state"], told["bag"]) == ("accepted", bag)
    assert told["settled_with"] == hospital.people["quality1"].subject_id
    history = hospital.get(f"/api/v1/bags/{bag}/history", "pharm1").json()
    assert history["items"][-1]["step"] == "settled"
    assert history["items"][-1]["body"]["settles"]["scan_id"] == item["scan_id"]
    assert history["items"][-1]["notes"] == {"reason": "vu avec l'équipe de nuit"}
    assert history["items"][-2]["code"] == item["code"]
    assert (history["bag"]["state"], [one["reason"] for one in history["bag"]["holds"]]) == ("announced", ["deviation"])
    deviation = hospital.get(f"/api/v1/deviations/{told['deviation']}", "quality1").json()
    assert (deviation["bag"], deviation["rules"], deviation["state"]) == (bag, [item["code"]], "open")
    assert settled(announced, item["id"], "dismissed").json()["code"] == "already-closed"


def test_a_late_scan_is_dismissed_with_a_reason_and_stays_on_record(announced: Journey) -> None:
    hospital = announced.hospital
    item = late(announced, announced.product_label())

    answer = settled(announced, item["id"], "dismissed", login="quality1", witness="doctor1")

    assert (answer.status_code, answer.json()["state"]) == (200, "dismissed")
    assert item["id"] in [one["id"] for one in listed(hospital, "settle?state=dismissed&limit=200", "auditor1")]
    assert hospital.get(f"/api/v1/bags/{announced.products[0]}", "pharm1").json()["holds"] == []


def test_a_late_scan_of_an_unknown_bag_is_accepted_once_somebody_says_which_it_was(announced: Journey) -> None:
    item = late(announced, "=A99992699999900=<S12954A0")

    unnamed = settled(announced, item["id"], "accepted")
    stranger = settled(announced, item["id"], "accepted", bag_id=announced.therapy)
    named = settled(announced, item["id"], "accepted", bag_id=announced.products[0])

    assert item["bag"] is None
    assert unnamed.json()["code"] == "settle-without-bag"
    assert stranger.json()["code"] == "not-found"
    assert (named.status_code, named.json()["bag"]) == (200, announced.products[0])


def test_nobody_settles_alone_or_with_another_acts_signature(announced: Journey) -> None:
    hospital = announced.hospital
    item = late(announced, announced.product_label())
    now = hospital.clock.now().isoformat()
    act = {"scan_id": item["id"], "step": "settled", "occurred_at": now, "device_id": "TAB-1"}
    details = {"decision": "dismissed", "reason": "x"}
    other = hospital.sign("quality1", {**act, "details": {**details, "decision": "accepted"}})
    wrong = {**details, "occurred_at": now, "device_id": "TAB-1", "witness": other}

    refused = [
        settled(announced, item["id"], "accepted", witness=None),
        settled(announced, item["id"], "accepted", witness="pharm1"),
        settled(announced, item["id"], "accepted", witness="nurse1"),
        hospital.post(f"/api/v1/settle/{item['id']}", "pharm1", json=wrong),
        hospital.post(f"/api/v1/settle/{item['id']}", "pharm1", json={**wrong, "witness": "x"}),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(409, "second-person-needed")}
    assert [one["state"] for one in listed(hospital, "settle?limit=200", "pharm1") if one["id"] == item["id"]] == [
        "open"
    ]
