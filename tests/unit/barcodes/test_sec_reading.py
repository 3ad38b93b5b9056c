from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import build
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Identifier, Reading, Source, Symbol, Unreadable

CODE = "PL001499Z549917123456A00T041600320171231"
DONATION = CODE[:21]


def scan(text: str, source: Source = Source.CAMERA) -> Reading:
    return read(Symbol(text, None, source))


@pytest.mark.parametrize("text", [f"SEC: {DONATION} {CODE[21:]}", f"SEC:{DONATION} {CODE[21:]}", f"SEC: {CODE}"])
def test_the_printed_code_says_the_same_as_structure_038(text: str) -> None:
    printed, encoded = scan(text), scan(f"&,4{CODE}")
    assert isinstance(printed, Identified)
    assert isinstance(encoded, Identified)
    assert printed.format == "sec"
    assert printed.subject == "bag"
    assert {**printed.fields, "structures": "038"} == encoded.fields
    assert printed.identifiers == encoded.identifiers
    assert printed.fields["expiry"] == "2017-12-31"


def test_the_donation_sequence_alone_is_a_code_too() -> None:
    found = scan(f"SEC: {DONATION}")
    assert isinstance(found, Identified)
    assert found.fields == {"sec_donation": DONATION, "sec_version": "eu-2015-565"}
    assert found.identifiers == (Identifier("sec-donation", "", DONATION),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SEC:", "length"),
        ("SEC: ", "length"),
        (f"SEC: {DONATION[:-1]}", "length"),
        (f"SEC: {DONATION} ", "length"),
        (f"SEC:  {DONATION}", "length"),
        (f"SEC: {DONATION} {CODE[21:-1]}", "length"),
        (f"SEC: {DONATION}  {CODE[21:]}", "length"),
        (f"SEC: {CODE[21:]}", "length"),
        (f"SEC: {DONATION.lower()}", "alphabet"),
        (f"SEC: {DONATION} {CODE[21:].replace('A00', 'C00')}", "alphabet"),
        (f"SEC: {DONATION} {CODE[21:-4]}1331", "impossible-date"),
        (f"SEC: {DONATION.replace('Z5', 'O5')} {CODE[21:]}", "din-alphabet"),
        (f"SEC {DONATION}", "unknown-format"),
        (f"sec: {DONATION}", "unknown-format"),
    ],
)
def test_what_is_not_exactly_a_code_is_refused(text: str, expected: str) -> None:
    found = scan(text)
    assert isinstance(found, Unreadable)
    assert found.reason == expected


def test_a_code_has_no_check_character_and_so_is_never_typed() -> None:
    found = scan(f"SEC: {CODE}", Source.TYPED)
    assert isinstance(found, Unreadable)
    assert found.reason == "typed-without-check"


@given(
    start=st.from_regex(r"[A-Z]{2}[0-9A-Z]{6}A999[0-9]{9}", fullmatch=True),
    end=st.from_regex(
        r"[ABE][0-9A-Z]{7}[0-9A-Za-z]{3}(00000000|20(1[0-9]|4[0-9])(0[1-9]|1[0-2])(0[1-9]|2[0-8]))", fullmatch=True
    ),
)
def test_what_is_built_reads_back_printed_and_encoded(start: str, end: str) -> None:
    for text in (build.sec_text(start + end), build.single_european_code(start + end)):
        found = scan(text)
        assert isinstance(found, Identified)
        assert found.fields["sec"] == start + end
    half = scan(build.sec_text(start))
    assert isinstance(half, Identified)
    assert half.fields["sec_donation"] == start


@pytest.mark.parametrize("code", ["", DONATION[:-1], DONATION.lower(), CODE[:-1], CODE.replace("A00", "C00")])
def test_what_is_no_code_is_not_built(code: str) -> None:
    with pytest.raises(build.NotASymbolError):
        build.sec_text(code)
