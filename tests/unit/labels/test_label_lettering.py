from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.labels.lettering import font, printable, wrapped


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("Œdème à Évreux, ça coûte 3 €", "Œdème à Évreux, ça coûte 3 €"),
        ("e\u0301te\u0301", "été"),
        ("Poche 🧊 froide", "Poche ? froide"),
        ("\u202eevas", "?evas"),
        ("a\x00b\x1b[31m", "a?b?[31m"),
        ("deux\n lignes\t  et  trois ", "deux lignes et trois"),
        ("-150\u202f°C", "-150\u00a0°C"),
        ("soft\u00adhyphen", "softhyphen"),
        ("李明", "??"),
        ("^XZ~JA <script>&amp;", "^XZ~JA <script>&amp;"),
        ("\ud800", "?"),
        ("\u00a0 ", ""),
    ],
)
def test_what_cannot_be_printed_is_shown_as_missing(given_text: str, shown: str) -> None:
    assert printable(given_text) == shown


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=60))
def test_printable_text_is_stable_and_has_a_glyph_for_everything(text: str) -> None:
    shown = printable(text)
    missing = bytes(font(40, bold=False).getmask("\U0010fffd"))

    assert printable(shown) == shown
    assert all(bytes(font(40, bold=False).getmask(character)) != missing for character in shown)


@settings(max_examples=60, deadline=None)
@given(text=st.text("abc éŒ-\u00a0", max_size=80), limit=st.integers(20, 400))
def test_broken_lines_hold_every_word_and_stay_in_their_width(text: str, limit: int) -> None:
    lines = wrapped(printable(text), 20, limit, bold=False)

    if lines is not None:
        assert " ".join(line.text for line in lines) == printable(text).replace("\u00a0", " ")
        assert all(line.width <= limit for line in lines)


def test_words_held_together_stay_on_one_line() -> None:
    lines = wrapped("aaaa bb\u00a0cc", 20, 90, bold=False)

    assert lines is not None
    assert [line.text for line in lines] == ["aaaa", "bb cc"]


def test_an_identifier_is_never_broken() -> None:
    assert wrapped("A999926123456", 20, 60, bold=False) is None


def test_both_faces_have_the_letters_of_french() -> None:
    letters = "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ«»’…–°€"

    assert printable(letters) == letters
