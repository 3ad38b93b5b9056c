"""Blind counts of a box: what is missing, misplaced, strange or unreadable is computed, kept and held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.barcodes.build import internal
from tests.hospital import Hospital, Journey
from tests.integration.api.ledger_rows import rows

BOX = "D1-T1-R1-B1"


@dataclass
class Stock:
    """A box of five positions; one bag lies in the first, another in the second."""

    house: Hospital
    dewar: str
    first: Journey
    second: Journey

    def counted(self, found: dict[int, list[str]], login: str = "tech1", **more: Any) -> Any:
        """Count the box: what was read at each position, nothing where nothing is said."""
        stated = [
            {"position": internal("P", f"{BOX}-P{number}"), "symbols": found.get(number, [])}
            for number in more.pop("positions", range(1, 6))
        ]
        dewar = more.pop("dewar", self.dewar)
        details = {"positions": stated, "scope": BOX, **more.pop("details", {})}
        act = self.house.act("counted", [internal("D", "D1")], details=details, **more)
        return self.house.post(f"/api/v1/dewars/{dewar}/counts", login, json=act)

    def bag(self, journey: Journey) -> dict[str, Any]:
        answer: dict[str, Any] = self.house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()
        return answer


@pytest.fixture
def stock(hospital: Hospital) -> Stock:
    first, second = hospital.enrol(), hospital.enrol()
    first.to_store(f"{BOX}-P1")
    second.to_store(f"{BOX}-P2")
    dewars = hospital.get("/api/v1/dewars", "pharm1").json()["items"]
    return Stock(hospital, next(one["id"] for one in dewars if one["code"] == "D1"), first, second)


def test_a_box_as_it_is_recorded_has_no_difference_and_the_count_is_kept(stock: Stock) -> None:
    answer = stock.counted({1: [stock.first.product_label()], 2: [stock.second.product_label()]})

    assert answer.status_code == 201, answer.text
    count = answer.json()["count"]
    assert (count["positions"], count["agreeing"], count["differences"]) == (5, 5, [])
    assert answer.json()["receipt"]["leaf_hash"]
    kept = stock.house.get(f"/api/v1/dewars/{stock.dewar}/counts", "auditor1").json()["items"]
    assert [one["id"] for one in kept] == [count["id"]]


def test_what_is_missing_misplaced_or_unreadable_is_told_when_the_count_is_closed(stock: Stock) -> None:
    count = stock.counted({3: [stock.first.product_label()], 4: ["garbled"]}).json()["count"]

    first, second = stock.first.products[0], stock.second.products[0]
    assert count["differences"] == [
        {"kind": "missing", "position": f"{BOX}-P2", "bag": second, "recorded": f"{BOX}-P2"},
        {"kind": "misplaced", "position": f"{BOX}-P3", "bag": first, "recorded": f"{BOX}-P1"},
        {"kind": "unreadable", "position": f"{BOX}-P4", "bag": None, "recorded": None},
    ]
    opened = stock.house.get("/api/v1/deviations", "quality1").json()["items"]
    assert {(one["bag"], *one["rules"]) for one in opened} == {
        (second, "count:missing"),
        (first, "count:misplaced"),
    }
    assert stock.bag(stock.first)["holds"] == []
    assert stock.bag(stock.first)["position_code"] == f"{BOX}-P1"


def test_a_stranger_s_bag_opens_a_deviation_and_is_held(stock: Stock) -> None:
    stranger = stock.house.enrol()
    stranger.collected()
    stranger.manufactured()
    found = {1: [stock.first.product_label()], 2: [stock.second.product_label()], 5: [stranger.product_label()]}
    answer = stock.counted(found)

    assert answer.status_code == 201, answer.text
    assert [(one["kind"], one["bag"]) for one in answer.json()["count"]["differences"]] == [
        ("stranger", stranger.products[0])
    ]
    assert [hold["reason"] for hold in stock.bag(stranger)["holds"]] == ["identity"]
    opened = stock.house.get("/api/v1/deviations", "quality1").json()["items"]
    assert [(one["bag"], one["rules"]) for one in opened] == [(stranger.products[0], ["count:stranger"])]
    history = stock.house.get(f"/api/v1/bags/{stranger.products[0]}/history", "pharm1").json()["items"]
    assert history[-1]["step"] == "counted"


def test_a_label_that_names_no_bag_of_ours_is_a_stranger_and_opens_a_deviation_too(stock: Stock) -> None:
    house, nobody = stock.house, internal("B", "NOBODY-1")
    found = {1: [stock.first.product_label()], 2: [stock.second.product_label()], 4: [nobody], 5: ["=A9992712345600"]}
    count = stock.counted(found).json()["count"]

    assert [(one["kind"], one["position"], one["bag"]) for one in count["differences"]] == [
        ("stranger", f"{BOX}-P4", None),
        ("unreadable", f"{BOX}-P5", None),
    ]
    (opened,) = house.get("/api/v1/deviations", "quality1").json()["items"]
    assert count["deviations"] == [opened["id"]]
    assert (opened["bag"], opened["rules"], opened["state"]) == (None, ["count:stranger"], "open")
    assert (opened["count"], opened["position"]) == (count["id"], f"{BOX}-P4")
    # It is owned, judged and closed as any other; what was read there stays sealed with the count.
    path = f"/api/v1/deviations/{opened['id']}"
    house.post(f"{path}/owner", "pharm1", json={"login": "pharm2"})
    house.post(f"{path}/decision", "pharm2", json={"decision": "return", "text": "poche d'un autre centre"})
    closed = house.post(f"{path}/closure", "quality1", json={"text": "rendue"})
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert [item["notes"].get("text") for item in house.get(path, "auditor1").json()["story"]] == [
        None,
        None,
        "poche d'un autre centre",
        "rendue",
    ]
    assert "NOBODY-1" not in house.get(path, "auditor1").text


def test_counting_asks_for_the_training_that_storing_asks_for(stock: Stock) -> None:
    untrained = replace(stock.house.people["tech1"], trainings={})
    stock.house.people["tech1"] = untrained
    refused = stock.counted({})

    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (409, "training-missing", "senior")
    assert stock.house.get(f"/api/v1/dewars/{stock.dewar}/counts", "pharm1").json()["items"] == []


def test_what_is_expected_is_never_told_before_the_count_is_closed(stock: Stock) -> None:
    refused = stock.counted({}, positions=[1, 3])
    assert (refused.status_code, refused.json()["code"]) == (409, "count-incomplete")
    assert refused.json()["rung"] == "acknowledge"
    for secret in (stock.first.products[0], stock.second.products[0], f"{BOX}-P2"):
        assert secret not in refused.text
    assert stock.house.get(f"/api/v1/dewars/{stock.dewar}/counts", "pharm1").json()["items"] == []

    wish = {"rules": ["count-incomplete"], "reason": "rack pris dans la glace"}
    taken = stock.counted({1: [stock.first.product_label()]}, positions=[1, 3], deviation=wish).json()["count"]
    assert taken["unvisited"] == [f"{BOX}-P2", f"{BOX}-P4", f"{BOX}-P5"]
    assert taken["differences"] == []


def test_a_count_that_cannot_be_is_refused_and_changes_nothing(stock: Stock) -> None:
    label = stock.first.product_label()
    twice = stock.counted({1: [label], 3: [label]})
    assert (twice.status_code, twice.json()["code"]) == (409, "counted-twice")
    again = stock.counted({}, positions=[1, 1, 2, 3, 4, 5])
    assert (again.status_code, again.json()["code"]) == (409, "counted-twice")
    elsewhere = stock.counted({}, details={"scope": "D1-T1-R1-B2"})
    assert elsewhere.json()["code"] == "unknown-position"
    wrong = stock.house.get("/api/v1/dewars", "pharm1").json()["items"]
    other = next(one["id"] for one in wrong if one["code"] == "D2")
    mistaken = stock.counted({}, dewar=other)
    assert (mistaken.status_code, mistaken.json()["code"]) == (409, "unknown-dewar")
    assert stock.counted({}, login="nurse1").status_code == 403
    assert stock.house.get(f"/api/v1/dewars/{stock.dewar}/counts", "pharm1").json()["items"] == []


def test_a_count_resent_gets_the_same_bytes_and_is_recorded_once(stock: Stock) -> None:
    stated = [{"position": f"{BOX}-P{number}", "symbols": []} for number in range(1, 6)]
    act = stock.house.act("counted", [internal("D", "D1")], details={"positions": stated, "scope": BOX})
    path = f"/api/v1/dewars/{stock.dewar}/counts"
    first = stock.house.post(path, "tech1", json=act)
    before = rows(stock.house)
    again = stock.house.post(path, "tech1", json=act)

    assert (first.status_code, again.content) == (201, first.content)
    assert rows(stock.house) == before


def test_a_count_is_recorded_at_its_dewar_or_with_the_queue_of_a_tablet(stock: Stock) -> None:
    stated = [{"position": f"{BOX}-P{number}", "symbols": []} for number in range(1, 6)]
    act = stock.house.act("counted", [internal("D", "D1")], details={"positions": stated, "scope": BOX})
    single = stock.house.post("/api/v1/scans", "tech1", json=act)
    assert (single.status_code, single.json()["code"]) == (422, "unknown-step")
    (result,) = stock.house.post("/api/v1/scans/batch", "tech1", json={"scans": [act]}).json()["results"]
    assert (result["status"], result["body"]["count"]["positions"]) == (201, 5)
    other = stock.house.act("observed", [stock.first.product_label()], details={"note": "RAS"})
    wrong = stock.house.post(f"/api/v1/dewars/{stock.dewar}/counts", "tech1", json=other)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown-step")
