"""An answer of the service is one line that a person at a terminal can act on."""

from __future__ import annotations

from typing import Any

import pytest

from app.cli.answers import read_lines, refused_line, taken_line

CATALOGUE = [
    {
        "tag": "packed",
        "roles": ["manufacturer", "pharmacist"],
        "moves": [{"kind": "product", "from": "stored", "to": "packed"}],
    },
    {"tag": "retrieved", "roles": ["pharmacist"], "moves": [{"kind": "product", "from": "stored", "to": "retrieved"}]},
    {"tag": "consumed", "roles": ["manufacturer"], "moves": [{"kind": "collection", "from": "stored", "to": "gone"}]},
    {
        "tag": "observed",
        "roles": ["pharmacist"],
        "moves": [{"kind": "product", "from": state, "to": state} for state in ("stored", "b", "c", "d", "e")],
    },
]


def answer(**more: Any) -> dict[str, Any]:
    bag = {"id": "b-1", "kind": "product", "state": "stored", "holds": []}
    return {"event": {"step": "stored"}, "bag": bag, "timers": [], "next_steps": [], **more}


def test_a_taken_step_names_what_the_caller_may_do_next() -> None:
    line = taken_line(answer(next_steps=["retrieved", "packed", "observed"]), CATALOGUE, "en")

    assert line == "TAKEN stored  bag b-1  state stored  next: packed, retrieved"


def test_what_others_do_next_comes_with_their_roles() -> None:
    line = taken_line(answer(next_steps=["packed"]), CATALOGUE, "fr")

    assert line == "PRIS EN COMPTE stored  poche b-1  état stored  suite : packed, retrieved (pharmacien)"


def test_what_the_callers_own_role_is_not_offered_is_not_named() -> None:
    line = taken_line(answer(), CATALOGUE, "en", role="pharmacist")

    assert line.endswith("next: nothing")


def test_a_therapy_without_a_bag_is_named_itself() -> None:
    line = taken_line(answer(bag=None, event={"step": "enrolled"}, therapy={"id": "t-1"}), CATALOGUE, "fr")

    assert line == "PRIS EN COMPTE enrolled  traitement t-1"


def test_holds_and_running_clocks_stand_in_the_line() -> None:
    bag = {"id": "b-1", "kind": "product", "state": "lost", "holds": [{"reason": "seal"}, {"reason": "tilt"}]}
    timers = [
        {"state": "met", "remaining_seconds": 10},
        {"state": "running", "remaining_seconds": 1799},
        {"state": "running", "remaining_seconds": 9000},
    ]

    line = taken_line(answer(bag=bag, timers=timers), CATALOGUE, "en")

    assert "  ON HOLD: seal, tilt  29 min left  next: nothing" in line


@pytest.mark.parametrize(("language", "word"), [("en", "REFUSED"), ("fr", "REFUSÉ")])
def test_a_refusal_says_why_and_what_to_do(language: str, word: str) -> None:
    problem = {"code": "wrong-bag", "title": "WRONG BAG", "detail": "Put it back."}

    assert refused_line(problem, language) == f"{word} wrong-bag: WRONG BAG. Put it back."


def test_a_look_up_tells_symbols_and_things() -> None:
    found = {
        "readings": [
            {"status": "identified", "format": "internal", "fields": {"kind": "S", "value": "SHIP-1"}},
            {"status": "unreadable", "reason": "check-character"},
        ],
        "subjects": [
            {"type": "bag", "id": "b-1", "state": "stored", "holds": [{"reason": "seal"}]},
            {"type": "shipper", "id": "s-1", "state": "open"},
            {"type": "patient", "id": "p-1"},
        ],
        "next_steps": ["moved"],
    }

    assert list(read_lines(found, "en")) == [
        "internal  kind S, value SHIP-1",
        "UNREADABLE check-character",
        "bag b-1  state stored  ON HOLD: seal  next: moved",
        "shipper s-1  open",
        "patient p-1",
    ]


def test_a_bag_that_nothing_follows_says_so() -> None:
    found = {
        "readings": [],
        "subjects": [{"type": "bag", "id": "b", "state": "infused", "holds": []}],
        "next_steps": [],
    }

    assert list(read_lines(found, "fr")) == ["poche b  état infused  suite : rien"]
