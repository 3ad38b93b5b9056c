from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.cautions import CAUTIONS, cautions_of
from app.identity.ins import Ins
from app.identity.traits import Traits, TraitsInvalidError, birth_day, is_name, strict_traits

TRAITS: dict[str, Any] = {
    "family_name": "D'ALMEIDA-PÉREZ",
    "given_names": ("Camille", "Marie Ange"),
    "birth_date": "1958-03-14",
    "sex": "F",
    "birth_place": "2A004",
}


def test_traits_are_kept_exactly_as_they_were_sent() -> None:
    traits = strict_traits(**TRAITS, ins=Ins("1", "2"))

    assert traits.to_doc() == {
        "family_name": "D'ALMEIDA-PÉREZ",
        "given_name": "Camille",
        "given_names": ["Camille", "Marie Ange"],
        "birth_date": "1958-03-14",
        "sex": "F",
        "birth_place": "2A004",
        "ins": "1",
        "ins_oid": "2",
    }
    assert "ins" not in strict_traits(**TRAITS).to_doc()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", "  "),
        ("family_name", "DUP0NT"),
        ("family_name", "DUPONT\x00"),
        ("given_names", ()),
        ("given_names", ("Camille", "-")),
        ("birth_date", "14/03/1958"),
        ("birth_date", "1958-02-30"),
        ("birth_date", "1879-12-31"),
        ("birth_date", "19580314"),
        ("sex", "X"),
        ("birth_place", "3726"),
        ("birth_place", "2C004"),
    ],
)
def test_a_trait_that_cannot_be_one_is_named(field: str, value: Any) -> None:
    with pytest.raises(TraitsInvalidError, match=f"^{field}$"):
        strict_traits(**{**TRAITS, field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", "DALMEIDA"),
        ("given_names", ("Camila",)),
        ("birth_date", "1958-03-15"),
        ("sex", "M"),
    ],
)
def test_a_change_of_any_trait_is_a_change_of_the_core(field: str, value: Any) -> None:
    same = field == "family_name"  # another name altogether is tried below: this one only loses its signs
    changed = strict_traits(**{**TRAITS, field: "PEREZ" if same else value})

    assert changed.core != strict_traits(**TRAITS).core


def test_capitals_accents_and_further_given_names_change_nobodys_identity() -> None:
    server = strict_traits(**{**TRAITS, "family_name": "D ALMEIDA PEREZ", "given_names": ("CAMILLE",)})

    assert server.core == strict_traits(**TRAITS).core


@given(st.text(max_size=12))
def test_any_text_is_a_birth_date_or_none(text: str) -> None:
    born = birth_day(text)

    assert born is None or born.isoformat() == text


@given(st.text(max_size=12))
def test_a_name_has_a_letter_and_nothing_that_is_no_name(text: str) -> None:
    assert not is_name(text) or (any(one.isalpha() for one in text) and not any(one.isdigit() for one in text))


def test_what_is_to_be_minded_is_told_in_order() -> None:
    plain = {"status": "qualified"}

    assert cautions_of(plain) == []
    everything = {"status": "provisional", "homonyms": ["p"], "attribute": "doubtful", "merged": ["q"]}
    assert cautions_of(everything) == list(CAUTIONS)
    for text in CAUTIONS.values():
        assert text.fr != text.en


def test_traits_are_values() -> None:
    assert strict_traits(**TRAITS) == strict_traits(**TRAITS)
    assert isinstance(strict_traits(**TRAITS), Traits)
