"""Field by field: what two labels of one bag say is compared by the service, kept with the event, and acted upon."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.barcodes.build import coi, din, expiry_day, typed
from tests.hospital import Hospital, Journey

POSITION = "D1-T1-R1-B1-P1"


def received(hospital: Hospital, **more: Any) -> Journey:
    journey = hospital.enrol(**more)
    journey.collected()
    journey.manufactured()
    journey.released()
    journey.received()
    return journey


def inspected(journey: Journey, *layers: Any, **more: Any) -> Any:
    hospital = journey.hospital
    hospital.clock.forward(minutes=1)
    details = {"visual_check": "intact", "certificate": "COA-1", **more.pop("details", {})}
    return hospital.scan(
        "pharm1", "inspected", [journey.product_label(), *layers], witness="tech1", details=details, **more
    )


def verdicts(answer: Any) -> dict[str, str]:
    return {row["field"]: row["verdict"] for row in answer.json()["comparison"]}


def layer(role: str, text: str) -> dict[str, str]:
    return {"text": text, "role": role}


def test_labels_that_agree_are_accepted_and_the_table_is_shown_and_kept(house: Hospital) -> None:
    journey = received(house)

    answer = inspected(journey, *journey.layers())

    assert (answer.status_code, answer.json()["bag"]["state"]) == (201, "accepted")
    assert verdicts(answer) == {"patient": "absent", "therapy": "agree", "lot": "absent", "expiry": "absent"} | {
        "din": "agree",
        "product_code": "agree",
        "coi": "absent",
    }
    history = house.get(f"/api/v1/bags/{journey.products[0]}/history", "pharm1").json()["items"]
    assert history[-1]["comparison"] == history[-1]["body"]["comparison"] == answer.json()["comparison"]


@pytest.mark.parametrize("word", [True, False])
def test_a_cassette_of_another_donation_holds_the_bag_whatever_the_person_says(house: Hospital, *, word: bool) -> None:
    journey = received(house)
    other = din("A9991", 26, 999_000 + journey.number, flags="00") + "=<S12954A0"

    answer = inspected(
        journey, layer("cassette", other), layer("document", journey.document), details={"labels_agree": word}
    )

    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert (body["bag"]["state"], [hold["reason"] for hold in body["bag"]["holds"]]) == ("received", ["identity"])
    (row,) = [row for row in body["comparison"] if row["verdict"] == "differ"]
    assert row["field"] == "din"
    assert row["values"]["cassette"] == other[1:14] != row["values"]["bag"] == row["values"]["recorded"]
    assert body["deviation"] is not None


def test_a_paper_of_a_therapy_nobody_enrolled_here_holds_the_bag(house: Hospital) -> None:
    journey = received(house)

    answer = inspected(journey, *journey.layers(), layer("certificate", coi("A9998", 26, "ABC123")))

    assert [row["field"] for row in answer.json()["comparison"] if row["verdict"] == "differ"] == ["therapy", "coi"]
    assert [hold["reason"] for hold in answer.json()["bag"]["holds"]] == ["identity"]


def test_an_expiry_that_differs_from_the_recorded_one_is_seen(house: Hospital) -> None:
    journey = received(house)
    label = journey.product_label()

    answer = inspected(
        journey, layer("cassette", label + expiry_day(date(2027, 7, 30))), layer("document", journey.document)
    )

    assert verdicts(answer)["expiry"] == "differ"
    assert [hold["reason"] for hold in answer.json()["bag"]["holds"]] == ["identity"]


def test_a_cassette_that_was_not_scanned_is_asked_for_and_a_pharmacist_may_go_on_without(house: Hospital) -> None:
    journey = received(house)

    refused = inspected(journey)
    overridden = inspected(
        journey, deviation={"rules": ["label-layer-missing"], "reason": "cassette sans code lisible"}
    )

    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (
        409,
        "label-layer-missing",
        "senior",
    )
    assert "cassette métallique" in refused.json()["detail"]
    assert (overridden.status_code, overridden.json()["overridden"]) == (201, ["label-layer-missing"])


def test_a_source_that_is_not_confirmed_only_asks_for_confirmation(house: Hospital) -> None:
    journey = received(house, product="kymriah", maker="novartis")

    refused = inspected(journey)
    confirmed = inspected(
        journey,
        deviation={"rules": ["label-layer-missing-unconfirmed"], "reason": "certificat papier sans code"},
    )

    assert (refused.json()["code"], refused.json()["rung"]) == ("label-layer-missing-unconfirmed", "acknowledge")
    assert (confirmed.status_code, confirmed.json()["bag"]["holds"]) == (201, [])


def test_at_the_bedside_a_paper_of_another_donation_stops_everything(hospital: Hospital) -> None:
    journey = hospital.enrol()
    journey.to_store(POSITION)
    journey.retrieved(POSITION)
    journey.thawed()
    journey.issued()
    other = din("A9991", 26, 999_999, flags="00")

    answer = hospital.scan(
        "nurse1",
        "identified",
        [journey.product_label(), journey.wristband, journey.document, layer("rfic", other)],
        witness="doctor1",
        details={"patient_spoke": True},
    )
    right = journey.identified()

    assert (answer.status_code, answer.json()["code"], answer.json()["rung"]) == (409, "labels-disagree", "never")
    assert verdicts(answer)["din"] == "differ"
    assert answer.json()["bag"]["holds"] == []
    assert {row["field"]: row["verdict"] for row in right["comparison"]}["patient"] == "agree"


def test_two_labels_of_one_bag_that_name_two_bags_are_refused(house: Hospital) -> None:
    journey, other = received(house), received(house)

    answer = inspected(journey, other.product_label())

    assert (answer.status_code, answer.json()["code"]) == (409, "labels-disagree")


def test_outsiders_see_the_table_without_the_patient(house: Hospital) -> None:
    journey = received(house)

    items = house.get(f"/api/v1/bags/{journey.products[0]}/history", journey.makers[0]).json()["items"]

    (row_fields,) = [{row["field"] for row in item["comparison"]} for item in items if item["step"] == "received"]
    assert "din" in row_fields
    assert not row_fields & {"patient", "patient_number", "birth_date"}
    assert all("comparison" not in item["body"] for item in items)


def test_no_value_of_a_table_tells_who_the_patient_is(house: Hospital) -> None:
    journey = received(house)

    answer = inspected(journey, *journey.layers(), layer("rfic", journey.wristband))
    told = answer.text

    assert verdicts(answer)["patient"] == "agree"
    assert journey.ipp not in told


def test_a_number_typed_by_hand_needs_its_check_character_and_a_second_person(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    number = journey.collection_label[1:14]
    whole = {"text": typed(number), "source": "typed"}

    without_check = house.scan("efs1", "observed", [{"text": number, "source": "typed"}], details={"note": "RAS"})
    alone = house.scan("efs1", "observed", [whole], details={"note": "RAS"})
    together = house.scan("efs1", "observed", [whole], witness="efs2", details={"note": "RAS"})

    assert without_check.json()["code"] == "unreadable-symbol"
    assert (alone.status_code, alone.json()["code"]) == (409, "typed-needs-second-person")
    assert together.status_code == 201, together.text
