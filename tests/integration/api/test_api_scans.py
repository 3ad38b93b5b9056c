"""Scans that are resent, overridden, confirmed, put on hold or corrected; and readings that are recorded themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.barcodes.build import internal
from app.custody.steps import STEPS
from app.kit.ids import new_id
from tests.hospital import READY, Hospital, Journey, family_name
from tests.integration.api.ledger_rows import rows, tags_of, written


@dataclass
class Road:
    """Bags on their way, each to where a test needs it."""

    hospital: Hospital

    def stored(self, number: int) -> tuple[Journey, str]:
        place = f"D1-T1-R1-B2-P{number}"
        journey = self.hospital.enrol()
        journey.to_store(place)
        return journey, place

    def bag(self, journey: Journey) -> dict[str, Any]:
        answer: dict[str, Any] = self.hospital.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()
        return answer


@pytest.fixture
def road(house: Hospital) -> Road:
    return Road(house)


def freed(hospital: Hospital, journey: Journey, place: str) -> None:
    hospital.taken(
        "tech1",
        "retrieved",
        [journey.product_label(), internal("P", place)],
        witness="pharm1",
        details={"purpose": "check"},
    )


def test_a_scan_resent_after_its_answer_was_lost_gets_the_same_bytes_and_is_recorded_once(house: Hospital) -> None:
    journey = house.enrol()
    act = house.act("collected", [journey.collection_label, journey.wristband], details={"volume_ml": 180})
    act["witness"] = house.sign("efs2", act)
    before = rows(house)

    first = house.post("/api/v1/scans", "efs1", json=act)
    once = written(house)
    house.clock.forward(hours=3)
    again = house.post("/api/v1/scans", "efs1", json=act)
    in_english = house.post("/api/v1/scans", "efs1", json={**act, "witness": None}, headers={"Accept-Language": "en"})

    assert first.status_code == again.status_code == in_english.status_code == 201
    assert first.content == again.content == in_english.content
    assert written(house) == once
    assert rows(house) == before + 1


def test_a_refused_scan_resent_gets_the_same_refusal(house: Hospital) -> None:
    act = house.act("observed", ["=A99992699999900"])

    first = house.post("/api/v1/scans", "tech1", json=act)
    again = house.post("/api/v1/scans", "tech1", json=act)

    assert (first.status_code, again.status_code) == (409, 409)
    assert first.content == again.content
    assert first.headers["content-type"] == again.headers["content-type"] == "application/problem+json"


# --- outside the rules, with a deviation -----------------------------------------------------------------------------


def wrongly_retrieved(journey: Journey, rules: list[str]) -> dict[str, Any]:
    return journey.hospital.act(
        "retrieved",
        [journey.product_label(), internal("P", "D1-T1-R1-B2-P5")],
        details={"purpose": "check"},
        deviation={"rules": rules, "reason": "trouvée dans l'emplacement voisin"},
    )


def test_a_bag_found_at_the_wrong_position_needs_a_pharmacists_authority(road: Road) -> None:
    hospital = road.hospital
    journey, place = road.stored(1)
    hospital.people["tech2"] = replace(hospital.people["tech1"], subject_id=new_id())
    act = wrongly_retrieved(journey, ["wrong-position"])
    act["witness"] = hospital.sign("tech2", act)

    refused = hospital.post("/api/v1/scans", "tech1", json=act)

    body = refused.json()
    assert (refused.status_code, body["code"], body["rung"]) == (409, "wrong-position", "senior")
    assert body["authorisers"] == [["pharmacist", "quality"]]
    assert road.bag(journey)["state"] == "stored"
    freed(hospital, journey, place)


def test_with_an_authoriser_the_fact_the_deviation_and_the_hold_are_one_act(road: Road) -> None:
    hospital = road.hospital
    journey, _ = road.stored(2)
    bag = journey.products[0]
    act = wrongly_retrieved(journey, ["wrong-position"])
    act["witness"] = hospital.sign("pharm2", act)
    act["deviation"]["authoriser"] = hospital.sign("quality1", {**act, "witness": None})
    before = written(hospital)

    taken = hospital.post("/api/v1/scans", "tech1", json=act)

    body = taken.json()
    assert taken.status_code == 201, taken.text
    assert body["overridden"] == ["wrong-position"]
    assert body["bag"]["state"] == "retrieved"
    assert [hold["reason"] for hold in body["bag"]["holds"]] == ["deviation"]
    after = written(hospital)
    assert after["event"] == before["event"] + 3  # the bag, the position it left, the deviation
    assert after["scan"] == before["scan"] + 1
    deviations = hospital.get("/api/v1/deviations?limit=200", "quality1").json()["items"]
    (opened,) = [one for one in deviations if one["id"] == body["deviation"]]
    assert (opened["bag"], opened["rules"], opened["state"]) == (bag, ["wrong-position"], "open")
    assert tags_of(hospital, opened["id"]) == ["quality:deviation:opened"]
    last = hospital.get(f"/api/v1/bags/{bag}/history", "quality1").json()["items"][-1]
    assert last["body"]["overridden"] == ["wrong-position"]
    assert last["body"]["deviation"] == opened["id"]
    assert last["body"]["authoriser"]["id"] == hospital.people["quality1"].subject_id
    assert last["notes"]["deviation_reason"] == "trouvée dans l'emplacement voisin"
    assert "trouvée" not in str(last["body"])


def test_a_reason_of_nothing_but_blanks_overrides_nothing(road: Road) -> None:
    hospital = road.hospital
    journey, place = road.stored(3)
    act = wrongly_retrieved(journey, ["wrong-position"])
    act["deviation"]["reason"] = "   "
    act["witness"] = hospital.sign("pharm1", act)

    assert hospital.post("/api/v1/scans", "tech1", json=act).json()["code"] == "wrong-position"
    freed(hospital, journey, place)


def test_a_rule_that_was_not_named_is_not_overridden(road: Road) -> None:
    hospital = road.hospital
    journey, place = road.stored(4)
    act = wrongly_retrieved(journey, ["bag-expired"])
    act["witness"] = hospital.sign("pharm1", act)

    assert hospital.post("/api/v1/scans", "tech1", json=act).json()["code"] == "wrong-position"
    freed(hospital, journey, place)


def test_a_rule_of_the_highest_rung_is_never_overridden(house: Hospital) -> None:
    journey, other = house.enrol(), house.enrol()
    journey.to_store("D1-T1-R1-B2-P1")
    journey.retrieved("D1-T1-R1-B2-P1")
    journey.thawed()
    journey.issued()
    act = house.act(
        "identified",
        [journey.product_label(), other.wristband, journey.document],
        details={"patient_spoke": True},
        deviation={"rules": ["wrong-patient"], "reason": "le médecin insiste"},
    )
    act["witness"] = house.sign("doctor1", act)
    act["deviation"]["authoriser"] = house.sign("pharm1", {**act, "witness": None})

    refused = house.post("/api/v1/scans", "nurse1", json=act).json()

    assert (refused["code"], refused["rung"]) == ("wrong-patient", "never")


def test_an_infusion_that_ended_late_is_recorded_once_it_is_confirmed(house: Hospital) -> None:
    journey = house.enrol()
    journey.to_store("D1-T1-R1-B2-P1")
    journey.retrieved("D1-T1-R1-B2-P1")
    journey.thawed()
    journey.issued()
    journey.identified()
    label = journey.product_label()
    house.taken(
        "nurse1",
        "infusion_started",
        [label, journey.wristband],
        witness="doctor1",
        details={"no_leukodepleting_filter": True},
    )
    house.clock.forward(minutes=45)
    stated = {"volume_ml": 68, "completeness": "whole"}

    late = house.scan("nurse1", "infusion_ended", [label], witness="doctor1", details=stated)
    confirmed = house.scan(
        "nurse1",
        "infusion_ended",
        [label],
        witness="doctor1",
        details=stated,
        deviation={"rules": ["infusion-late"], "reason": "débit réduit sur avis médical"},
    )

    assert (late.json()["code"], late.json()["rung"]) == ("infusion-late", "acknowledge")
    assert confirmed.status_code == 201
    body = confirmed.json()
    assert (body["bag"]["state"], body["overridden"], body["bag"]["holds"]) == ("infused", ["infusion-late"], [])
    assert body["deviation"] is not None


def test_a_time_before_the_last_step_is_taken_once_it_is_confirmed(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    earlier = house.clock.now().replace(hour=0)
    members = {"details": {"certificate": "COA-1"}, "occurred_at": earlier}

    told = house.scan("kite1", "released", [journey.product_label()], **members)
    confirmed = house.scan(
        "kite1",
        "released",
        [journey.product_label()],
        deviation={"rules": ["earlier-than-last-step", "late-entry-unjustified"], "reason": "heure lue sur le cahier"},
        **members,
    )

    assert (told.json()["code"], told.json()["rung"]) == ("earlier-than-last-step", "acknowledge")
    assert confirmed.status_code == 201
    last = house.get(f"/api/v1/bags/{journey.products[0]}/history", "quality1").json()["items"][-1]
    assert last["body"]["late"] is True


# --- holds, corrections ----------------------------------------------------------------------------------------------


def test_a_hold_is_placed_by_one_role_and_lifted_by_the_two_it_names(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    label = journey.product_label()
    held = house.taken("quality1", "held", [label], witness="pharm1", details={"reason": "excursion"})
    (hold,) = held["bag"]["holds"]
    blocked = house.scan("kite1", "released", [label], details={"certificate": "COA-1"})
    stated = {"hold": hold["id"], "evidence": "courbe évaluée"}

    alone = house.scan("pharm1", "hold_lifted", [label], witness="pharm2", details=stated)
    unknown = house.scan("pharm1", "hold_lifted", [label], witness="quality1", details={**stated, "hold": "x"})
    lifted = house.scan("pharm1", "hold_lifted", [label], witness="quality1", details=stated)

    assert blocked.json()["code"] == "on-hold"
    assert hold["lift"] == [["pharmacist"], ["physician", "quality"]]
    assert alone.json()["code"] == "hold-needs-roles"
    assert unknown.json()["code"] == "unknown-hold"
    assert lifted.status_code == 201
    assert lifted.json()["bag"]["holds"] == []
    assert lifted.json()["bag"]["on_hold"] is False


def test_bags_on_hold_can_be_listed(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    before = {one["id"] for one in house.get("/api/v1/bags?on_hold=true&limit=200", "pharm1").json()["items"]}
    house.taken("quality1", "held", [journey.collection_label], witness="pharm1", details={"reason": "recall"})

    after = {one["id"] for one in house.get("/api/v1/bags?on_hold=true&limit=200", "pharm1").json()["items"]}
    free = {one["id"] for one in house.get("/api/v1/bags?on_hold=false&limit=200", "pharm1").json()["items"]}

    assert after - before == {journey.collection}
    assert after.isdisjoint(free)


def test_a_correction_names_the_event_and_keeps_the_old_value(house: Hospital) -> None:
    journey = house.enrol()
    event = journey.collected()["event"]["id"]
    other = house.enrol().collected()["event"]["id"]
    stated = {"field": "volume_ml", "old": "180", "new": "181", "reason": "faute de frappe"}

    foreign = house.scan(
        "efs1", "corrected", [journey.collection_label], witness="efs2", details={**stated, "event": other}
    )
    nothing = house.scan(
        "efs1", "corrected", [journey.collection_label], witness="efs2", details={**stated, "event": "x"}
    )
    corrected = house.scan(
        "efs1", "corrected", [journey.collection_label], witness="efs2", details={**stated, "event": event}
    )

    assert foreign.json()["code"] == nothing.json()["code"] == "unknown-event"
    assert corrected.status_code == 201
    items = house.get(f"/api/v1/bags/{journey.collection}/history", "quality1").json()["items"]
    assert items[1]["body"]["details"]["volume_ml"] == 180
    assert items[-1]["body"]["details"]["event"] == event
    assert items[-1]["notes"] == {"old": "180", "new": "181", "reason": "faute de frappe"}


# --- readings that are recorded --------------------------------------------------------------------------------------


def test_reading_who_the_patient_is_is_recorded_on_the_patients_chain(house: Hospital) -> None:
    journey = house.enrol()

    answer = house.get(f"/api/v1/therapies/{journey.therapy}/identity?purpose=consultation", "doctor1")

    body = answer.json()
    assert body["traits"]["family_name"] == family_name(journey.ipp)
    assert body["status"] == "provisional"
    assert answer.headers["cache-control"] == "no-store"
    assert tags_of(house, body["patient"])[-1] == "access:identity:read"


def test_a_bags_id_is_no_therapy_and_names_no_patient(house: Hospital) -> None:
    journey = house.enrol()
    before = written(house)

    answers = [
        house.get(f"/api/v1/therapies/{journey.collection}/identity", "doctor1"),
        house.get(f"/api/v1/therapies/{journey.collection}", "doctor1"),
        house.get(f"/api/v1/bags/{journey.therapy}", "doctor1"),
        house.get(f"/api/v1/dewars/{journey.therapy}", "doctor1"),
        house.get(f"/api/v1/shipments/{journey.therapy}", "doctor1"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert written(house) == before


def test_looking_up_a_label_says_what_it_is_and_what_may_follow_and_is_recorded(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    site = str(house.people["efs1"].site_id)

    answer = house.post(
        "/api/v1/scans/read", "efs1", json={"symbols": [{"text": journey.collection_label}, {"text": "<<<"}]}
    ).json()

    assert [one["status"] for one in answer["readings"]] == ["identified", "unreadable"]
    assert answer["readings"][0]["fields"]["din"] == journey.collection_label[1:14]
    assert [(one["type"], one["id"], one["state"]) for one in answer["subjects"]] == [
        ("bag", journey.collection, "collected")
    ]
    assert "packed" in answer["next_steps"]
    assert "infusion_started" not in answer["next_steps"]
    assert tags_of(house, site)[-1] == "custody:look_up:done"


def test_looking_up_everything_a_room_holds_names_each_thing(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.shipped("out", journey.collection_label, ("efs1", "efs2"), "KITE")
    texts = [
        journey.wristband,
        journey.shipper("out"),
        internal("P", "D1-T1-R1-B1-P1"),
        journey.document,
        internal("U", "TECH1"),
    ]

    answer = house.post("/api/v1/scans/read", "pharm1", json={"symbols": [{"text": one} for one in texts]}).json()

    assert [one["type"] for one in answer["subjects"]] == ["patient", "shipper", "position", "document"]
    assert answer["subjects"][0].keys() == {"type", "id", "status", "cautions"}


def test_every_printed_label_is_accounted_for(house: Hospital) -> None:
    journey = house.enrol()
    order = {
        "size": "bag-100x50",
        "subject": journey.collection,
        "labels": [{"symbols": [{"text": journey.collection_label}], "lines": ["Poche de prélèvement"]}],
    }

    drawn = {
        form: house.post("/api/v1/labels", "efs1", json={**order, "format": form}) for form in ("png", "svg", "pdf")
    }

    assert {form: answer.headers["content-type"] for form, answer in drawn.items()} == {
        "png": "image/png",
        "svg": "image/svg+xml",
        "pdf": "application/pdf",
    }
    assert drawn["png"].content.startswith(b"\x89PNG")
    assert drawn["pdf"].content.startswith(b"%PDF")
    assert tags_of(house, journey.collection)[-3:] == ["labels:set:printed"] * 3
    items = house.get(f"/api/v1/bags/{journey.collection}/history", "pharm1").json()["items"]
    assert items[-1]["body"]["count"] == 1


def test_labels_for_nothing_yet_are_accounted_for_on_the_sites_chain(house: Hospital) -> None:
    order = {"size": "position-50x25", "format": "pdf", "labels": [{"symbols": [{"text": "GV1.P.X.0"}]}] * 3}

    answer = house.post("/api/v1/labels", "pharm1", json=order)

    assert answer.status_code == 200
    assert tags_of(house, str(house.people["pharm1"].site_id))[-1] == "labels:set:printed"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"labels": [{"symbols": [{"text": "X"}]}] * 2}, 422, "label-invalid"),
        ({"labels": [{"symbols": [{"text": "é"}]}]}, 422, "label-text-unencodable"),
        ({"size": "cryo-25x25", "labels": [{"symbols": [{"text": "X" * 60}]}]}, 422, "label-too-small"),
        ({"subject": new_id()}, 404, "not-found"),
        ({"size": "A0"}, 422, "request-invalid"),
        ({"labels": []}, 422, "request-invalid"),
    ],
)
def test_a_label_that_cannot_be_drawn_is_not_accounted_for(
    house: Hospital, changes: dict[str, Any], status: int, code: str
) -> None:
    before = written(house)
    order = {"size": "bag-100x50", "labels": [{"symbols": [{"text": "X"}]}], **changes}

    answer = house.post("/api/v1/labels", "pharm1", json=order)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert written(house) == before


def test_a_person_or_a_session_is_nothing_to_put_a_label_on(house: Hospital) -> None:
    order = {"size": "bag-100x50", "labels": [{"symbols": [{"text": "X"}]}]}

    answer = house.post("/api/v1/labels", "pharm1", json={**order, "subject": house.people["tech1"].subject_id})

    assert answer.status_code == 404


# --- lists, single things, the catalogue -----------------------------------------------------------------------------


def test_a_list_is_read_page_by_page_without_a_gap_or_a_repetition(house: Hospital) -> None:
    for _ in range(5):
        house.enrol()
    whole = [one["id"] for one in house.get("/api/v1/therapies?limit=200", "pharm1").json()["items"]]

    found: list[str] = []
    path = "/api/v1/therapies?limit=2"
    while True:
        answer = house.get(path, "pharm1")
        page = answer.json()
        found += [one["id"] for one in page["items"]]
        assert len(page["items"]) <= 2
        assert (page["next_cursor"] is None) == ("link" not in answer.headers)
        if page["next_cursor"] is None:
            break
        path = answer.headers["link"].split(">")[0].removeprefix("<")
        assert f"cursor={page['next_cursor']}" in path

    assert found == whole
    assert len(set(found)) == len(found) >= 5


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "limit=201", "limit=x", "on_hold=perhaps", "due_before=x"])
def test_a_list_asked_for_in_a_way_we_do_not_know_is_not_read(house: Hospital, query: str) -> None:
    answer = house.get(f"/api/v1/bags?{query}", "pharm1")

    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


def test_bags_are_found_by_what_is_known_of_them(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    bag = journey.products[0]
    number = f"{journey.number:04d}"

    def ids(query: str) -> list[str]:
        answer = house.get(f"/api/v1/bags?limit=200&{query}", "pharm1")
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    assert ids(f"lot=LOT{number}") == [bag]
    assert ids(f"therapy={journey.therapy}") == [journey.collection, bag]
    assert ids(f"therapy={journey.therapy}&state=announced") == [bag]
    assert ids(f"therapy={journey.therapy}&product=kymriah") == []
    assert ids(f"therapy={journey.therapy}&site={house.people['kite1'].site_id}") == [journey.collection, bag]
    assert ids("identifier=nothing") == []


def test_a_bag_is_found_once_by_its_whole_label_and_by_its_number(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()

    def ids(identifier: str) -> list[str]:
        answer = house.get("/api/v1/bags", "pharm1", params={"identifier": identifier})
        return [one["id"] for one in answer.json()["items"]]

    assert ids(journey.product_label()).count(journey.products[0]) == 1
    assert sorted(ids(journey.collection_label[1:14])) == sorted([journey.collection, *journey.products])


def test_bags_that_expire_before_a_day_are_found_whatever_the_offset(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()  # expires at 23:59 in Paris, which is 21:59 in UTC

    def found(instant: str) -> bool:
        answer = house.get("/api/v1/bags?limit=200", "pharm1", params={"due_before": instant})
        return journey.products[0] in [one["id"] for one in answer.json()["items"]]

    assert not found("2027-06-30T23:58:00+02:00")
    assert found("2027-07-01T00:00:00+02:00")
    assert found("2027-06-30T22:00:00Z")
    assert not found("2027-06-30T21:00:00Z")


def test_what_did_not_change_is_not_sent_again(house: Hospital) -> None:
    journey = house.enrol()
    path = f"/api/v1/bags/{journey.collection}"
    first = house.get(path, "pharm1")

    same = house.get(path, "pharm1", headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    journey.collected()
    changed = house.get(path, "pharm1", headers={"If-None-Match": first.headers["etag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == first.headers["etag"]
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_a_thawed_bag_shows_its_clocks(house: Hospital) -> None:
    journey = house.enrol()
    journey.to_store("D1-T1-R1-B1-P2")
    journey.retrieved("D1-T1-R1-B1-P2")
    journey.thawed()
    house.clock.forward(minutes=10)

    shown = house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()

    running = {(one["from"], one["to"]): one for one in shown["timers"]}
    assert running["thaw_ended", "infusion_started"]["remaining_seconds"] == 20 * 60
    assert shown["next_steps"]


def test_the_map_of_a_dewar_shows_what_lies_where(house: Hospital) -> None:
    journey = house.enrol()
    journey.to_store("D1-T1-R1-B1-P3")
    dewar = next(one for one in house.get("/api/v1/dewars", "pharm1").json()["items"] if one["code"] == "D1")

    shown = house.get(f"/api/v1/dewars/{dewar['id']}/map", "pharm1").json()

    assert shown["dewar"] == house.get(f"/api/v1/dewars/{dewar['id']}", "pharm1").json() == dewar
    assert len(shown["positions"]) == 10 == shown["occupied"] + shown["free"]
    place = next(one for one in shown["positions"] if one["code"] == "D1-T1-R1-B1-P3")
    assert (place["bag"], place["label"]) == (journey.products[0], internal("P", "D1-T1-R1-B1-P3"))


def test_a_new_dewar_is_there_with_every_one_of_its_positions(house: Hospital) -> None:
    order = {"name": "Cuve", "limit_c": -150, "shape": {"towers": 1, "racks": 2.0, "boxes": 1, "positions": 3}}

    made = house.post("/api/v1/dewars", "pharm1", json={**order, "code": "NEW"})
    again = house.post("/api/v1/dewars", "pharm1", json={**order, "code": "NEW"})
    vast = house.post(
        "/api/v1/dewars",
        "pharm1",
        json={**order, "code": "VAST", "shape": {"towers": 100, "racks": 100, "boxes": 1, "positions": 1}},
    )

    assert made.status_code == 201
    assert len(house.get(f"/api/v1/dewars/{made.json()['id']}/map", "pharm1").json()["positions"]) == 6
    assert (again.status_code, again.json()["code"]) == (409, "already-exists")
    assert (vast.status_code, vast.json()["code"]) == (422, "dewar-shape-invalid")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"shipper": "=A99992612345600"}, 422, "shipper-unreadable"),
        ({"shipper": "<<<"}, 422, "shipper-unreadable"),
        ({"to_site": "NULLEPART"}, 404, "not-found"),
        ({"carrier_site": "PUI"}, 404, "not-found"),
    ],
)
def test_a_shipment_needs_a_shipper_two_sites_and_a_carrier(
    house: Hospital, changes: dict[str, str], status: int, code: str
) -> None:
    order = {"shipper": internal("S", "SHIP-BAD"), "to_site": "KITE", "carrier_site": "CRYO", **changes}

    answer = house.post("/api/v1/shipments", "efs1", json=order)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_shipper_makes_one_journey_at_a_time(house: Hospital) -> None:
    order = {"shipper": internal("S", "SHIP-ONCE"), "to_site": "PUI", "carrier_site": "CRYO"}

    first, second = (house.post("/api/v1/shipments", "efs1", json=order) for _ in range(2))
    listed = house.get("/api/v1/shipments?state=open&limit=200", "carrier1").json()["items"]

    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "already-exists")
    assert first.json()["manufacturer"] == ""
    assert first.json()["id"] in [one["id"] for one in listed]
    assert house.get(f"/api/v1/shipments/{first.json()['id']}", "carrier1").status_code == 200


def test_the_catalogue_of_steps_is_what_a_tablet_draws_its_screens_from(house: Hospital) -> None:
    steps = house.get("/api/v1/steps", "tech1").json()["items"]

    assert [one["tag"] for one in steps] == [step.tag for step in STEPS]
    assert all(one["labels"]["fr"] and one["labels"]["en"] for one in steps)
    manufactured = next(one for one in steps if one["tag"] == "manufactured")
    bags = next(field for field in manufactured["fields"] if field["name"] == "bags")
    assert [field["name"] for field in bags["fields"]] == [
        "symbols",
        "component",
        "strength",
        "volume_ml",
        "lot",
        "form",
    ]


def test_the_profiles_and_the_keys_are_there_to_be_read(house: Hospital) -> None:
    profiles = house.get("/api/v1/profiles", "nurse1").json()["items"]
    keys = house.get("/api/v1/ledger/keys").json()

    assert [(one["tag"], one["version"]) for one in profiles] == [
        (tag, 1)
        for tag in (
            "abecma",
            "aucatzyl",
            "breyanzi",
            "carvykti",
            "ebvallo",
            "givre-t1",
            "kymriah",
            "tecartus",
            "yescarta",
        )
    ]
    assert keys["origin"] == "localhost/cct/log1"
    assert keys["receipts"] == [house.services.receipt_vkey]


def test_sites_and_organisations_are_registered_and_listed(house: Hospital) -> None:
    maker = {"code": "bms", "name": "Fabricant B (essai)", "kind": "manufacturer"}
    made = house.post("/api/v1/organisations", "admin1", json=maker)
    site = house.post("/api/v1/sites", "admin1", json={"code": "BMS", "name": "Site B", "organisation": "bms"})

    assert (made.status_code, site.status_code) == (201, 201)
    assert site.json()["organisation"] == made.json()["id"]
    assert site.json() in house.get("/api/v1/sites?limit=200", "nurse1").json()["items"]
    assert made.json() in house.get("/api/v1/organisations?limit=200", "admin1").json()["items"]


def test_a_thaw_that_is_not_ready_says_what_is_missing_in_the_callers_language(house: Hospital) -> None:
    journey = house.enrol()
    journey.to_store("D1-T1-R1-B1-P4")
    journey.retrieved("D1-T1-R1-B1-P4")
    stated = {**READY, "tocilizumab_available": False}
    act = house.act("thaw_started", [journey.product_label()], details=stated)
    act["witness"] = house.sign("pharm1", act)

    answer = house.post("/api/v1/scans", "tech1", json=act, headers={"Accept-Language": "en"})

    assert answer.json()["code"] == "not-ready"
    assert "tocilizumab in hand" in answer.json()["detail"]
