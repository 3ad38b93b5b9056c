from __future__ import annotations

import re
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.labels.decode import DecodedSymbol, read_image, symbols_in
from app.labels.errors import LabelImpossibleError, LabelUnreadableError
from app.labels.label import SIZES, Label, LabelSymbol
from app.labels.layout import lay_out
from app.labels.pdf import Page, pdf_bytes
from app.labels.pdf_reading import pdf_rectangles
from app.labels.png import png_bytes
from app.labels.proof import must_read, painted
from app.labels.render import render_png, render_sheet, render_svg
from app.labels.svg import svg_bytes, svg_picture
from tests.unit.labels.drawn_dots import COMPOUND, DIN, GS1, INTERNAL, assert_drawn_dot_for_dot, picture_of

SAMPLES = [
    LabelSymbol(DIN, "code128", "A9999 26 123456 00"),
    LabelSymbol("&>0262052359", "code128"),
    LabelSymbol("=<E0001000", "code128"),
    LabelSymbol(INTERNAL, "code128"),
    LabelSymbol("99096&", "code128"),
    LabelSymbol(DIN, "datamatrix"),
    LabelSymbol(COMPOUND, "datamatrix", INTERNAL),
    LabelSymbol("&>0262052359", "datamatrix"),
    LabelSymbol("gv1.b.lower-case", "datamatrix"),
    LabelSymbol(GS1, "gs1-datamatrix", "(01) 09506000134352"),
]
HOSTILE = (
    "^XZ~JA^FS",
    "<script>alert('&')</script>",
    ']]> --> "quoted" &amp;',
    "endstream endobj 9 0 obj /Kids [",
    "\\) 0 g 0 0 900 900 re f* (",
    "Zoé 🧊 李 \u202e\x00",
)


def bag(*symbols: LabelSymbol, lines: tuple[str, ...] = ("Poche 1 / 2", "Pour usage autologue uniquement")) -> Label:
    return SIZES["bag-100x50"].label(symbols, lines)


def pictures(pdf: bytes, label: Label, *, page_mm: tuple[float, float] = (210, 297)) -> list[tuple[DecodedSymbol, ...]]:
    wide, high = (int(side * label.dpi / 25.4) for side in page_mm)
    return [symbols_in(painted(wide, high, boxes)) for boxes in pdf_rectangles(pdf, label.dpi)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.symbology} {sample.text!r}")
def test_every_kind_of_file_reads_back_as_the_same_symbol(sample: LabelSymbol) -> None:
    label = bag(sample)

    from_png = read_image(render_png(label))
    from_svg = symbols_in(svg_picture(render_svg(label)))
    (from_pdf,) = pictures(render_sheet([label]), label)

    assert [(found.text, found.symbology) for found in from_png] == [(sample.text, sample.symbology)]
    assert from_svg == from_png
    assert from_pdf == from_png


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.symbology} {sample.text!r}")
def test_every_bar_is_a_whole_number_of_modules_wide(sample: LabelSymbol, dpi: int) -> None:
    label = SIZES["bag-100x50"].label((sample,), ("Poche",), dpi=dpi)
    drawing = lay_out(label)

    assert_drawn_dot_for_dot(picture_of(render_png(label)), drawing)
    assert_drawn_dot_for_dot(svg_picture(render_svg(label)), drawing)


def test_every_bar_of_a_sheet_is_on_whole_dots_of_the_page() -> None:
    label = bag(*SAMPLES[:1], SAMPLES[6])
    drawing = lay_out(label)

    (boxes,) = pdf_rectangles(render_sheet([label]), label.dpi)

    ink = [box for placed in drawing.symbols for box in placed.ink]
    left, top = boxes[0][0].left - ink[0].left, boxes[0][0].top - ink[0].top
    assert_drawn_dot_for_dot(painted(drawing.width, drawing.height, boxes, left=left, top=top), drawing)


@settings(max_examples=25, deadline=None)
@given(
    text=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=24),
    symbology=st.sampled_from(["code128", "datamatrix"]),
    words=st.text(max_size=20),
)
def test_any_isbt_like_label_comes_out_readable_in_every_kind_of_file(text: str, symbology: str, words: str) -> None:
    label = bag(LabelSymbol(text, symbology, words), lines=(words, "Poche"))

    # Each of them raises when what it drew does not read back.
    picture = picture_of(render_png(label))
    svg = render_svg(label)
    render_sheet([label])

    assert_drawn_dot_for_dot(picture, lay_out(label))
    expat.ParserCreate().Parse(svg, True)  # noqa: FBT003  # the C parser takes its "this is all" by position only


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words(words: str) -> None:
    label = bag(SAMPLES[0], SAMPLES[6], lines=(words, words))
    spoken = LabelSymbol(DIN, "code128", words)

    for symbols in ((SAMPLES[0], SAMPLES[6]), (spoken, SAMPLES[6])):
        label = bag(*symbols, lines=(words, words))
        svg = render_svg(label)
        assert_drawn_dot_for_dot(picture_of(render_png(label)), lay_out(label))
        assert b"<script" not in svg
        expat.ParserCreate().Parse(svg, True)  # noqa: FBT003  # the C parser takes its "this is all" by position only
        (found,) = pictures(render_sheet([label]), label)
        assert {symbol.text for symbol in found} == {DIN, COMPOUND}


def test_the_same_label_is_the_same_bytes() -> None:
    label = bag(*SAMPLES[:1], SAMPLES[6], lines=("Été", "Œuvre"))

    assert render_png(label) == render_png(label)
    assert render_svg(label) == render_svg(label)
    assert render_sheet([label, label]) == render_sheet([label, label])


def test_a_png_knows_its_resolution_and_is_black_and_white() -> None:
    picture = picture_of(render_png(bag(SAMPLES[0])))

    assert picture.mode == "1"
    assert picture.size == (1181, 590)
    assert [round(side) for side in picture.info["dpi"]] == [300, 300]


def test_accented_capitals_are_really_drawn() -> None:
    plain, accented = (picture_of(render_png(bag(lines=(words,)))).convert("L") for words in ("ETE", "ÉTÉ"))

    assert plain.tobytes() != accented.tobytes()
    assert accented.histogram()[0] > plain.histogram()[0]


def test_an_svg_has_its_true_size_and_keeps_its_words_in_their_width() -> None:
    svg = render_svg(bag(SAMPLES[0], lines=("Poche <1> & 2",))).decode()

    assert 'width="99.9913mm" height="49.9533mm" viewBox="0 0 1181 590"' in svg
    assert re.search(r'textLength="\d+" lengthAdjust="spacingAndGlyphs">Poche &lt;1&gt; &amp; 2</text>', svg)


def test_a_sheet_holds_as_many_labels_as_fit_and_goes_on_overleaf() -> None:
    labels = [
        SIZES["cryo-25x25"].label((LabelSymbol(f"GV1.B.{n:03}", "datamatrix"),), (f"Poche {n}",)) for n in range(60)
    ]

    pages = pictures(render_sheet(labels), labels[0])

    assert [len(found) for found in pages] == [54, 6]
    assert {symbol.text for found in pages for symbol in found} == {f"GV1.B.{n:03}" for n in range(60)}


@pytest.mark.parametrize(("page", "size"), [("A4", (595, 842)), ("A5", (420, 595)), ("letter", (612, 792))])
def test_a_page_has_its_true_size(page: str, size: tuple[int, int]) -> None:
    pdf = render_sheet([bag(SAMPLES[0])], page)

    sides = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf)

    assert sides is not None
    assert (round(float(sides[1])), round(float(sides[2]))) == size


def test_cut_marks_stay_out_of_the_labels() -> None:
    label = bag(SAMPLES[0])
    drawing = lay_out(label)
    pdf = pdf_bytes([Page(2480, 3507, 300, ((100, 200, drawing),), "")], title="essai")

    lines = re.findall(rb"n (\d+) (\d+) m (\d+) (\d+) l S", pdf)
    inside = [
        line
        for line in lines
        if 100 < int(line[0]) < 100 + drawing.width and 3507 - 200 > int(line[1]) > 3507 - 200 - drawing.height
    ]

    assert len(lines) == 8
    assert inside == []


@pytest.mark.parametrize(
    ("labels", "page"),
    [
        ([], "A4"),
        ([bag(SAMPLES[0]), SIZES["cryo-25x25"].label((SAMPLES[6],), ())], "A4"),
        ([bag(SAMPLES[0])], "A0"),
        ([bag(SAMPLES[0])] * 501, "A4"),
        ([Label(205, 50, 300, (SAMPLES[0],), ())], "A4"),
        ([Label(50, 295, 300, (SAMPLES[6],), ())], "A4"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(labels: list[Label], page: str) -> None:
    with pytest.raises(LabelImpossibleError):
        render_sheet(labels, page)


def test_a_drawing_with_one_dark_bar_too_many_is_not_handed_out() -> None:
    drawing = lay_out(bag(SAMPLES[0]))
    spoilt = picture_of(png_bytes(drawing)).convert("L")
    box = drawing.symbols[0].box
    spoilt.paste(0, (box.left + box.width // 3, box.top, box.left + box.width // 3 + 20, box.top + box.height))

    with pytest.raises(LabelUnreadableError):
        must_read(spoilt, drawing.symbols)


def test_an_svg_that_lost_a_bar_is_not_handed_out() -> None:
    drawing = lay_out(bag(SAMPLES[0]))
    bars = svg_bytes(drawing).split(b"\n")
    spoilt = b"\n".join([*bars[:20], *bars[21:]])

    with pytest.raises(LabelUnreadableError):
        must_read(svg_picture(spoilt), drawing.symbols)


def test_a_pdf_whose_bars_turned_white_is_not_handed_out() -> None:
    drawing = lay_out(bag(SAMPLES[0]))
    pdf = pdf_bytes([Page(2480, 3507, 300, ((0, 0, drawing),), "")], title="essai")
    (boxes,) = pdf_rectangles(pdf.replace(b"\n0 g\n", b"\n1 g\n"), 300)

    with pytest.raises(LabelUnreadableError):
        must_read(painted(drawing.width, drawing.height, boxes), drawing.symbols)


def test_rectangles_are_read_through_the_transformations_around_them() -> None:
    content = b"q 2 0 0 2 10 20 cm 1 0 0 1 5 0 cm .5 g n 1 2 3 4 re f* Q n 0 0 1 1 re n 0 0 5 5 re 6 6 5 5 re f ET"
    head = b"1 0 obj\n<< /Kids [ 2 0 R ] /Type /Pages >>\nendobj\n"
    page = b"2 0 obj\n<< /Contents 3 0 R /MediaBox [ 0 0 100 100 ] /Type /Page >>\nendobj\n"
    stream = b"3 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(content), content)
    offsets = (0, len(head), len(head) + len(page))
    start = len(head) + len(page) + len(stream)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % (offset + 9) for offset in offsets)
    pdf = b"%PDF-1.4\n" + head + page + stream + table + b"trailer\n<<>>\nstartxref\n%d\n%%%%EOF\n" % (start + 9)

    (boxes,) = pdf_rectangles(pdf, 72)

    assert [(box.left, box.top, box.width, box.height, grey) for box, grey in boxes] == [
        (22, 68, 6, 8, 128),
        (0, 95, 5, 5, 0),
        (6, 89, 5, 5, 0),
    ]
