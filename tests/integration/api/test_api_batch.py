"""A tablet's queue: recorded in order, each scan with its own result, nothing dropped, nothing overtaken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app.actions.batch import Outcome
from app.actions.recorder import NotRecordedError
from app.actions.services import Services
from app.actions.world import Command
from app.kit.ids import new_id
from tests.hospital import Hospital
from tests.integration.api.ledger_rows import rows, written
from tests.integration.api.other_processes import sent, with_services


class Queue:
    """The hospital's own recorder, whose database goes away for one command and comes back at once."""

    def __init__(self, services: Services, *, fails_at: int) -> None:
        self._recorder = services.recorder
        self._fails_at = fails_at
        self.tried = 0

    async def submit(self, command: Command) -> Outcome:
        self.tried += 1
        if self.tried == self._fails_at:
            message = "the database did not answer"
            raise NotRecordedError(message)
        return await self._recorder.submit(command)


def batch(hospital: Hospital, login: str, scans: list[dict[str, Any]], **options: Any) -> httpx2.Response:
    return hospital.post("/api/v1/scans/batch", login, json={"scans": scans}, **options)


def test_five_hundred_scans_are_recorded_in_the_order_they_were_made(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    scans = [house.act("observed", [journey.collection_label], details={"note": f"{number}"}) for number in range(500)]
    before = rows(house)

    answer = batch(house, "efs1", scans)

    body = answer.json()
    assert (answer.status_code, body["recorded"]) == (200, 500)
    assert [one["scan_id"] for one in body["results"]] == [scan["scan_id"] for scan in scans]
    sequence = [one["body"]["event"]["seq"] for one in body["results"]]
    assert sequence == list(range(sequence[0], sequence[0] + 500))
    assert rows(house) == before + 500


def test_five_hundred_and_one_are_too_many(house: Hospital) -> None:
    before = written(house)

    for count in (0, 501):
        answer = batch(house, "efs1", [house.act("observed", ["x"])] * count)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")

    assert written(house) == before


def test_a_whole_leg_that_was_scanned_offline_is_taken_step_by_step(house: Hospital) -> None:
    journey = house.enrol()
    made = house.clock.now()
    house.clock.forward(hours=2)
    collected = house.act(
        "collected",
        [journey.collection_label, journey.wristband],
        occurred_at=made,
        details={"volume_ml": 180, "presentation": "fresh"},
    )
    noted = house.act("observed", [journey.collection_label], occurred_at=made + timedelta(minutes=1))
    collected["witness"] = house.sign("efs2", collected)

    results = batch(house, "efs1", [collected, noted]).json()["results"]

    assert [one["status"] for one in results] == [201, 201]
    history = house.get(f"/api/v1/bags/{journey.collection}/history", "quality1").json()["items"]
    assert [(item["body"]["late"], item["body"]["offline"]) for item in history[1:]] == [(True, True)] * 2


def test_a_scan_that_the_world_no_longer_fits_is_refused_and_waits_for_a_person_to_settle_it(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    scans = [
        house.act("observed", [journey.collection_label]),
        house.act("observed", ["=A99992699999900"]),
        house.act("handed_over", [journey.collection_label]),
        house.act("observed", [journey.collection_label]),
    ]
    before = {one["id"] for one in house.get("/api/v1/settle?limit=200", "pharm1").json()["items"]}

    body = batch(house, "efs1", scans).json()

    assert [one["status"] for one in body["results"]] == [201, 409, 409, 201]
    assert body["recorded"] == 4
    items = house.get("/api/v1/settle?limit=200", "pharm1").json()["items"]
    opened = [one for one in items if one["id"] not in before]
    assert [(one["scan_id"], one["code"], one["bag"], one["state"]) for one in opened] == [
        (scans[1]["scan_id"], "unknown-bag", None, "open"),
        (scans[2]["scan_id"], body["results"][2]["body"]["code"], journey.collection, "open"),
    ]


def test_what_a_tablet_had_stopped_is_never_taken_and_two_people_say_what_became_of_it(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    act = house.act("observed", [journey.collection_label], details={"note": "RAS"})
    # Its list was old: the service itself has nothing against the act.
    stopped = {**act, "told_wrong": "on-hold"}

    (refused,) = batch(house, "efs1", [stopped]).json()["results"]

    assert (refused["status"], refused["body"]["code"], refused["body"]["rung"]) == (409, "told-wrong", "acknowledge")
    assert "POCHE BLOQUÉE" in refused["body"]["detail"]
    history = house.get(f"/api/v1/bags/{journey.collection}/history", "pharm1").json()["items"]
    assert (history[-1]["outcome"], history[-1]["body"]["told_wrong"]) == ("refused", "on-hold")
    item = house.get("/api/v1/settle?limit=200", "pharm1").json()["items"][-1]
    assert (item["scan_id"], item["code"], item["bag"]) == (act["scan_id"], "told-wrong", journey.collection)
    # What the device said is no part of the act: sent again without it, the answer stays what it was.
    (again,) = batch(house, "efs1", [act]).json()["results"]
    assert again == refused
    # A code of an app that is newer than the service is told as it came; the service's own reasons come first.
    unknown = {**house.act("observed", ["=A99992699999900"]), "told_wrong": "too-cold"}
    newer = {**house.act("observed", [journey.collection_label]), "told_wrong": "too-cold"}
    results = batch(house, "efs1", [unknown, newer]).json()["results"]
    assert [one["body"]["code"] for one in results] == ["unknown-bag", "told-wrong"]
    assert "too-cold" in results[1]["body"]["detail"]


def test_each_result_is_what_the_scan_alone_would_have_got(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    scans = [
        house.act("observed", [journey.collection_label]),
        house.act("observed", ["=A99992699999900"]),
        house.act("teleported", [journey.collection_label]),
        house.act("observed", []),
    ]

    queued = batch(house, "efs1", scans).json()["results"]
    alone = [house.post("/api/v1/scans", "efs1", json=scan) for scan in scans]

    assert [(one["status"], one["body"]) for one in queued] == [(one.status_code, one.json()) for one in alone]


def test_a_queue_sent_twice_changes_nothing_the_second_time(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    scans = [house.act("observed", [journey.collection_label]), house.act("observed", ["=A99992699999900"])]

    first = batch(house, "efs1", scans)
    once = written(house)
    second = batch(house, "efs1", scans)

    assert second.json() == first.json()
    assert written(house) == once


def test_the_same_scan_twice_in_one_queue_is_one_scan(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    scan = house.act("observed", [journey.collection_label])
    other = {**scan, "details": {"note": "autre chose"}}
    before = rows(house)

    results = batch(house, "efs1", [scan, scan, other]).json()["results"]

    assert [one["status"] for one in results] == [201, 201, 409]
    assert results[0] == results[1]
    assert results[2]["body"]["code"] == "scan-id-reused"
    assert rows(house) == before + 1


@pytest.mark.parametrize("fails_at", [1, 3, 5])
def test_after_a_scan_that_was_not_recorded_none_of_the_rest_is_tried(house: Hospital, fails_at: int) -> None:
    journey = house.enrol()
    journey.collected()
    scans = [house.act("observed", [journey.collection_label]) for _ in range(5)]
    before = rows(house)
    queue = Queue(house.services, fails_at=fails_at)
    with with_services(house, replace(house.services, recorder=queue)) as client:
        bearer = {"Authorization": f"Bearer {house.token('efs1')}"}
        answer = sent(house, client, "POST", "/api/v1/scans/batch", json={"scans": scans}, headers=bearer)

    body = answer.json()
    assert answer.status_code == 200
    assert [one["status"] for one in body["results"]] == [201] * (fails_at - 1) + [503] * (6 - fails_at)
    assert {one["body"]["code"] for one in body["results"][fails_at - 1 :]} == {"not-recorded"}
    assert body["recorded"] == fails_at - 1
    assert queue.tried == fails_at
    assert rows(house) == before + fails_at - 1
    resent = batch(house, "efs1", scans).json()
    assert [one["status"] for one in resent["results"]] == [201] * 5
    sequence = [one["body"]["event"]["seq"] for one in resent["results"]]
    assert sequence == sorted(sequence)


def test_an_enrolment_that_cannot_be_read_leaves_the_rest_of_the_queue_its_results(house: Hospital) -> None:
    journey = house.enrol()
    patient = {"ipp": "A9990-DEFECT", "family_name": "N", "given_name": "N", "birth_date": "no", "sex": "F"}
    scans = [
        house.act("enrolled", details={"patient": patient}, scan_id=new_id()),
        house.act("observed", [journey.collection_label]),
    ]

    results = batch(house, "coord1", scans, headers={"Accept-Language": "en"}).json()["results"]

    assert (results[0]["status"], results[0]["body"]["code"]) == (422, "patient-invalid")
    assert "birth_date" in results[0]["body"]["detail"]
    assert results[1]["status"] == 409  # the bag has no label yet: nobody knows it by this symbol
