"""Canonical bytes: the fast way writes what rfc8785 writes, and everything without a canonical form is refused."""

from __future__ import annotations

import json
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.kit.canonical import NotCanonicalError, canonical, parse_canonical, read_json, write_json

_LARGEST = 2**53 - 1
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-_LARGEST, _LARGEST) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(_VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(_VALUES)
def test_what_was_written_reads_back(value: object) -> None:
    assert parse_canonical(canonical(value)) == value


def test_keys_are_ordered_by_their_utf_16_units() -> None:
    assert list(json.loads(canonical({"\ue000": 2, "\U0001f602": 1, "z": 4}))) == ["z", "\U0001f602", "\ue000"]


class _Name(StrEnum):
    A = "a"


def test_a_text_of_a_type_of_its_own_is_a_text() -> None:
    assert canonical({_Name.A: _Name.A}) == b'{"a":"a"}'


def test_what_is_deeper_than_the_fast_way_goes_is_written_all_the_same() -> None:
    deep: object = 1
    for _ in range(300):
        deep = [deep]

    assert canonical(deep) == b"[" * 300 + b"1" + b"]" * 300
    assert parse_canonical(canonical(deep)) == deep


@given(_VALUES)
def test_what_is_written_in_its_own_order_is_what_the_standard_library_writes(value: object) -> None:
    written = write_json(value)

    assert written == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert read_json(written) == value


def test_tuples_are_arrays() -> None:
    assert canonical(("a", 1)) == b'["a",1]'


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        [1, {"a": 2.0}],
        _LARGEST + 1,
        -_LARGEST - 1,
        10**4000,
        "\ud800",
        {"\ud800": 1},
        {1: "a"},
        object(),
        [object()],
    ],
)
def test_a_value_without_a_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonical(value)


def test_a_value_nested_without_end_is_refused() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(NotCanonicalError):
        canonical(deep)


@pytest.mark.parametrize(
    "encoded",
    [b'{"a":1,"a":2}', b'{"a": 1}', b'{"b":1,"a":2}', b"\xff", b"{", b"1.0", b"1e2", b"[" * 100_000, b"1" * 5000],
)
def test_bytes_that_are_not_canonical_are_refused(encoded: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse_canonical(encoded)
