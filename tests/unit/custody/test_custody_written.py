from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.custody.profile import ProfileInvalidError, parse_profile
from app.custody.written import LARGEST, listed, slug, text, two, whole
from tests.unit.custody.scenes import profile_document

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("value", ["", " ", "a\x00b", "x" * 2001, 5, None, "\ud800"])
def test_a_text_says_something_and_can_be_stored(value: object) -> None:
    with pytest.raises(ValueError, match=r"text|surrogates"):
        text(value)


@pytest.mark.parametrize("value", ["Kymriah", "-a", "a b", "a" * 33, "a|b"])
def test_a_name_for_records_is_small_letters_digits_and_hyphens(value: str) -> None:
    assert slug("givre-t1") == "givre-t1"
    with pytest.raises(ValueError, match="small letters"):
        slug(value)


def test_a_number_has_two_ends() -> None:
    assert (whole(1, 1), whole(LARGEST, 1)) == (1, LARGEST)
    for wrong in (0, LARGEST + 1, 1.0, True):
        with pytest.raises(ValueError, match="whole number"):
            whole(wrong, 1)


def test_a_list_names_each_thing_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        listed(["bag", "bag"])
    with pytest.raises(TypeError):
        two("12", 1)


@given(st.sampled_from(sorted(profile_document()["values"])), JSON)
def test_whatever_stands_in_a_value_it_is_a_profile_or_it_is_refused(name: str, value: object) -> None:
    document = profile_document()
    document["values"][name] = value
    try:
        confidence = parse_profile(document).confidence[name]
    except ProfileInvalidError as refused:
        told = str(refused)
    else:
        assert isinstance(value, dict)
        told = value["confidence"]
        assert told == confidence
    assert len(told) <= 300
