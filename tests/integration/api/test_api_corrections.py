"""What was stated wrongly is corrected by a new event: old and new side by side, and what follows from it."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.hospital import Hospital, Journey
from tests.integration.api.ledger_rows import tags_of


@pytest.fixture
def collected(house: Hospital) -> tuple[Journey, str]:
    journey = house.enrol()
    return journey, journey.collected()["event"]["id"]


def correct(journey: Journey, event: str, old: str, new: str, **more: Any) -> httpx2.Response:
    told = {"event": event, "field": "volume_ml", "old": old, "new": new, "reason": "faute de frappe"}
    login, witness = more.pop("by", ("efs1", "efs2"))
    symbols = [more.pop("label", journey.collection_label)]
    return journey.hospital.scan(login, "corrected", symbols, witness=witness, details={**told, **more})


def item_of(journey: Journey, event: str, login: str = "quality1", bag: str | None = None) -> dict[str, Any]:
    items = journey.hospital.get(f"/api/v1/bags/{bag or journey.collection}/history", login).json()["items"]
    return next(one for one in items if one["id"] == event)


def test_a_corrected_event_shows_what_was_recorded_and_the_whole_line_of_corrections(collected: Any) -> None:
    journey, event = collected

    first = correct(journey, event, "180", "181")
    second = correct(journey, first.json()["event"]["id"], "181", "182", reason="relu sur la balance")
    third = correct(journey, event, "182", "183")

    assert [answer.status_code for answer in (first, second, third)] == [201] * 3
    original = item_of(journey, event)
    assert original["body"]["details"]["volume_ml"] == 180
    line = [(one["field"], one["old"], one["new"], one["reason"]) for one in original["corrections"]]
    assert line == [
        ("volume_ml", "180", "181", "faute de frappe"),
        ("volume_ml", "181", "182", "relu sur la balance"),
        ("volume_ml", "182", "183", "faute de frappe"),
    ]
    assert item_of(journey, second.json()["event"]["id"])["body"]["correction"] == {
        "event": event,
        "step": "collected",
        "field": "volume_ml",
        "old": "181",
        "new": "182",
    }
    assert first.json()["deviation"] is None


def test_the_old_value_must_be_the_one_on_record_now(collected: Any) -> None:
    journey, event = collected
    wrong = correct(journey, event, "179", "181")
    correct(journey, event, "180", "181")
    stale = correct(journey, event, "180", "185")

    assert [answer.json()["code"] for answer in (wrong, stale)] == ["correction-stale"] * 2


@pytest.mark.parametrize("new", ["0", "181 ml", "18.5", "1000000", "true"])
def test_the_new_value_must_be_one_of_the_fields(collected: Any, new: str) -> None:
    journey, event = collected
    answer = correct(journey, event, "180", new)

    assert answer.json()["code"] == "correction-invalid"
    assert "{" not in answer.json()["detail"]


def test_a_field_must_be_of_that_event_and_an_event_of_that_bag(collected: Any) -> None:
    journey, event = collected
    other = journey.hospital.enrol()
    foreign = other.collected()["event"]["id"]
    enrolled = journey.hospital.get(f"/api/v1/bags/{journey.collection}/history", "quality1").json()["items"][0]["id"]

    answers = [
        correct(journey, event, "180", "181", field="seal_intact"),
        correct(journey, foreign, "180", "181"),
        correct(journey, enrolled, "180", "181"),
        correct(journey, "no-event", "180", "181"),
    ]

    assert [answer.json()["code"] for answer in answers] == ["correction-unknown-field", *["unknown-event"] * 3]


def test_only_the_authors_site_corrects(collected: Any) -> None:
    journey, event = collected
    answer = correct(journey, event, "180", "181", by=("pharm1", "tech1"))
    same_site = correct(journey, event, "180", "181", by=("efs2", "efs1"))

    assert (answer.json()["code"], answer.json()["rung"]) == ("correction-other-site", "never")
    assert same_site.status_code == 201


def test_a_seal_found_broken_afterwards_opens_a_deviation_and_holds_the_bag(collected: Any) -> None:
    journey, _ = collected
    hospital = journey.hospital
    journey.manufactured()
    journey.released()
    received = journey.received()["event"]["id"]
    label, bag = journey.product_label(), journey.products[0]

    answer = correct(
        journey, received, "true", "false", field="seal_intact", label=label, by=("tech1", "pharm1"), reason="vu après"
    )

    assert answer.status_code == 201, answer.text
    assert [hold["reason"] for hold in answer.json()["bag"]["holds"]] == ["seal"]
    deviation = hospital.get(f"/api/v1/deviations/{answer.json()['deviation']}", "quality1").json()
    assert (deviation["rules"], deviation["step"]) == (["hold:seal"], "corrected")
    assert item_of(journey, received, bag=bag)["body"]["details"]["seal_intact"] is True
    assert answer.json()["bag"]["state"] == "received"


def test_a_text_that_may_hold_a_name_stays_sealed_when_it_is_corrected(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    note = house.taken("efs1", "observed", [journey.collection_label], details={"note": "Mme Dupont"})["event"]["id"]

    answer = correct(journey, note, "Mme Dupont", "Mme Durand", field="note")
    again = correct(journey, note, "Mme Durand", "la patiente", field="note")

    assert [one.status_code for one in (answer, again)] == [201, 201]
    (line, last) = item_of(journey, note)["corrections"]
    assert (line["old"], line["new"], last["new"]) == ("Mme Dupont", "Mme Durand", "la patiente")
    bodies = [event.body for event in house.services.reader.history(journey.collection)]
    assert all(b"Dupont" not in body and b"Durand" not in body for body in bodies)
    (outside, _) = item_of(journey, note, "kite1")["corrections"]
    assert (outside["old"], outside["new"], outside["reason"]) == (None, None, None)
    assert tags_of(house, journey.collection)[-2:] == ["custody:corrected:taken"] * 2
