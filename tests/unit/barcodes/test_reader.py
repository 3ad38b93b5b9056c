from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.barcodes.reader import LONGEST_TEXT, read
from app.barcodes.reading import REASONS, Identified, Reason, Source, Symbol, Unreadable

DIN = "=A99991712345600"


def refused(text: str, source: Source = Source.SCANNER, symbology: str | None = None) -> Unreadable:
    reading = read(Symbol(text, symbology, source))
    assert isinstance(reading, Unreadable), reading
    return reading


@pytest.mark.parametrize("aim", ["]C0", "]C4", "]d1", "]Q1", "]z9"])
@pytest.mark.parametrize("line_end", ["", "\r", "\n", "\r\n", "\t", "\t\r\n"])
def test_the_aim_prefix_and_the_line_end_are_taken_off_and_kept(aim: str, line_end: str) -> None:
    reading = read(Symbol(f"{aim}{DIN}{line_end}", None, Source.SCANNER))
    assert isinstance(reading, Identified)
    assert (reading.aim, reading.stripped) == (aim, line_end)
    assert reading.fields["din"] == "A999917123456"


def test_a_refusal_keeps_the_aim_prefix_too() -> None:
    assert refused("]d2hello").aim == "]d2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        ("\r\n", "empty"),
        ("]C0", "empty"),
        ("]C0\r", "empty"),
        ("=" * (LONGEST_TEXT + 1), "too-long"),
        ("=" * 10_000_000, "too-long"),
        ("=A9999\ud800", "lone-surrogate"),
        ("\x00", "control-character"),
        ("=A9999\x001712345600", "control-character"),
        ("=A9999\r1712345600", "control-character"),
        ("\r" + DIN, "control-character"),
        ("[)>\x1e06\x1d", "control-character"),
        ("=A9999\x851712345600", "control-character"),
        (" " + DIN, "unknown-format"),
        (DIN + " ", "length"),
        ("=A9999\x1d171234560", "din-alphabet"),
        ("]C0]C0" + DIN, "unknown-format"),
        ("]c" + DIN, "unknown-format"),
        ("＝A99991712345600", "unknown-format"),  # noqa: RUF001  a full-width sign is the point: nothing is normalised
        ("Zàààé(", "unknown-format"),
        ("hello", "unknown-format"),
        ("]d2" + DIN, "two-formats"),
        ("]C1GV1.B.A.0", "two-formats"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, expected: str) -> None:
    assert refused(text).reason == expected


def test_the_longest_text_is_still_looked_at() -> None:
    assert refused("=" * LONGEST_TEXT).reason == "unknown-structure"


def test_two_claimants_are_named() -> None:
    assert refused(DIN, symbology="gs1-128").detail == "isbt128, gs1"


def test_every_reason_tells_the_user_what_to_do_in_both_languages() -> None:
    assert set(REASONS) == set(get_args(Reason))
    for text in REASONS.values():
        assert text.fr.endswith(".")
        assert text.en.endswith(".")
        assert text.fr != text.en
    assert refused("hello").text is REASONS["unknown-format"]


@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=600), source=st.sampled_from(Source))
@example(text="\ud800", source=Source.CAMERA)
@example(text="]d2" + "21" * 250, source=Source.SCANNER)
@example(text="=+99000" + "=%AAAA" * 84, source=Source.IMPORTED)
def test_any_text_has_an_answer(text: str, source: Source) -> None:
    assert isinstance(read(Symbol(text, None, source)), Identified | Unreadable)


@given(
    text=st.text(alphabet="=&+<>%*},/#$];(' 0123456789ACHS]dQ.GV\x1d", max_size=60),
    source=st.sampled_from(Source),
    symbology=st.sampled_from((None, "gs1-128", "code-128")),
)
def test_any_text_of_the_characters_labels_use_has_an_answer(text: str, source: Source, symbology: str | None) -> None:
    assert isinstance(read(Symbol(text, symbology, source)), Identified | Unreadable)


@given(st.text(max_size=80))
def test_a_refusal_never_repeats_what_was_scanned(text: str) -> None:
    reading = read(Symbol(f"&#99{text}", None, Source.SCANNER))
    assert isinstance(reading, Identified) or reading.detail in {
        "",
        "structure 025",
        *(f"character {place}" for place in range(100)),
    }
