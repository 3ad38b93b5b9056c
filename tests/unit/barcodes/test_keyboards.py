from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import build
from app.barcodes.keyboards import LAYOUTS, sent_texts, shown_text
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Identifier, Reading, Source, Symbol, Unreadable

MEASURED = json.loads((Path(__file__).parents[2] / "vectors" / "wedge_layouts.json").read_text(encoding="utf-8"))["key"]
DIN = build.din("A9999", 2026, 123456)
GTIN = "03400955057413"


def scan(text: str | None, source: Source = Source.SCANNER) -> Reading:
    assert text is not None
    return read(Symbol(text, None, source))


def test_every_measured_layout_is_known_but_the_one_that_changes_nothing() -> None:
    assert set(LAYOUTS) == set(MEASURED) - {"us"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_table_is_what_was_measured(layout: str) -> None:
    for sent, shown in MEASURED[layout].items():
        assert shown_text(layout, sent) == (None if shown == "Process" else shown)


@given(
    layout=st.sampled_from(sorted(LAYOUTS)), sent=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126))
)
def test_what_a_layout_shows_leads_back_to_what_was_sent(layout: str, sent: str) -> None:
    shown = shown_text(layout, sent)
    if shown is None or shown == sent:
        return
    found = dict(sent_texts(shown))
    # Two keys show one character: a full stop on ca, a superscript two on fr-azerty.
    lossy = "." in sent or "`" in sent
    assert found.get(layout) == sent or lossy


def test_the_separator_and_the_line_end_are_keys_of_their_own() -> None:
    assert shown_text("fr", "\x1d\r\n\t") == "\x1d\r\n\t"
    assert shown_text("fr", "é") is None


@pytest.mark.parametrize(
    ("shown", "layouts"),
    [
        ("=Qççççé-&é\"'(-_ç", "fr, fr-azerty"),
        ('%A////«@"«»()@-/', "fr-bepo"),
        ("-Qççççé§&é\"'(§!ç", "be"),
    ],
)
def test_a_donation_number_garbled_by_a_keyboard_is_repaired_and_the_layout_recorded(shown: str, layouts: str) -> None:
    direct, repaired = scan(DIN), scan(f"{shown}\r")
    assert isinstance(direct, Identified)
    assert isinstance(repaired, Identified)
    assert direct.repaired is None
    assert repaired.repaired == layouts
    assert repaired.identifiers == direct.identifiers
    assert repaired.fields == direct.fields
    assert repaired.stripped == "\r"


@pytest.mark.parametrize(
    ("layout", "text", "identifier"),
    [
        ("fr", f"]C0{DIN}", Identifier("din", "", "A999926123456")),
        ("fr", f"]d201{GTIN}1727013110ABC", Identifier("gtin-lot", "", f"{GTIN}.ABC")),
        ("de", build.internal("P", "D1-R2-Y3"), Identifier("givre-position", "", "D1-R2-Y3")),
        ("fr", build.compound([DIN, "=<S1295400"]), Identifier("container", "", "A999926123456S1295400")),
    ],
)
def test_every_kind_of_symbol_with_a_check_is_repaired(layout: str, text: str, identifier: Identifier) -> None:
    found = scan(shown_text(layout, text))
    assert isinstance(found, Identified)
    assert found.repaired
    assert layout in found.repaired
    assert identifier in found.identifiers


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        # no check at all
        ("fr", "=<S1295400"),
        ("fr", "=A99992612345600"),
        ("fr", "SEC: PL001499Z549917123456"),
        ("ca", "=<S1295400"),
        # a check that covers nothing of what the keyboard changed
        ("de", f"]d201{GTIN}1727013110AB-C"),
        ("ca", f"=+03000{DIN}=<S1295400&/CHA999926ABCDE1"),
        # a check that covers it, in a text that a right keyboard could have made as well
        ("de", build.internal("B", "XYZ")),
        ("ch-fr", build.internal("P", "D1-R2-B3")),
    ],
)
def test_what_a_keyboard_garbled_without_proof_is_told_as_such(layout: str, text: str) -> None:
    found = scan(shown_text(layout, text))
    assert isinstance(found, Unreadable)
    assert found.reason == "keyboard-layout"
    assert layout in found.detail


@pytest.mark.parametrize("source", [Source.CAMERA, Source.TYPED, Source.IMPORTED])
def test_only_a_device_that_types_can_have_the_wrong_keyboard(source: Source) -> None:
    found = scan("=Qççççé-&é\"'(-_ç", source)
    assert isinstance(found, Unreadable)
    assert found.reason != "keyboard-layout"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Zàààé(", "unknown-format"),
        ("hello", "unknown-format"),
        ("]C0=Qççççé-&é\"'(-_ç", "din-alphabet"),
        ("=A99992612345688", "din-check"),
        ("]d2GV1.B.A.0", "two-formats"),
    ],
)
def test_a_text_no_layout_explains_keeps_its_own_reason(text: str, reason: str) -> None:
    found = scan(text)
    assert isinstance(found, Unreadable)
    assert found.reason == reason


NUMBERS = st.builds(build.din, st.from_regex(r"A999[0-9]", fullmatch=True), st.integers(0, 99), st.integers(0, 999_999))
PLACES = st.from_regex(r"D[0-9]{1,2}-R[0-9]-[A-Z]{1,3}[0-9]{1,2}", fullmatch=True).map(
    lambda value: build.internal("P", value)
)
MEDICINES = st.from_regex(r"[0-9]{13}", fullmatch=True).map(
    lambda digits: build.elements([("01", build.with_check_digit(digits)), ("17", "270131"), ("10", "AYZ-1")])
)


@given(layout=st.sampled_from(sorted(LAYOUTS)), text=NUMBERS | PLACES | MEDICINES)
def test_a_garbled_symbol_is_itself_or_nothing(layout: str, text: str) -> None:
    shown = shown_text(layout, text)
    if shown is None:
        return
    meant, found = scan(text), scan(shown)
    assert isinstance(meant, Identified)
    if isinstance(found, Identified):
        assert found.identifiers == meant.identifiers
    else:
        assert found.reason in {"keyboard-layout", "gs1-ambiguous"}
