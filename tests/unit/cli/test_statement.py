"""What is typed after --set becomes what a step asks for, or a sentence that says what it wants."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.actions.details import checked_details
from app.api.routes.steps import _catalogue
from app.cli.pictures import Symbol
from app.cli.statement import StatementError, Surroundings, stated, words
from app.custody.steps import STEPS

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
AROUND = Surroundings(NOW, lambda picture: (Symbol(f"={picture.stem}"), Symbol("second")))


@pytest.fixture(scope="module")
def catalogue() -> dict[str, dict[str, Any]]:
    return {step["tag"]: step for step in _catalogue()}


def field(kind: str, name: str = "value", **more: Any) -> dict[str, Any]:
    blank = {"required": False, "unit": None, "minimum": None, "maximum": None, "choices": [], "example": None}
    return {"name": name, "kind": kind, "fields": [], **blank, **more}


def step(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"tag": "stored", "fields": list(fields)}


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "a, b", "a, b"),
        ("choice", "intact", "intact"),
        ("integer", "-12", -12),
        ("boolean", "yes", True),
        ("boolean", "Oui", True),
        ("boolean", "false", False),
        ("instant", "now", "2026-12-01T12:00:00.000Z"),
        ("instant", "2026-12-01T09:30+01:00", "2026-12-01T08:30:00.000Z"),
        ("date", "2027-01-15", "2027-01-15"),
        ("texts", "a,b", ["a", "b"]),
        ("texts", "a,@x.png", ["a", "=x", "second"]),
        ("objects", '{"a": [1]}', {"a": [1]}),
    ],
)
def test_a_value_is_read_by_its_kind(kind: str, typed: str, value: Any) -> None:
    assert stated(step(field(kind)), {"value": typed}, AROUND) == {"value": value}


def test_an_instant_without_an_offset_is_the_time_on_the_wall() -> None:
    here = datetime(2026, 12, 1, 9, 30).astimezone().astimezone(UTC)

    found = stated(step(field("instant")), {"value": "2026-12-01T09:30"}, AROUND)

    assert datetime.fromisoformat(found["value"]) == here


def test_pictures_become_the_labels_of_new_bags() -> None:
    bags = field("objects", "bags", fields=[field("texts", "symbols")], maximum=16)

    assert stated(step(bags), {"bags": "@one.png,@two.png"}, AROUND) == {
        "bags": [{"symbols": ["=one", "second"]}, {"symbols": ["=two", "second"]}]
    }


def test_a_member_of_an_object_is_named_with_a_dot() -> None:
    patient = field(
        "objects",
        "patient",
        fields=[field("text", "ipp"), field("integer", "age")],
        example={"ipp": "1"},
        required=True,
    )

    assert stated(step(patient), {"patient.age": "9"}, AROUND, examples=True) == {"patient": {"ipp": "1", "age": 9}}
    assert stated(step(patient), {"patient.age": "9"}, AROUND) == {"patient": {"age": 9}}
    with pytest.raises(StatementError, match="patient has no member 'name'; it has: ipp, age"):
        stated(step(patient), {"patient.name": "x"}, AROUND)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (field("integer", unit="mL"), "value takes a whole number of mL, not 'x'"),
        (field("integer"), "value takes a whole number, not 'x'"),
        (field("boolean"), "value takes true or false, not 'x'"),
        (field("instant"), "value takes a time like .*, or now, not 'x'"),
        (field("objects"), "value takes JSON, not 'x'"),
        (field("objects", maximum=9), "value takes JSON, or @FILE,@FILE for labels, not 'x'"),
    ],
)
def test_a_value_of_another_kind_says_what_is_wanted(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StatementError, match=sentence):
        stated(step(wrong), {"value": "x"}, AROUND)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(StatementError, match="stored has no field 'colour'; it has: note"):
        stated(step(field("text", "note")), {"colour": "red"}, AROUND)


def test_everything_that_is_missing_is_told_at_once() -> None:
    asked = step(
        field("text", "seal", required=True), field("choice", "state", required=True, choices=["a", "b"]), field("text")
    )

    with pytest.raises(StatementError, match=r"stored needs --set seal=\(a text\), --set state=\(a or b\); for a"):
        stated(asked, {}, AROUND)


def test_examples_fill_what_is_required_and_nothing_else() -> None:
    asked = step(
        field("text", "seal", required=True, example="S1"),
        field("text", "note", example="RAS"),
        field("instant", "charged_at", required=True, example="2020-01-01T00:00:00Z"),
        field("instant", "expires_at", required=True, example="2020-01-01T00:00:00Z"),
    )

    assert stated(asked, {"seal": "S2"}, AROUND, examples=True) == {
        "seal": "S2",
        "charged_at": "2026-12-01T12:00:00.000Z",
        "expires_at": "2027-05-30T12:00:00.000Z",
    }


@pytest.mark.parametrize("tag", [one.tag for one in STEPS])
def test_the_examples_of_every_step_are_what_the_service_takes(tag: str, catalogue: dict[str, dict[str, Any]]) -> None:
    details = stated(catalogue[tag], {}, AROUND, examples=True)

    assert checked_details(STEPS[tag].fields, details).keys() == details.keys()


def test_words_are_cut_at_their_first_equals_sign() -> None:
    assert words(["a=b=c", "d="]) == {"a": "b=c", "d": ""}


@pytest.mark.parametrize("word", ["a", "=b", str(Path("x.png"))])
def test_a_word_that_states_nothing_is_refused(word: str) -> None:
    with pytest.raises(StatementError, match="--set takes name=value"):
        words([word])
