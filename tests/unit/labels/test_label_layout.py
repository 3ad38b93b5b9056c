from __future__ import annotations

from itertools import combinations

import pytest

from app.labels.drawing import Box, Drawing
from app.labels.errors import CaptionDoesNotFitError, LabelImpossibleError, SymbolDoesNotFitError
from app.labels.label import SIZES, Label, LabelSize, LabelSymbol
from app.labels.layout import lay_out
from app.labels.lettering import font
from tests.unit.labels.drawn_dots import COMPOUND, DIN, GS1, INTERNAL

DIN_BARS = LabelSymbol(DIN, "code128", "A9999 26 123456 00 9")
SQUARE = LabelSymbol(COMPOUND, "datamatrix", INTERNAL)
GS1_SQUARE = LabelSymbol(GS1, "gs1-datamatrix", "(01)\u00a009506000134352 (10)\u00a0AB-12")
FOUR = (
    DIN_BARS,
    LabelSymbol("=%5100", "code128", "O RhD positif"),
    LabelSymbol("=<S12345A0", "code128", "S12345A0"),
    LabelSymbol("&>0260352359", "code128", "Péremption 04 FÉV 2026 23:59"),
)
LINES = ("CAR-T autologue", "Pour usage autologue uniquement", "Conserver ≤ -150 °C")
LABELS = {
    "bag with four bars and a square": ("bag-100x50", (*FOUR, SQUARE), LINES),
    "bag with four bars": ("bag-100x50", FOUR, LINES),
    "bag with a square over its bars": ("bag-100x50", (FOUR[0], GS1_SQUARE), ("Poche 1 / 2",)),
    "bag with two squares": ("bag-100x50", (SQUARE, GS1_SQUARE), LINES),
    "bag of symbols only": ("bag-100x50", (LabelSymbol(DIN, "code128"), LabelSymbol(COMPOUND, "datamatrix")), ()),
    "bag of bars only": ("bag-100x50", (LabelSymbol(DIN, "code128"),), ()),
    "bag of words only": ("bag-100x50", (), LINES),
    "cryo": ("cryo-25x25", (LabelSymbol(COMPOUND, "datamatrix"),), ("A9999 26 123456", "Poche 1")),
    "cryo of a symbol only": ("cryo-25x25", (LabelSymbol(COMPOUND, "datamatrix"),), ()),
    "position": (
        "position-50x25",
        (LabelSymbol("GV1.P.C03.R2", "datamatrix", "C03.R2"),),
        ("C03 · R2 · B14", "Cuve 3"),
    ),
    "position in bars": ("position-50x25", (LabelSymbol("C03-07", "code128", "C03-07"),), ("Cuve 3",)),
    "wristband": ("wristband-60x25", (DIN_BARS,), ("MARTIN-LÉVÊQUE Zoé", "Née le 12/03/1961")),
    "wristband in squares": ("wristband-60x25", (LabelSymbol("GV1.W.0A", "datamatrix"),), ("MARTIN-LÉVÊQUE Zoé",)),
    "badge": ("badge-85x54", (LabelSymbol("GV1.A.7F3K", "datamatrix", "7F3K"),), ("Anne Lefèvre", "Pharmacienne")),
}


def rectangles_of(drawing: Drawing) -> list[Box]:
    boxes = [placed.box for placed in drawing.symbols]
    for run in drawing.texts:
        left, top, right, bottom = font(run.size, bold=run.bold).getbbox(run.text, anchor="ls")
        boxes.append(Box(run.left + int(left), run.baseline + int(top), run.width, int(bottom - top)))
        assert right <= run.width * 1.06
    return boxes


def overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("name", LABELS)
def test_nothing_overlaps_and_nothing_leaves_the_label(name: str, dpi: int) -> None:
    size, symbols, lines = LABELS[name]

    drawing = lay_out(SIZES[size].label(symbols, lines, dpi=dpi))

    boxes = rectangles_of(drawing)
    assert len(drawing.symbols) == len(symbols)
    assert all(not overlap(one, other) for one, other in combinations(boxes, 2))
    assert all(box.left >= 0 and box.left + box.width <= drawing.width for box in boxes)
    assert all(box.top >= 0 and box.top + box.height <= drawing.height for box in boxes)


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("name", LABELS)
def test_modules_are_never_narrower_than_the_standard_allows(name: str, dpi: int) -> None:
    size, symbols, lines = LABELS[name]

    for placed in lay_out(SIZES[size].label(symbols, lines, dpi=dpi)).symbols:
        assert round(placed.module * 25.4 / dpi, 2) >= placed.symbology.least_mm


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_bag_label_with_four_bars_keeps_the_target_module(dpi: int) -> None:
    bare = LabelSymbol(COMPOUND, "datamatrix")

    drawing = lay_out(SIZES["bag-100x50"].label((*FOUR, bare), LINES, dpi=dpi))

    assert all(round(placed.module * 25.4 / dpi, 2) >= placed.symbology.target_mm for placed in drawing.symbols)
    assert all(placed.row_height * 25.4 / dpi > 9.9 for placed in drawing.symbols if placed.symbology.linear)


def test_a_square_shrinks_below_its_target_before_a_label_is_given_up() -> None:
    drawing = lay_out(SIZES["cryo-25x25"].label((LabelSymbol(COMPOUND * 3, "datamatrix"),), ("A9999 26 123456",)))

    assert drawing.symbols[0].module * 25.4 / 300 < 0.5


@pytest.mark.parametrize(
    ("size", "bars", "letters"), [("cryo-25x25", (), 22), ("bag-100x50", (), 90), ("bag-100x50", (DIN_BARS,), 90)]
)
def test_a_long_caption_gets_small_letters_before_it_is_refused(
    size: str, bars: tuple[LabelSymbol, ...], letters: int
) -> None:
    caption = "x" * letters

    texts = lay_out(SIZES[size].label((*bars, LabelSymbol(INTERNAL, "datamatrix", caption)), ())).texts

    (set_small,) = (run for run in texts if run.text == caption)
    assert set_small.size * 25.4 / 300 < 2.3


def test_the_first_line_is_the_largest_and_bold() -> None:
    texts = lay_out(SIZES["badge-85x54"].label((SQUARE,), ("Anne Lefèvre", "Pharmacienne"))).texts
    name, role = (next(run for run in texts if run.text == words) for words in ("Anne Lefèvre", "Pharmacienne"))

    assert name.bold
    assert not role.bold
    assert name.size > role.size


def test_a_line_is_broken_only_when_it_must_be() -> None:
    short = lay_out(SIZES["position-50x25"].label((SQUARE,), ("C03 · R2 · B14",)))
    long = lay_out(SIZES["position-50x25"].label((SQUARE,), ("Chambre froide du laboratoire, cuve numéro trois",)))

    assert [run.text for run in short.texts] == [INTERNAL, "C03 · R2 · B14"]
    assert len(long.texts) > 2


def test_a_small_label_has_no_room_for_a_din_in_bars() -> None:
    with pytest.raises(SymbolDoesNotFitError) as caught:
        SIZES["cryo-25x25"].label((DIN_BARS,), ())
    assert caught.value.code == "label-too-small"

    with pytest.raises(SymbolDoesNotFitError):
        lay_out(Label(25, 25, 300, (LabelSymbol(DIN, "code128"),), ()))


@pytest.mark.parametrize(
    ("width", "height", "symbols"),
    [
        (25, 25, (LabelSymbol("Ab1-" * 300, "datamatrix"),)),
        (100, 8, (LabelSymbol(DIN, "code128"),)),
        (60, 25, (DIN_BARS, LabelSymbol("Ab1-" * 300, "datamatrix"))),
        (100, 12, (DIN_BARS, LabelSymbol("Ab1-" * 300, "datamatrix"))),
        (38, 20, (DIN_BARS, SQUARE)),
        (60, 50, FOUR * 2),
    ],
)
def test_symbols_larger_than_their_label_are_refused(width: int, height: int, symbols: tuple[LabelSymbol, ...]) -> None:
    with pytest.raises(SymbolDoesNotFitError):
        lay_out(Label(width, height, 300, symbols, ("Poche",)))


@pytest.mark.parametrize(
    ("symbols", "lines"),
    [
        ((SQUARE,), ("mot " * 800,)),
        ((SQUARE,), ("x" * 300,)),
        ((SQUARE,), ("Court", "x" * 300)),
        ((DIN_BARS,), ("mot " * 800,)),
        ((DIN_BARS, SQUARE), ("x" * 300,)),
        ((LabelSymbol(DIN, "code128", "x" * 300),), ()),
        ((LabelSymbol(DIN, "datamatrix", "x" * 300),), ()),
        ((DIN_BARS, LabelSymbol(DIN, "datamatrix", "x" * 300)), ()),
        ((), ("x" * 300,)),
    ],
)
def test_words_that_do_not_fit_are_refused_and_never_cut(
    symbols: tuple[LabelSymbol, ...], lines: tuple[str, ...]
) -> None:
    with pytest.raises(CaptionDoesNotFitError) as caught:
        lay_out(SIZES["bag-100x50"].label(symbols, lines))

    assert caught.value.code == "label-text-too-long"


@pytest.mark.parametrize(
    ("width", "height", "dpi"),
    [(0, 25, 300), (25, -1, 300), (25, 25, 100), (25, 25, 2400), (0.01, 25, 300), (500, 500, 1200)],
)
def test_measures_no_printer_has_are_refused(width: float, height: float, dpi: int) -> None:
    with pytest.raises(LabelImpossibleError):
        Label(width, height, dpi, (), ())


def test_a_symbology_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LabelImpossibleError):
        lay_out(Label(25, 25, 300, (LabelSymbol(DIN, "qr"),), ()))


@pytest.mark.parametrize("size", list(SIZES), ids=lambda size: size.tag)
def test_every_size_takes_a_square_and_says_in_its_tag_how_large_it_is(size: LabelSize) -> None:
    drawing = lay_out(size.label((LabelSymbol(DIN, "datamatrix"),), ("A9999 26 123456",)))

    assert len(drawing.symbols) == 1
    assert size.tag.endswith(f"-{size.width_mm}x{size.height_mm}")
    assert size.purpose.fr
    assert size.purpose.en
