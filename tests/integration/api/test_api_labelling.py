"""A label found torn, and its replacement: it names the same bag, the old one is void, none is left over."""

from __future__ import annotations

from typing import Any

import pytest

from app.barcodes.build import internal
from tests.hospital import Hospital, Journey


@pytest.fixture
def journey(house: Hospital) -> Journey:
    found = house.enrol(product="kymriah", maker="novartis")
    found.collected()
    return found


def own(journey: Journey, number: int) -> str:
    return internal("B", f"EFS-{journey.number}-{number}")


def labelled(journey: Journey, *labels: str, bag: str | None = None, **stated: Any) -> Any:
    house = journey.hospital
    house.clock.forward(minutes=1)
    symbols = [
        {"text": bag or journey.collection_label, "role": "bag"},
        *({"text": one, "role": "label"} for one in labels),
    ]
    return house.scan("efs1", "labelled", symbols, details=stated)


def printed(house: Hospital, labels: int, subject: str | None = None) -> str:
    drawn = [
        {"symbols": [{"text": internal("B", f"N-{number}"), "symbology": "datamatrix"}], "lines": []}
        for number in range(labels)
    ]
    message = {"size": "bag-100x50", "format": "pdf", "labels": drawn, "subject": subject}
    answer = house.post("/api/v1/labels", "efs1", json=message)
    assert answer.status_code == 200, answer.text
    return answer.headers["Givre-Print-Run"]


def runs(house: Hospital) -> dict[str, dict[str, Any]]:
    answer = house.get("/api/v1/labels/runs?limit=200", "efs1")
    return {one["id"]: one for one in answer.json()["items"]}


def test_a_new_label_names_the_bag_from_then_on_and_the_replaced_one_is_void(house: Hospital, journey: Journey) -> None:
    first, second = own(journey, 1), own(journey, 2)
    assert labelled(journey, first, old_label="kept").status_code == 201
    assert labelled(journey, second, bag=first).status_code == 201

    assert house.scan("efs1", "observed", [second], details={"note": "RAS"}).status_code == 201
    torn = house.scan("efs1", "observed", [first], details={"note": "RAS"})
    assert (torn.status_code, torn.json()["code"], torn.json()["rung"]) == (409, "label-void", "never")
    again = labelled(journey, first, bag=second)
    assert (again.status_code, again.json()["code"]) == (409, "label-void")


def test_the_label_of_another_bag_is_refused_and_nothing_changes(house: Hospital, journey: Journey) -> None:
    other = house.enrol(product="kymriah", maker="novartis")
    other.collected()
    assert labelled(other, own(other, 1), old_label="none").status_code == 201
    before = house.get(f"/api/v1/bags/{journey.collection}", "pharm1").json()["identifiers"]

    stolen = labelled(journey, own(other, 1))
    assert (stolen.status_code, stolen.json()["code"]) == (409, "label-already-used")
    theirs = labelled(journey, other.collection_label)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "label-already-used")
    assert house.get(f"/api/v1/bags/{journey.collection}", "pharm1").json()["identifiers"] == before


@pytest.mark.parametrize(
    ("symbols", "code"),
    [
        (["=<S1295200"], "labels-disagree"),
        (["=A99919800000100"], "labels-disagree"),
        (["=A99919800000100", "=A99919800000200"], "labels-disagree"),
    ],
)
def test_a_label_that_contradicts_the_others_is_refused(journey: Journey, symbols: list[str], code: str) -> None:
    refused = labelled(journey, *symbols)
    assert (refused.status_code, refused.json()["code"]) == (409, code)


def test_a_label_that_names_no_bag_is_none(journey: Journey) -> None:
    for symbols, code in ((["=<S1295100"], "unknown-label"), ([internal("P", "D1-T1-R1-B1-P1")], "wrong-symbol")):
        refused = labelled(journey, *symbols)
        assert (refused.status_code, refused.json()["code"]) == (409, code)


def test_a_print_run_stays_open_until_every_label_is_accounted_for(house: Hospital, journey: Journey) -> None:
    run = printed(house, 2, journey.collection)
    assert runs(house)[run]["state"] == "open"

    short = labelled(journey, own(journey, 1), print_run=run, printed=1, used=1, void=0)
    assert (short.status_code, short.json()["code"], short.json()["rung"]) == (409, "labels-unaccounted", "senior")
    assert runs(house)[run]["used"] == 0
    assert labelled(journey, own(journey, 1), print_run=run, printed=2, used=1, void=1).status_code == 201
    closed = runs(house)[run]
    assert (closed["state"], closed["used"], closed["void"], closed["printed"]) == ("closed", 1, 1, 2)


def test_a_sheet_of_labels_is_accounted_for_bag_by_bag_and_never_beyond_what_was_printed(
    house: Hospital, journey: Journey
) -> None:
    run = printed(house, 3)
    assert labelled(journey, own(journey, 1), print_run=run, printed=2, used=1, void=1).status_code == 201
    assert runs(house)[run]["state"] == "open"
    beyond = labelled(journey, own(journey, 2), print_run=run, printed=2, used=2, void=0)
    assert (beyond.status_code, beyond.json()["code"]) == (409, "labels-unaccounted")


def test_a_print_run_nobody_made_is_refused(house: Hospital, journey: Journey) -> None:
    for nobody in ("0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e", journey.collection, "x"):
        refused = labelled(journey, own(journey, 1), print_run=nobody, printed=1, used=1, void=0)
        assert (refused.status_code, refused.json()["code"]) == (409, "unknown-print-run")
