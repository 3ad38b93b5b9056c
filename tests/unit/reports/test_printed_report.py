"""The printed report: what stands on its pages, that it is archivable, and that nothing recorded can command it."""

import io
import json
import re

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from app.reports.formats import FORMATS, json_file
from app.reports.printed import setting
from app.reports.printed.sheet import sheet
from tests.unit.reports import pdf_words
from tests.unit.reports.sample import BAG, PARENT, SYMBOL, at, bag, entry, report, who

COMMANDS = '#panic("x") ] [ #read("/etc/passwd") ${x}$ \\ <label> @ref {y} %s'


def written(told):
    return FORMATS["pdf"].write(told)


def squeezed(text):
    return re.sub(r"\s", "", text)


def everything(told):
    return "".join(pdf_words.pages(written(told)))


@pytest.fixture(scope="module", params=["fr", "en"])
def document(request):
    return report(request.param), written(report(request.param))


def test_it_carries_the_json_format_unchanged(document):
    told, made = document

    [(name, (content, relation))] = pdf_words.attached(made).items()
    assert content == json_file.write(told)
    assert (name, str(relation)) == ("givre-bag-abababababab.json", "/Source")


def test_the_same_report_gives_the_same_bytes(document):
    told, made = document

    assert written(told) == made
    assert written({**told, "operator": "x", "id": "cd" * 32}) != made


def test_it_says_that_it_is_archivable_and_accessible(document):
    told, made = document

    with pdf_words.opened(made) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["xmp:CreateDate"].startswith("2027-01-13T10:00:00")
        assert "ef" * 32 in metadata["pdf:Keywords"]
        assert str(pdf.Root.Lang) == told["language"]
        assert bool(pdf.Root.MarkInfo.Marked)
        assert len(pdf.Root.AF) == 1
        assert all("FontFile2" in str(font.keys()) or "FontFile3" in str(font.keys()) for font in _descriptors(pdf))


def _descriptors(pdf):
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"]


def test_every_page_shows_its_number_and_the_digest_of_what_is_attached(document):
    told, made = document

    pages = pdf_words.pages(made)
    of = {"fr": "sur", "en": "of"}[told["language"]]
    for number, page in enumerate(pages, 1):
        assert f"page{number}{of}{len(pages)}" in page
        assert told["seal"]["digest"] in page


def test_gaps_come_first_the_gravest_before_the_others():
    first = pdf_words.pages(written(report()))[0]

    order = [first.index(word) for word in ("17·Lacunes(4)", "manquant", "nonvérifié", "noncommuniqué", "ànoter")]
    assert order == sorted(order)
    assert first.index("ànoter") < first.index("1·Couverture")


def test_every_section_stands_in_its_place_and_an_empty_one_says_so():
    told = report(collection=[], release=[], reception=[], thaw=[], bedside=[], infusion=[], signatures=[], trail=[])
    text = everything(told)

    titles = [squeezed(f"{number} · {told['words']['sections'][name]}") for number, name in _NUMBERED]
    assert [text.index(title) for title in titles] == sorted(text.index(title) for title in titles)
    assert text.count(squeezed("Rien n'est enregistré pour cette rubrique.")) == 8


_NUMBERED = list(
    enumerate(
        ["subject", "collection", "legs", "transport_temperature", "release", "reception", "storage", "thaw"], start=2
    )
)


def test_nothing_that_was_recorded_can_command_the_pages():
    told = report()
    told["collection"][0]["note"] = COMMANDS
    told["trail"][0]["corrections"][0]["reason"] = COMMANDS
    told["subject"]["bags"][0]["name"] = COMMANDS

    assert everything(told).count(squeezed(COMMANDS)) > 3


@pytest.mark.parametrize(
    ("noted", "shown"),
    [
        ("Échec à l’œil nu : ±2 °C, 3 µL, « ß » → Ωλ Жук", "Échecàl’œilnu:±2°C,3µL,«ß»→ΩλЖук"),
        ("cafe\u0301", "café"),
        ("漢字 \U0001f9ca", "<U+6F22><U+5B57><U+1F9CA>"),
        ("a\x00b\x1dc\u202ed\ue000", "a<U+0000>b<U+001D>c<U+202E>d<U+E000>"),
        ("ligne 1\nligne 2\tfin", "ligne1ligne2fin"),
    ],
)
def test_every_character_is_shown_or_named(noted, shown):
    told = report()
    told["collection"][0]["note"] = noted

    assert shown in everything(told)


def test_a_report_with_two_hundred_events_keeps_its_headings_on_every_page():
    trail = [
        entry(number, hours=number / 2, outcome="refused" if number % 9 == 4 else "taken") for number in range(200)
    ]
    signature = {"event": "event-7", "leaf": "0" * 64, "bag": BAG, "step": "stored", "who": who(), "at": at(3)}
    signed = [signature | {"part": "actor", "meaning": "exécuté", "method": "pin", "status": "valid"}] * 200
    pages = pdf_words.pages(written(report(trail=trail, signatures=signed)))

    told = [page for page in pages if "Empreinten°" not in page and "000000000000000" in page]
    assert len(told) > 4
    assert all("n°Rangdanslejournal" in page for page in told)
    assert sum(page.count(squeezed("Prélever")) for page in pages) < 5
    assert "".join(pages).count("TAB-1") == 200


def test_the_symbols_on_the_page_read_what_was_scanned():
    picture = setting.typst.compile(
        setting.TEMPLATE.read_bytes(),
        font_paths=setting._fonts(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet(report())), "report": "{}"},
        format="png",
        ppi=250,
    )
    read = set()
    for page in picture:
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)), text_mode=zxingcpp.TextMode.Plain)
        read |= {(one.text, one.symbology_identifier) for one in found}

    assert read == {(SYMBOL, "]d1"), ("=A999727000001 00", "]C0"), ("10LOT1\x1d17270630", "]d2")}


def test_a_therapy_of_several_bags_is_drawn_bag_by_bag():
    told = report(scope="therapy")
    told["subject"]["bags"] = [bag(), bag(PARENT, name="Poche 2/2", form="vial", kind="product", lot="LOT2")]
    told["legs"]["intervals"] += [{**one, "bag": PARENT} for one in told["legs"]["intervals"]]
    told["cover"]["verification"] *= 2

    drawn = [block for block in sheet(told)["sections"][2]["blocks"] if block["kind"] == "timeline"]
    assert len(drawn) == 2
    assert "Poche2/2" in everything(told)
