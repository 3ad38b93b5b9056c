from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import build
from app.barcodes.formats.internal import NotALabelError
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Source, Symbol

FINS = st.from_regex(r"A999[0-9]", fullmatch=True)
MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2089, 12, 31))  # noqa: DTZ001  labels carry no zone
SIX = st.from_regex(r"[0-9A-Z]{6}", fullmatch=True)


def fields_of(text: str) -> dict[str, str]:
    reading = read(Symbol(text, None, Source.SCANNER))
    assert isinstance(reading, Identified), reading
    return dict(reading.fields)


@given(
    fin=FINS,
    year=st.integers(1990, 2089),
    sequence=st.integers(0, 999_999),
    code=st.from_regex(r"[A-Z][0-9A-Z]{4}[0-9A-Z][0-9A-Z][0-9a-z]", fullmatch=True),
    others=st.tuples(SIX, SIX, MOMENTS, MOMENTS),
)
def test_what_is_built_reads_back_as_the_same_values(
    fin: str, year: int, sequence: int, code: str, others: tuple[str, str, datetime, datetime]
) -> None:
    division, therapy, expiry, collected = others
    text = build.compound(
        [
            build.din(fin, year, sequence),
            build.product_code(code),
            build.expiry(expiry),
            build.collected(collected),
            build.division(division),
            build.coi(fin, year, therapy),
        ]
    )
    fields = fields_of(text)
    assert fields["structures"] == "001,003,005,007,032,040"
    assert fields["din"] == f"{fin}{year % 100:02d}{sequence:06d}"
    assert fields["product_code"] == code
    assert fields["expiry"] == f"{expiry:%Y-%m-%dT%H:%M}"
    assert fields["collected"] == f"{collected:%Y-%m-%dT%H:%M}"
    assert fields["division"] == division
    assert fields["coi"] == f"CH{fin}{year % 100:02d}{therapy}"


def test_a_donation_number_carries_check_flags_unless_told_otherwise() -> None:
    assert build.din("G1234", 2017, 654321) == "=G12341765432170"
    assert build.din("A9999", 17, 123456, flags="00") == "=A99991712345600"


def test_a_typed_number_ends_in_its_check_character() -> None:
    assert build.typed("A999917123456") == "A9999171234569"


def test_one_of_our_labels_is_built_here_too() -> None:
    assert fields_of(build.internal("D", "D1")) == {"kind": "D", "value": "D1"}
    with pytest.raises(NotALabelError):
        build.internal("D", "é")


@pytest.mark.parametrize(
    ("fin", "year", "sequence", "flags"),
    [
        ("A9O99", 2026, 1, None),
        ("a9999", 2026, 1, None),
        ("A9999", 2026, 1_000_000, None),
        ("A9999", 2026, 1, "61"),
        ("A9999", 2026, 1, "0"),
    ],
)
def test_a_donation_number_that_would_not_read_back_is_not_built(
    fin: str, year: int, sequence: int, flags: str | None
) -> None:
    with pytest.raises(build.NotASymbolError):
        build.din(fin, year, sequence, flags=flags)


@pytest.mark.parametrize("text", ["S12954A", "s12954A0", "S12954A0=,000012"])
def test_a_product_code_that_would_not_read_back_is_not_built(text: str) -> None:
    with pytest.raises(build.NotASymbolError):
        build.product_code(text)


def test_a_year_no_label_can_say_is_refused() -> None:
    with pytest.raises(build.NotASymbolError):
        build.expiry(datetime(2100, 1, 1))  # noqa: DTZ001  labels carry no zone


@pytest.mark.parametrize(
    "structures",
    [[], ["=+01000"], ["=%T300=%T300"], ["=%T3"], ["hello"], [""], ["=%T300"] * 100],
)
def test_a_compound_message_holds_whole_structures_only(structures: list[str]) -> None:
    with pytest.raises(build.NotASymbolError):
        build.compound(structures)
