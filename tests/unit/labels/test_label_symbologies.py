from __future__ import annotations

import pytest
from barcode import Code128
from hypothesis import given, settings
from hypothesis import strategies as st

from app.labels.decode import DecodedSymbol, symbols_in
from app.labels.drawing import PlacedSymbol
from app.labels.errors import LabelUnreadableError, TextNotEncodableError
from app.labels.gs1 import bracketed
from app.labels.label import LabelSymbol
from app.labels.proof import must_read, painted
from app.labels.symbologies import CODE_128, DATA_MATRIX, GS1_DATA_MATRIX, SYMBOLOGIES, Modules, Symbology
from tests.unit.labels.drawn_dots import COMPOUND, DIN, GS1, INTERNAL

ISBT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40)
ASCII = st.text(st.characters(max_codepoint=0x7F), min_size=1, max_size=30)
AIMS = {"code128": "]C0", "datamatrix": "]d1", "gs1-datamatrix": "]d2"}


def read(symbology: Symbology, text: str, modules: Modules) -> tuple[DecodedSymbol, ...]:
    placed = PlacedSymbol(LabelSymbol(text, symbology.tag), symbology, modules, 0, 0, 4, 40 if symbology.linear else 4)
    return symbols_in(painted(placed.box.width, placed.box.height, [(box, 0) for box in placed.ink]))


@pytest.mark.parametrize("symbology", [CODE_128, DATA_MATRIX], ids=lambda symbology: symbology.tag)
@pytest.mark.parametrize(
    "text",
    [
        DIN,
        COMPOUND,
        INTERNAL,
        "&>0262052359",
        "=<E0001000",
        "=,000012",
        "&,1000000000000XYZ123",
        "&#abcDEFghi",
        "&\\x{}|~^_`",
        "gv1.b.lower-case",
        "a",
        "0",
        "99096&",
        "99",
        "9912345",
        "[01]095",
    ],
)
def test_what_is_drawn_reads_back_as_it_was_asked_for(symbology: Symbology, text: str) -> None:
    found = read(symbology, text, symbology.encode(text))

    assert found == (DecodedSymbol(text, symbology.tag, AIMS[symbology.tag]),)


@pytest.mark.parametrize(
    "text", [GS1, "0109506000134352", "10A(B)\x1d21123", "3103000189\x1d10A"[:10], "8005000365\x1d10A"]
)
def test_a_gs1_symbol_reads_back_with_its_separators(text: str) -> None:
    assert read(GS1_DATA_MATRIX, text, GS1_DATA_MATRIX.encode(text)) == (DecodedSymbol(text, "gs1-datamatrix", "]d2"),)


@settings(max_examples=60, deadline=None)
@given(text=ISBT)
def test_any_printable_text_survives_code_128_and_data_matrix(text: str) -> None:
    for symbology in (CODE_128, DATA_MATRIX):
        assert [found.text for found in read(symbology, text, symbology.encode(text))] == [text]


@settings(max_examples=60, deadline=None)
@given(text=ASCII)
def test_control_characters_survive_code_128_and_data_matrix(text: str) -> None:
    for symbology in (CODE_128, DATA_MATRIX):
        assert [found.text for found in read(symbology, text, symbology.encode(text))] == [text]


@settings(max_examples=60, deadline=None)
@given(digits=st.text("0123456789", max_size=12))
def test_no_leading_digit_pair_is_lost(digits: str) -> None:
    text = f"99{digits}"

    assert [found.text for found in read(CODE_128, text, CODE_128.encode(text))] == [text]


def test_bars_that_lost_their_leading_99_are_caught_by_the_proof() -> None:
    faulty = Modules((Code128("99096&").build()[0],), CODE_128.encode("a").quiet)
    placed = PlacedSymbol(LabelSymbol("99096&", "code128"), CODE_128, faulty, 0, 0, 3, 60)
    picture = painted(placed.box.width, placed.box.height, [(box, 0) for box in placed.ink])

    with pytest.raises(LabelUnreadableError) as caught:
        must_read(picture, [placed])

    assert caught.value.code == "label-unreadable"
    assert "'096&'" in str(caught.value)


def test_a_symbol_of_another_kind_is_caught_by_the_proof() -> None:
    modules = DATA_MATRIX.encode(DIN)
    placed = PlacedSymbol(LabelSymbol(DIN, "gs1-datamatrix"), GS1_DATA_MATRIX, modules, 0, 0, 5, 5)
    picture = painted(placed.box.width, placed.box.height, [(box, 0) for box in placed.ink])

    with pytest.raises(LabelUnreadableError):
        must_read(picture, [placed])


def test_a_data_matrix_is_always_square() -> None:
    for text in ("a", DIN, COMPOUND, "x" * 200):
        modules = DATA_MATRIX.encode(text)

        assert modules.columns == len(modules.rows)


def test_quiet_zones_are_those_of_the_standards() -> None:
    assert CODE_128.encode(DIN).quiet == 10
    assert DATA_MATRIX.encode(DIN).quiet >= 2
    assert GS1_DATA_MATRIX.encode(GS1).quiet >= 2


def test_a_linear_symbol_is_one_row() -> None:
    assert len(CODE_128.encode(DIN).rows) == 1
    assert len(CODE_128.encode("990012").rows) == 1


@pytest.mark.parametrize("symbology", list(SYMBOLOGIES), ids=lambda symbology: symbology.tag)
@pytest.mark.parametrize("text", ["", "é", "\xf1010950", "🧊"])
def test_a_text_that_is_empty_or_not_ascii_is_refused(symbology: Symbology, text: str) -> None:
    with pytest.raises(TextNotEncodableError):
        symbology.encode(text)


def test_a_text_longer_than_a_data_matrix_is_refused() -> None:
    with pytest.raises(TextNotEncodableError):
        DATA_MATRIX.encode("a" * 4000)


@pytest.mark.parametrize(
    "text",
    [
        "=A99992612345600",
        "10",
        "\x1d10A",
        "10A\x1d",
        "10A\x1d\x1d21B",
        "0109506000134352\x1d10A",
        "10A[21]B",
        "01095060001343",
    ],
)
def test_what_is_no_gs1_element_string_is_refused(text: str) -> None:
    with pytest.raises(TextNotEncodableError):
        GS1_DATA_MATRIX.encode(text)


def test_gs1_elements_are_cut_where_their_lengths_say() -> None:
    assert bracketed("0109506000134352172712313103000189" + "10AB\x1d8005000365\x1d4109506000111113") == (
        "[01]09506000134352[17]271231[3103]000189[10]AB[8005]000365[410]9506000111113"
    )


def test_every_symbology_is_registered_under_its_tag() -> None:
    assert [symbology.tag for symbology in SYMBOLOGIES] == ["code128", "datamatrix", "gs1-datamatrix"]
