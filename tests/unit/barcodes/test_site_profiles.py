from __future__ import annotations

from dataclasses import replace

import pytest

from app.barcodes.format import Payload
from app.barcodes.formats.site_profile import NotAScanProfileError, SiteProfile, site_format
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Identifier, Reading, Source, Symbol, Unreadable

PROFILE = SiteProfile(
    tag="site-maker-bag",
    symbology="data-matrix",
    pattern=r"MK\.([0-9]{4})-([A-Z]{1,3})",
    subject="bag",
    scheme="maker-bag",
    issuer="MAKER",
    fields=("value", "lot"),
)
THERAPY = replace(PROFILE, tag="site-maker-coi", symbology=None, subject="therapy", scheme="coi", fields=("a", "lot"))


def scan(text: str, *profiles: SiteProfile, source: Source = Source.CAMERA, symbology: str | None = None) -> Reading:
    return read(Symbol(text, symbology, source), profiles=profiles)


def reason(found: Reading) -> str:
    assert isinstance(found, Unreadable), found
    return found.reason


def test_a_label_no_standard_knows_is_read_as_its_site_says() -> None:
    assert scan("]d1MK.0042-XY\r", PROFILE) == Identified(
        "site-maker-bag",
        "bag",
        {"value": "0042", "lot": "XY"},
        (Identifier("maker-bag", "MAKER", "0042"),),
        "]d1",
        "\r",
    )


def test_without_a_field_called_value_the_whole_text_is_the_identifier() -> None:
    found = scan("MK.0042-XY", THERAPY)
    assert isinstance(found, Identified)
    assert found.identifiers == (Identifier("coi", "MAKER", "MK.0042-XY"),)


@pytest.mark.parametrize("text", ["MK.0042-", "MK.0042-XY ", "xMK.0042-XY", "MK.0042-XYZA", "A" * 129])
def test_a_label_has_to_match_to_the_last_character(text: str) -> None:
    assert reason(scan(text, PROFILE)) == "unknown-format"


def test_without_profiles_the_label_is_unknown() -> None:
    assert reason(scan("MK.0042-XY")) == "unknown-format"


@pytest.mark.parametrize(
    ("text", "symbology", "known"),
    [
        ("MK.0042-XY", None, True),
        ("]d1MK.0042-XY", None, True),
        ("MK.0042-XY", "data-matrix", True),
        ("MK.0042-XY", "datamatrix", True),
        ("MK.0042-XY", "DataMatrix", True),
        ("MK.0042-XY", "code128", False),
        ("MK.0042-XY", "gs1-datamatrix", False),
        ("MK.0042-XY", "somebody-s-own", False),
        ("]C0MK.0042-XY", None, False),
        ("]X0MK.0042-XY", None, False),
        ("MK.0042-XY", "code-128", False),
    ],
)
def test_a_symbol_of_another_kind_is_not_this_label(text: str, symbology: str | None, *, known: bool) -> None:
    assert isinstance(scan(text, PROFILE, symbology=symbology), Identified) is known


def test_a_label_without_a_check_is_not_typed() -> None:
    assert reason(scan("MK.0042-XY", PROFILE, source=Source.TYPED)) == "typed-without-check"


def test_two_profiles_that_claim_one_label_are_named() -> None:
    found = scan("MK.0042-XY", PROFILE, THERAPY)
    assert reason(found) == "two-formats"
    assert isinstance(found, Unreadable)
    assert found.detail == "site-maker-bag, site-maker-coi"


def test_a_profile_that_claims_what_a_standard_claims_is_no_way_around_it() -> None:
    greedy = replace(THERAPY, pattern="(=)([0-9A-Z]{15})")
    assert reason(scan("=A99991712345600", greedy)) == "two-formats"


def test_a_garbled_site_label_is_recognised_and_never_repaired() -> None:
    assert reason(scan("?K:àà'é)XY", THERAPY, source=Source.SCANNER)) == "keyboard-layout"


def test_a_text_that_two_keyboards_explain_in_two_ways_is_not_guessed_at() -> None:
    found = scan("éBCD-", replace(THERAPY, pattern="(2)(BCD[6=])"), source=Source.SCANNER)
    assert reason(found) == "keyboard-layout"
    assert isinstance(found, Unreadable)
    assert found.detail == "fr, fr-azerty, be"


def test_the_format_of_a_profile_reads_nothing_it_does_not_claim() -> None:
    assert reason(site_format(PROFILE).read(Payload("no", None, "", None, Source.CAMERA))) == "alphabet"


@pytest.mark.parametrize(
    "change",
    [
        {"tag": "maker"},
        {"tag": "site-"},
        {"tag": "site-A"},
        {"pattern": "A*"},
        {"pattern": "MK"},
        {"pattern": "(M)(K)(X)"},
        {"fields": ("value",)},
        {"fields": ("value", "value")},
        {"fields": ("value", "Lot")},
        {"scheme": ""},
        {"scheme": "Maker"},
        {"scheme": "a:b"},
        {"issuer": ""},
        {"issuer": "isbt128"},
        {"issuer": "a:b"},
        {"subject": "planet"},
    ],
)
def test_a_profile_that_could_be_misread_is_not_made(change: dict[str, object]) -> None:
    with pytest.raises(NotAScanProfileError):
        replace(PROFILE, **change)
