from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes.reader import read
from app.barcodes.reading import Identified, Identifier, Reading, Source, Symbol, Unreadable

GS = "\x1d"
GTIN = "03400955057413"
SSCC = "106141412345678908"
GLN = "0614141000036"
GSRN = "061414112345678902"
GRAI = "00614141000036"


def scan(text: str, source: Source = Source.SCANNER) -> Reading:
    return read(Symbol(f"]d2{text}", None, source))


def identified(text: str, source: Source = Source.SCANNER) -> Identified:
    reading = scan(text, source)
    assert isinstance(reading, Identified), reading
    return reading


def reason(text: str, source: Source = Source.SCANNER) -> str:
    reading = scan(text, source)
    assert isinstance(reading, Unreadable), reading
    return reading.reason


def test_a_french_medicine_gives_product_lot_and_expiry() -> None:
    found = identified(f"01{GTIN}1727013110ABC")
    assert found.subject == "product"
    assert found.fields == {"gtin": GTIN, "expiry": "2027-01-31", "lot": "ABC", "ais": "01,17,10"}
    assert found.identifiers == (
        Identifier("gtin-lot", "", f"{GTIN}.ABC"),
        Identifier("gtin", "", GTIN),
    )


def test_a_serial_number_names_one_bag() -> None:
    found = identified(f"01{GTIN}10AB{GS}21XY")
    assert found.subject == "bag"
    assert found.identifiers[0] == Identifier("sgtin", "", f"{GTIN}.XY")


@pytest.mark.parametrize(
    ("text", "subject", "identifier"),
    [
        (f"00{SSCC}", "shipper", Identifier("sscc", "", SSCC)),
        (f"8003{GRAI}SN1", "shipper", Identifier("grai", "", f"{GRAI}SN1")),
        ("80040614141LOG7", "logger", Identifier("giai", "", "0614141LOG7")),
        (f"8018{GSRN}", "patient", Identifier("gsrn-recipient", "", GSRN)),
        (f"8017{GSRN}", "person", Identifier("gsrn-provider", "", GSRN)),
        (f"253{GLN}CERT1", "document", Identifier("gdti", "", f"{GLN}CERT1")),
        (f"414{GLN}", "position", Identifier("gln", "", GLN)),
        (f"414{GLN}254R1", "position", Identifier("gln", "", f"{GLN}.R1")),
        (f"01{GTIN}", "product", Identifier("gtin", "", GTIN)),
    ],
)
def test_each_key_names_its_subject(text: str, subject: str, identifier: Identifier) -> None:
    found = identified(text)
    assert found.subject == subject
    assert found.identifiers == (identifier,)


def test_only_the_recipient_of_care_is_personal() -> None:
    assert identified(f"8018{GSRN}").identifiers[0].personal
    assert not identified(f"8017{GSRN}").identifiers[0].personal


@pytest.mark.parametrize(
    ("text", "subject"), [(f"8003{GRAI}", "shipper"), (f"253{GLN}", "document"), ("10ABC", "product")]
)
def test_a_key_without_its_serial_names_no_single_thing(text: str, subject: str) -> None:
    found = identified(text)
    assert found.subject == subject
    assert found.identifiers == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0103400955057414", "check-digit"),
        ("00106141412345678909", "check-digit"),
        ("4140614141000037", "check-digit"),
        ("8018061414112345678903", "check-digit"),
        ("800300614141000037SN1", "check-digit"),
        ("2530614141000037", "check-digit"),
        ("02" + GTIN[:-1] + "4" + "3712", "check-digit"),
        ("2550614141000037", "check-digit"),
        ("40206141411234567891", "check-digit"),
        ("410" + "0614141000037", "check-digit"),
        ("417" + "0614141000037", "check-digit"),
        ("8006034009550574140102", "check-digit"),
        ("8026034009550574140102", "check-digit"),
        ("8017061414112345678903", "check-digit"),
        ("800310614141000036SN1", "gs1-syntax"),
        (f"01{GTIN}17270231", "impossible-date"),
        (f"01{GTIN}17271331", "gs1-syntax"),
        (f"01{GTIN}17270031", "impossible-date"),
        (f"01{GTIN}70032701312460", "impossible-date"),
        (f"01{GTIN}70032701312360", "impossible-date"),
        (f"01{GTIN}10{'A' * 21}", "gs1-syntax"),
        (f"01{GTIN}10{'A' * 20}17270131", "gs1-syntax"),
        (f"01{GTIN}10", "gs1-syntax"),
        (f"01{GTIN}10AB{GS}{GS}21X", "gs1-syntax"),
        (f"01{GTIN[:-1]}", "gs1-syntax"),
        (f"01{GTIN}10A B", "gs1-syntax"),
        (f"01{GTIN}10AÉ", "gs1-syntax"),
        ("01\u0660\u0663\u0664\u0660\u0660\u0669\u0665\u0665\u0660\u0665\u0667\u0664\u0661\u0663", "gs1-syntax"),
        ("hello", "gs1-syntax"),
        (GS, "gs1-syntax"),
        (f"10A{GS}10B", "conflicting-structures"),
        (f"8017{GSRN}{GS}8018{GSRN}", "conflicting-structures"),
        (f"01{GTIN}172701317003" + "2702011200", "conflicting-structures"),
    ],
)
def test_what_is_not_exactly_right_is_refused_whole(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_day_zero_is_the_end_of_the_month() -> None:
    assert identified(f"01{GTIN}17280200").fields["expiry"] == "2028-02-29"


@pytest.mark.parametrize(
    "text", [f"01{GTIN}1727013170032701311430", f"01{GTIN}70032701311430{GS}17270131", f"01{GTIN}70032701311430"]
)
def test_the_finest_of_two_agreeing_expiries_is_kept(text: str) -> None:
    assert identified(text).fields["expiry"] == "2027-01-31T14:30"


def test_a_field_said_twice_alike_is_no_contradiction() -> None:
    assert identified(f"10A{GS}10A").fields["lot"] == "A"


def test_an_identifier_without_a_name_here_is_kept_under_its_number() -> None:
    assert identified(f"01{GTIN}91NOTE").fields["ai_91"] == "NOTE"


def test_names_and_birth_dates_of_a_wristband_are_not_kept() -> None:
    found = identified(f"8018{GSRN}{GS}725019640229")
    assert found.fields == {"gsrn_recipient": GSRN, "ais": "8018,7250"}
    assert found.withholds
    assert not identified(f"01{GTIN}").personal


def test_a_separator_may_follow_a_field_of_fixed_length_and_end_the_message() -> None:
    assert identified(f"01{GTIN}{GS}10ABC{GS}").fields["lot"] == "ABC"


@pytest.mark.parametrize("text", [f"01{GTIN}10ABC21XYZ", f"01{GTIN}10ABC17270131", f"01{GTIN}21A10B"])
def test_a_scanner_that_may_have_lost_a_separator_is_not_believed(text: str) -> None:
    assert reason(text) == "gs1-ambiguous"


def test_a_field_cannot_hide_a_second_field_of_its_own_kind() -> None:
    assert identified(f"414{GLN}25412542").fields["gln_extension"] == "12542"


def test_the_camera_loses_no_separator_and_is_believed() -> None:
    assert identified(f"01{GTIN}10ABC21XYZ", Source.CAMERA).fields["lot"] == "ABC21XYZ"


@pytest.mark.parametrize("ai", ["10", "21"])
def test_a_lot_that_ends_like_an_expiry_is_not_believed_even_by_the_camera(ai: str) -> None:
    assert reason(f"01{GTIN}{ai}ABC17270131", Source.CAMERA) == "gs1-ambiguous"
    assert reason(f"01{GTIN}{ai}ABC17270131", Source.IMPORTED) == "gs1-ambiguous"


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}1727013110ABC17280131",
        f"01{GTIN}10ABC17270231",
        f"01{GTIN}10ABC1727013",
        f"01{GTIN}10ABC17A70131",
        f"01{GTIN}10ABC18270131",
        f"01{GTIN}1017270131",
        f"01{GTIN}{GS}10ABC17270131",
        "10ABC17270131",
    ],
)
def test_the_camera_is_believed_when_the_label_cannot_have_lost_a_separator(text: str) -> None:
    assert identified(text, Source.CAMERA).fields["lot"].startswith(("ABC", "17"))


def test_a_separator_anywhere_proves_that_the_scanner_sends_them() -> None:
    assert identified(f"01{GTIN}{GS}10ABC21XYZ").fields["lot"] == "ABC21XYZ"


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        (f"01{GTIN}10ABC17271345", "ABC17271345"),
        (f"01{GTIN}10ABC17270231", "ABC17270231"),
        (f"01{GTIN}10ABC21", "ABC21"),
        (f"01{GTIN}10ABC8019X", "ABC8019X"),
        (f"01{GTIN}10ABC91X", "ABC91X"),
        (f"01{GTIN}1727013110ABC17280131", "ABC17280131"),
        ("10ABC21XYZ", "ABC21XYZ"),
    ],
)
def test_a_lot_that_can_be_cut_in_one_way_only_is_read(text: str, lot: str) -> None:
    assert identified(text).fields["lot"] == lot


@pytest.mark.parametrize("prefix", ["]d2", "]C1", "]Q3", "]e0", GS, f"]d2{GS}"])
def test_every_mark_of_gs1_is_recognised(prefix: str) -> None:
    reading = read(Symbol(f"{prefix}01{GTIN}", None, Source.SCANNER))
    assert isinstance(reading, Identified)
    assert reading.format == "gs1"


@pytest.mark.parametrize("symbology", ["gs1-datamatrix", "gs1-128"])
def test_the_readers_own_name_for_the_symbology_is_believed(symbology: str) -> None:
    assert isinstance(read(Symbol(f"01{GTIN}", symbology, Source.CAMERA)), Identified)


def test_digits_without_any_mark_are_not_taken_for_gs1() -> None:
    reading = read(Symbol("0109506000134352", None, Source.SCANNER))
    assert isinstance(reading, Unreadable)
    assert reading.reason == "unknown-format"


def test_a_typed_key_must_carry_its_own_check_digit() -> None:
    assert identified(f"00{SSCC}", Source.TYPED).subject == "shipper"
    assert reason(f"01{GTIN}10ABC", Source.TYPED) == "typed-without-check"


@given(st.text(alphabet="0123456789AB/%\x1d", max_size=120), st.sampled_from(Source))
def test_any_run_of_digits_letters_and_separators_has_an_answer(text: str, source: Source) -> None:
    assert isinstance(scan(text, source), Identified | Unreadable)


LOTS = st.text(alphabet="ABCDEF0123456789-", min_size=1, max_size=20)


@given(lot=LOTS, serial=LOTS)
def test_two_fields_whose_separator_was_lost_are_never_read_as_one(lot: str, serial: str) -> None:
    reading = scan(f"01{GTIN}10{lot}21{serial}")
    assert isinstance(reading, Unreadable)
    kept = identified(f"01{GTIN}10{lot}{GS}21{serial}")
    assert (kept.fields["lot"], kept.fields["serial"]) == (lot, serial)
