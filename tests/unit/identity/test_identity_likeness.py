from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.identity.likeness import likenesses, sound, spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dupont", "DUPOND"),
        ("Dupont", "Duppont"),
        ("LEFÈVRE", "Lefevre"),
        ("Philippe", "FILIPE"),
        ("Thibault", "TIBAUD"),
        ("Martinez", "Martines"),
        ("LE GOFF", "Le-Goff"),
        ("Cœur", "COEUR"),
        ("Schmitt", "Chmit"),
        ("Gueguen", "Gegen"),
        ("Renaud", "Renault"),
        ("Quentin", "Kentin"),
    ],
)
def test_names_that_are_heard_alike_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Dupont", "Martin"), ("Durand", "Duval"), ("Leroy", "Leroux")])
def test_other_names_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_a_name_without_latin_letters_is_compared_as_it_is() -> None:
    assert spelling("李") == "李"
    assert sound("李") == "李"
    assert sound("李") != sound("王")


def test_a_name_of_silent_letters_only_still_sounds() -> None:
    assert sound("ED") == "ED"


@given(st.text(max_size=30))
@example("ª")
def test_any_text_has_a_spelling_and_a_sound(text: str) -> None:
    assert isinstance(sound(text), str)
    assert spelling(spelling(text)) == spelling(text) or not spelling(text).isascii()


def test_homonyms_share_the_sound_with_the_birth_date_or_the_whole_name() -> None:
    dupont = likenesses("DUPONT", "Camille", "1958-03-14")

    assert set(dupont) & set(likenesses("DUPOND", "Claire", "1958-03-14"))
    assert set(dupont) & set(likenesses("Dupont", "CAMILLE", "1990-01-01"))
    assert not set(dupont) & set(likenesses("DUPOND", "Camille", "1990-01-01"))
    assert not set(dupont) & set(likenesses("MARTIN", "Camille", "1958-03-14"))
