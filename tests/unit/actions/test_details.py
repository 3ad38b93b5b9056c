"""What is stated with a scan: nothing unknown, nothing coerced, every fault told at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.details import DetailsInvalidError, checked_details
from app.custody.step import Field
from app.custody.steps import STEPS
from app.kit.texts import Text

NAME = Text("x", "x")
INNER = (Field("mass_g", "integer", NAME, required=True), Field("seen", "boolean", NAME))
FIELDS = {
    "text": Field("one", "text", NAME, maximum=3),
    "choice": Field("one", "choice", NAME, choices=("a", "b")),
    "boolean": Field("one", "boolean", NAME),
    "integer": Field("one", "integer", NAME, minimum=-5, maximum=5),
    "unbounded": Field("one", "integer", NAME),
    "instant": Field("one", "instant", NAME),
    "date": Field("one", "date", NAME),
    "birth": Field("one", "date", NAME, maximum=10, private=True),
    "texts": Field("one", "texts", NAME, minimum=1, maximum=2),
    "object": Field("one", "objects", NAME, fields=INNER),
    "objects": Field("one", "objects", NAME, minimum=1, maximum=2, fields=INNER),
}


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", "abc", "abc"),
        ("text", " a ", " a "),
        ("choice", "a", "a"),
        ("boolean", False, False),
        ("integer", -5, -5),
        ("integer", 5, 5),
        ("unbounded", 10**15, 10**15),
        ("instant", "2026-12-01T09:30:00+01:00", "2026-12-01T08:30:00.000Z"),
        ("date", "2027-01-15", "2027-01-15"),
        ("birth", "14/03/1958", "14/03/1958"),  # the identity reads it
        ("texts", ["a"], ["a"]),
        ("object", {"mass_g": 5}, {"mass_g": 5}),
        ("objects", [{"mass_g": 5, "seen": True}], [{"mass_g": 5, "seen": True}]),
    ],
)
def test_a_statement_of_its_kind_is_kept(kind: str, value: Any, kept: Any) -> None:
    assert checked_details((FIELDS[kind],), {"one": value}) == {"one": kept}


@pytest.mark.parametrize(
    ("kind", "value", "path"),
    [
        ("text", "abcd", "one"),
        ("text", "", "one"),
        ("text", "  ", "one"),
        ("text", 5, "one"),
        ("choice", "c", "one"),
        ("choice", ["a"], "one"),
        ("boolean", 1, "one"),
        ("boolean", "true", "one"),
        ("integer", True, "one"),
        ("integer", "5", "one"),
        ("integer", -6, "one"),
        ("integer", 6, "one"),
        ("instant", "2026-12-01", "one"),
        ("instant", "2026-12-01T09:30:00", "one"),
        ("instant", 5, "one"),
        ("instant", "0001-01-01T00:00:00+14:00", "one"),
        ("date", "15/01/2027", "one"),
        ("date", "2027-02-30", "one"),
        ("date", "20270115", "one"),
        ("date", "2027-W03-5", "one"),
        ("date", 20270115, "one"),
        ("date", "", "one"),
        ("birth", "14/03/19580", "one"),
        ("birth", " ", "one"),
        ("texts", "a", "one"),
        ("texts", [""], "one"),
        ("texts", ["a" * 513], "one"),
        ("texts", [5], "one"),
        ("texts", [], "one"),
        ("texts", ["a", "b", "c"], "one"),
        ("object", [], "one"),
        ("object", {"mass_g": "5"}, "one.mass_g"),
        ("object", {}, "one.mass_g"),
        ("object", {"mass_g": 5, "more": 1}, "one.more"),
        ("objects", {}, "one"),
        ("objects", [5], "one"),
        ("objects", [], "one"),
        ("objects", [{"mass_g": 1}] * 3, "one"),
        ("objects", [{"mass_g": 1}, {"mass_g": None}], "one[1].mass_g"),
    ],
)
def test_a_statement_of_another_kind_is_named_by_its_path(kind: str, value: Any, path: str) -> None:
    with pytest.raises(DetailsInvalidError) as caught:
        checked_details((FIELDS[kind],), {"one": value})

    assert list(caught.value.faults) == [path]
    assert path in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    fields = (Field("needed", "text", NAME, required=True), Field("number", "integer", NAME))

    with pytest.raises(DetailsInvalidError) as caught:
        checked_details(fields, {"number": "x", "strange": 1})

    assert caught.value.faults == {"strange": "unknown", "needed": "missing", "number": "a whole number"}
    assert caught.value.told == Text(
        f"strange : inconnu ; {NAME.fr} (needed) : à indiquer ; {NAME.fr} (number) : un nombre entier",
        f"strange: unknown; {NAME.en} (needed): missing; {NAME.en} (number): a whole number",
    )


def test_what_is_null_was_not_stated() -> None:
    assert checked_details((Field("note", "text", NAME),), {"note": None}) == {}


@given(
    tag=st.sampled_from([step.tag for step in STEPS]),
    details=st.dictionaries(
        st.text(max_size=8),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=4,
    ),
    data=st.data(),
)
def test_whatever_is_stated_is_kept_or_refused_and_breaks_nothing(
    tag: str, details: dict[str, Any], data: st.DataObject
) -> None:
    fields = STEPS[tag].fields
    if fields and details:  # also under the names that mean something
        details = {data.draw(st.sampled_from(fields)).name: value for value in details.values()} | details

    faults: dict[str, str] = {}
    kept: dict[str, Any] = {}
    try:
        kept = checked_details(fields, details)
    except DetailsInvalidError as refused:
        faults = refused.faults

    assert bool(kept) + bool(faults) <= 1
    assert set(kept) <= {field.name for field in fields}
