"""Formats, words and the seal: both languages say everything, no cell calculates, equal reports give equal bytes."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from string import Formatter
from typing import Any

import pytest

from app.kit.canonical import canonical
from app.ledger.note import open_note
from app.ledger.signers import Ed25519Verifier
from app.reports.code_words import CODES
from app.reports.compose import SECTION_MAKERS
from app.reports.copies import Audience
from app.reports.formats import FORMATS, Format
from app.reports.formats.csv_file import BOM, FORMULA, safe
from app.reports.words import SECTIONS, all_codes, all_members, words
from tests.unit.reports.scene import SIGNER, Scene, bag

_QUOTED = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r1", "＝1")  # noqa: RUF001  # the wide sign is the case


@pytest.fixture
def scene() -> Scene:
    scene = Scene({"bag": bag("bag", certificate="COA-1")})
    scene.step("observed", notes={"note": "=1+1"}, details={})
    scene.step("stored", details={"exposure_s": 30})
    return scene


@pytest.fixture(params=list(FORMATS), ids=lambda one: one.tag)
def format_(request: pytest.FixtureRequest) -> Format:
    found: Format = request.param
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_format_writes_every_copy_and_the_same_report_alike(scene: Scene, format_: Format, language: str) -> None:
    written = set()
    for audience in Audience:
        report = scene.report(audience, language)
        first = format_.write(report)
        assert first == format_.write(report)
        assert first
        written.add(first)
    assert len(written) == len(Audience)


def test_json_is_the_report_itself_in_its_order(scene: Scene) -> None:
    report = scene.report()

    read = json.loads(FORMATS["json"].write(report))

    assert read == report
    assert list(read)[:6] == ["format", "id", "language", "audience", "scope", "gaps"]


def test_the_sections_are_those_that_have_a_title(scene: Scene) -> None:
    assert tuple(SECTIONS) == ("gaps", *SECTION_MAKERS)
    assert [name for name in scene.report() if name in SECTIONS] == list(SECTIONS)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_csv_has_a_table_a_section_and_no_formula(scene: Scene, language: str) -> None:
    report = scene.report(language=language)
    text = FORMATS["csv"].write(report).decode()

    assert text.startswith(BOM)
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";" if language == "fr" else ","))
    titles = [SECTIONS[name].say(language) for name in SECTIONS]
    assert [row[0] for row in rows if len(row) == 1 and row[0] in titles] == titles
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    assert "'=1+1" in {cell for row in rows for cell in row}
    assert all(line.startswith('"') for line in text[1:].split("\r\n") if line)


@pytest.mark.parametrize("cell", _QUOTED)
def test_what_a_spreadsheet_would_calculate_is_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1", "A=1", "vu", "2026-12-01"])
def test_what_no_spreadsheet_calculates_stays_as_it_is(cell: str) -> None:
    assert safe(cell) == cell


def test_both_languages_name_the_same_things_and_none_is_empty() -> None:
    french, english = words("fr"), words("en")

    assert french.keys() == english.keys()
    for kind in french:
        assert french[kind].keys() == english[kind].keys()
        assert all(text.strip() for said in (french[kind], english[kind]) for text in said.values())
    for texts in (all_codes(), all_members(), SECTIONS):
        for name, text in texts.items():
            places = [{one for _, one, _, _ in Formatter().parse(said) if one} for said in (text.fr, text.en)]
            assert places[0] == places[1], name


def test_every_member_and_code_of_a_report_has_a_name(scene: Scene) -> None:
    report: Any = scene.report()
    labels = report["words"]["members"]
    unnamed = {name for section in SECTIONS for name in _names(report[section])} - labels.keys() - SECTIONS.keys()

    assert unnamed == set()
    assert {f"severity:{gap['severity']}" for gap in report["gaps"]} <= CODES.keys()
    assert {f"timer:{one}" for one in ("waiting", "running", "overdue", "met", "broken")} <= CODES.keys()


def _names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {*value, *(name for inner in value.values() for name in _names(inner))}
    return {name for inner in value for name in _names(inner)} if isinstance(value, list) else set()


def test_the_seal_is_over_everything_but_itself(scene: Scene) -> None:
    report: Any = scene.report()
    text = open_note(report["seal"]["note"], [Ed25519Verifier(SIGNER.vkey)]).text

    assert text == f"givre.report/v1\n{report['id']}\n{report['seal']['digest']}\n"
    sealed = canonical({name: value for name, value in report.items() if name != "seal"})
    assert report["seal"]["digest"] == sha256(sealed).hexdigest()
    assert scene.report(language="fr")["seal"]["digest"] != report["seal"]["digest"]
    assert scene.report()["seal"] == report["seal"]
