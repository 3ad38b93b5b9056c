from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.barcodes import build
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Identifier, Reading, Source, Symbol, Unreadable


def scan(text: str, source: Source = Source.SCANNER) -> Reading:
    return read(Symbol(text, None, source))


def identified(text: str, source: Source = Source.SCANNER) -> Identified:
    reading = scan(text, source)
    assert isinstance(reading, Identified), reading
    return reading


def reason(text: str, source: Source = Source.SCANNER) -> str:
    reading = scan(text, source)
    assert isinstance(reading, Unreadable), reading
    return reading.reason


LINES_OF_THE_STANDARD = [
    ("=G12341765432170", {"din": "G123417654321", "din_flags": "70"}),
    ("=G12349865432177", {"din": "G123498654321", "din_flags": "77"}),
    ("=A99991712345600", {"din": "A999917123456", "din_flags": "00"}),
    ("=A99991500000125", {"din": "A999915000001", "din_flags": "25"}),
    ("=A9999150000018A", {"din": "A999915000001", "din_flags": "8A"}),
    ("=P00020601906300", {"din": "P000206019063", "din_flags": "00"}),
    ("=%T300", {"blood_groups": "T300"}),
    ("=<S12954A0", {"product_code": "S12954A0"}),
    ("=<S12954Aa", {"product_code": "S12954Aa"}),
    ("=>019031", {"expiry": "2019-01-31", "expiry_time_is_default": "true"}),
    ("=>998001", {"expiry": "1998-01-01", "expiry_time_is_default": "true"}),
    ("&>0183652359", {"expiry": "2018-12-31T23:59", "expiry_time_is_default": "true"}),
    ("&>0283660000", {"expiry": "2028-12-31T00:00", "expiry_time_is_default": "false"}),
    ("=*026015", {"collected": "2026-01-15", "collected_time_is_default": "true"}),
    ("&*0260150915", {"collected": "2026-01-15T09:15", "collected_time_is_default": "false"}),
    ("=}017032", {"produced": "2017-02-01", "produced_time_is_default": "true"}),
    ("&}0170320830", {"produced": "2017-02-01T08:30", "produced_time_is_default": "false"}),
    ("=;A99990000000000012345", {"donor_id": "A99990000000000012345"}),
    ("='A9999AB12C3", {"staff_id": "A9999AB12C3"}),
    ("=#0119640229", {"birth_date": "1964-02-29", "birth_location": "01"}),
    ("&#0206ABc123", {"patient_location": "02", "patient_id": "ABc123"}),
    ("=]202612", {"expiry": "2026-12"}),
    ("&$0101000100068000", {"dimensions": "0101000100068000", "volume_ml": "68"}),
    ("&$0101000100685100", {"dimensions": "0101000100685100", "volume_ml": "68.5"}),
    ("&$0102000100068000", {"dimensions": "0102000100068000"}),
    ("=(1002202601151430", {"collected": "2026-01-15T14:30", "collected_time_is_default": "false"}),
    ("=(2001202601151430", {"expiry_utc": "2026-01-15T14:30Z"}),
    ("=,000012", {"division": "000012"}),
    ("&+A9999FPC001", {"processing_facility": "A9999", "facility_product_code": "FPC001"}),
    ("&,1000000000000XYZ123", {"mpho_lot": "000000000000XYZ123"}),
    ("&,2000000000000XYZ124", {"mpho_supplement": "000000000000XYZ124"}),
    (
        "&,4PL001499Z549917123456A00T041600300000000",
        {
            "sec": "PL001499Z549917123456A00T041600300000000",
            "sec_donation": "PL001499Z549917123456",
            "sec_version": "eu-2015-565",
        },
    ),
    ("&:9991ABC012345678901", {"grid": "9991ABC012345678901"}),
    ("={0123456789ABCDEFGH", {}),
    ("=[0123456789ABCDEFGH", {}),
    ('="0123456789ABCDEFGH', {}),
    ("&,39991ABC012345678901", {}),
    ("&/CHA999923AB12C3", {"coi": "CHA999923AB12C3"}),
]


@pytest.mark.parametrize(("text", "fields"), LINES_OF_THE_STANDARD)
def test_one_structure_becomes_its_fields(text: str, fields: dict[str, str]) -> None:
    found = dict(identified(text).fields)
    assert found.pop("structures")
    assert found == fields


REFUSED = [
    ("=A999917123456", "length"),
    ("=A999917123456001", "length"),
    ("=<S12954A", "length"),
    ("&/A999923000001", "length"),
    ("&#0206ABC12", "length"),
    ("&#0205ABC123", "length"),
    ("&#02", "length"),
    ("&$02010001000680000", "length"),
    ("&/CHA999923ab12c3", "alphabet"),
    ("&/CHO999923AB12C3", "alphabet"),
    ("&#0X06ABC123", "alphabet"),
    ("&#0200", "alphabet"),
    ("&$0A", "alphabet"),
    ("&$01010001000680é0", "alphabet"),
    ("&$01010001 0068000", "alphabet"),
    ("=<s12954A0", "alphabet"),
    ("=>01903A", "alphabet"),
    ("=>01903٣", "alphabet"),
    ("=#01196402x9", "alphabet"),
    ("=]2026AA", "alphabet"),
    ("=(3002202601151430", "alphabet"),
    ("&,4PL001499Z549917123456Z00T041600320181231", "alphabet"),
    ("=A9O991712345600", "din-alphabet"),
    ("=A999917123456IO", "din-alphabet"),
    ("=A9999171234\uff15600", "din-alphabet"),
    ("=G12341765432171", "din-check"),
    ("=G12341765432196", "din-check"),
    ("=G12341765432160", "din-check"),
    ("=>019366", "impossible-date"),
    ("=>019000", "impossible-date"),
    ("=>119031", "impossible-date"),
    ("&>0183652400", "impossible-date"),
    ("&>0183652360", "impossible-date"),
    ("=#0119630229", "impossible-date"),
    ("=]202613", "impossible-date"),
    ("=(1002202602301430", "impossible-date"),
    ("=(1002202601152430", "impossible-date"),
    ("&,4PL001499Z549917123456A00T041600320181331", "impossible-date"),
    ("=", "unknown-structure"),
    ("&", "unknown-structure"),
    ("=O99991712345600", "unknown-structure"),
    ("=0999917123456000", "unknown-structure"),
    ("&aanything", "national-structure"),
    ("&;123", "national-structure"),
    ("&!1", "national-structure"),
    ("=A99991712345600&aanything", "national-structure"),
    ("&a", "national-structure"),
    ("&A1", "unknown-structure"),
    ("={0123456789ABCDEFG", "length"),
    ("={0123456789ABCDEF*H", "alphabet"),
    ("&:9991ABC0123456789A1", "alphabet"),
    ("&:999AABC012345678901", "alphabet"),
    ("=<T0416A00", "alphabet"),
    ("&,9123", "unknown-structure"),
    ("=A99991712345600=~1", "unknown-structure"),
    ("=+01000=+00000", "unknown-structure"),
    ("=A99991712345600=+00000", "unknown-structure"),
    ("=+00000", "count-mismatch"),
    ("=+02000=A99991712345600", "count-mismatch"),
    ("=+01000=A99991712345600=<S12954A0", "count-mismatch"),
    ("=+05000=/A9997XYZ100T0479=A99991712345600=,000012=>019031", "count-mismatch"),
    ("=+0A000=A99991712345600", "alphabet"),
    ("=A99991712345600=<S0001199", "division-missing"),
    ("=<S0001199", "division-missing"),
    ("=A99991712345600=A99991712345700", "conflicting-structures"),
    ("=<S12954A0=<S12954B0", "conflicting-structures"),
    ("=>019031&>0190320000", "conflicting-structures"),
    ("=A99991712345600&,4PL001499Z549917123456A00T041600320181231", "conflicting-structures"),
    ("=<T0417003&,4PL001499Z549917123456A00T041600320181231", "conflicting-structures"),
    ("&,4PL001499O549917123456A00T041600320181231", "din-alphabet"),
    ("&,4PL001499Z5499171234O6A00T041600320181231", "din-alphabet"),
    ("&,4pl001499Z549917123456A00T041600320181231", "alphabet"),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_what_is_not_exactly_right_is_refused_whole(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_a_compound_message_gives_every_structure_and_names_the_container() -> None:
    text = "=+05000=Z54991712345600=%T300=<T0416003&>0183652359&,4PL001499Z549917123456A00T041600320181231"
    found = identified(text)
    assert found.subject == "bag"
    assert found.fields["structures"] == "001,002,003,005,038"
    assert found.fields["expiry"] == "2018-12-31T23:59"
    assert found.identifiers == (
        Identifier("din", "", "Z549917123456"),
        Identifier("product-code", "", "T0416003"),
        Identifier("sec", "", "PL001499Z549917123456A00T041600320181231"),
        Identifier("sec-donation", "", "PL001499Z549917123456"),
        Identifier("container", "", "Z549917123456T0416003"),
    )


@pytest.mark.parametrize(
    ("text", "structures"),
    [
        ("=+04000=/A9997XYZ100T0479=A99991712345600=,000012=>019031", "034,001,032,004"),
        (
            "=+06000=/A9999XYZ100T0476=,000025=A99971712345600=>019032=}017032&,1000000000000XYZ123",
            "034,032,001,004,008,035",
        ),
        ("=+02123=A99991712345600=<S12954A0", "001,003"),
    ],
)
def test_published_compound_messages_are_read(text: str, structures: str) -> None:
    assert identified(text).fields["structures"] == structures


def test_a_scanner_may_join_neighbouring_symbols_without_a_compound_header() -> None:
    found = identified("]C4=A99991712345600=<S12954A0")
    assert found.aim == "]C4"
    assert found.fields["structures"] == "001,003"


def test_a_divided_product_is_named_with_its_division() -> None:
    found = identified("=A99991712345600=<S0001199=,000012")
    assert Identifier("division", "", "000012") in found.identifiers
    assert Identifier("container", "", "A999917123456S0001199000012") in found.identifiers


def test_a_pack_number_ending_in_99_is_no_division() -> None:
    assert identified("=<T0416099").fields["product_code"] == "T0416099"


def test_flags_are_no_part_of_the_identity() -> None:
    plain, checked = identified("=A99991712345600"), identified("=A99991712345669")
    assert plain.identifiers == checked.identifiers
    assert identified("=A99991712345600=A99991712345669").fields["din"] == "A999917123456"


def test_the_finest_of_several_agreeing_dates_is_kept() -> None:
    for text in ("=>018365&>0183651200", "&>0183651200=>018365", "=]201812=>018365&>0183651200"):
        fields = identified(text).fields
        assert fields["expiry"] == "2018-12-31T12:00"
        assert fields["expiry_time_is_default"] == "false"


def test_the_chain_of_identity_alone_names_the_therapy() -> None:
    found = identified("&/CHA999923AB12C3")
    assert found.subject == "therapy"
    assert found.identifiers == (Identifier("coi", "isbt128", "CHA999923AB12C3"),)


def test_the_chain_of_identity_beside_a_donation_number_rides_on_the_bag() -> None:
    found = identified("=A99991712345600&/CHA999923AB12C3")
    assert found.subject == "bag"
    assert Identifier("coi", "isbt128", "CHA999923AB12C3") in found.identifiers


def test_an_sec_in_another_coding_has_its_own_numbers() -> None:
    found = identified("=A99991712345600&,4PL001499AB0123456789AE000005300120161231")
    assert found.fields["expiry"] == "2016-12-31"


def test_a_retired_structure_is_recognised_and_skipped() -> None:
    found = identified("=+03000=A99991712345600={0123456789ABCDEFGH=<S12954A0")
    assert found.fields["structures"] == "001,011,003"
    assert found.identifiers == identified("=A99991712345600=<S12954A0").identifiers


def test_a_declared_national_structure_takes_the_tail_and_tells_nothing_of_it() -> None:
    reading = read(
        Symbol("=A99991712345600&aDUPONT=<S12954A0", None, Source.SCANNER), allowed_national=frozenset({"&a"})
    )
    assert isinstance(reading, Identified)
    assert reading.fields == {"din": "A999917123456", "din_flags": "00", "national": "&a", "structures": "001,&a"}
    assert reading.personal, "nobody knows what the tail says, so it may be a name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("&bDUPONT", "national-structure"),
        ("&a", "length"),
        ("=+02000=A99991712345600&aDUPONT", "national-structure"),
        ("=<S0001199&a=,000012", "division-missing"),
    ],
)
def test_a_declaration_covers_what_it_names_and_no_compound_message(text: str, expected: str) -> None:
    reading = read(Symbol(text, None, Source.SCANNER), allowed_national=frozenset({"&a"}))
    assert isinstance(reading, Unreadable)
    assert reading.reason == expected


@pytest.mark.parametrize("text", ["=#0119640229", "&:9991ABC012345678901", "&,39991ABC012345678901", "&#0206ABC123"])
def test_a_text_that_may_tell_who_a_person_is_says_so(text: str) -> None:
    assert identified(text).personal
    assert not identified("=A99991712345600").personal


@pytest.mark.parametrize("text", ["&#0206ABC123", "=;A99990000000000012345", "=#0119640229", "&:9991ABC012345678901"])
def test_what_speaks_of_a_person_under_care_names_a_patient(text: str) -> None:
    found = identified(text)
    assert found.subject == "patient"
    assert all(identifier.personal for identifier in found.identifiers)


def test_a_patient_number_is_issued_by_its_location() -> None:
    assert identified("&#0206ABC123").identifiers == (Identifier("patient-id", "02", "ABC123"),)


def test_a_staff_number_names_a_person_and_no_patient() -> None:
    found = identified("='A9999AB12C3")
    assert found.subject == "person"
    assert not found.identifiers[0].personal


def test_case_is_kept_in_a_product_code() -> None:
    assert identified("=<S12954Aa").identifiers != identified("=<S12954AA").identifiers


TYPED = [
    "A9999171234569",
    "A999917123456 9",
    "=A9999171234569",
    "=A999917123456 9",
]


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_donation_number_with_its_check_character_is_read(text: str) -> None:
    found = identified(text, Source.TYPED)
    assert found.fields == {"din": "A999917123456", "structures": "001"}
    assert found.identifiers == (Identifier("din", "", "A999917123456"),)


def test_a_typed_check_character_may_be_the_letter_o() -> None:
    assert identified("A999917345658O", Source.TYPED).fields["din"] == "A999917345658"


def test_a_typed_chain_of_identity_number_with_its_check_character_is_read() -> None:
    number = build.typed("CHA999923AB12C3")
    for text in (number, f"&/{number}", f"{number[:-1]} {number[-1]}"):
        assert identified(text, Source.TYPED).identifiers == (Identifier("coi", "isbt128", "CHA999923AB12C3"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A999917123456", "typed-without-check"),
        ("=A999917123456", "typed-without-check"),
        ("A99991712345600", "typed-without-check"),
        ("=A99991712345600", "typed-without-check"),
        ("CHA999923AB12C3", "typed-without-check"),
        ("=<S12954A0", "typed-without-check"),
        ("=+01000=A99991712345600", "typed-without-check"),
        ("A9999171234568", "check-character"),
        ("A999917345658o", "check-character"),
        ("&/CHA999923AB12C3*", "check-character"),
        ("a9999171234569", "din-alphabet"),
        ("A99991712345O9", "din-alphabet"),
        ("CHA999923ab12c39", "alphabet"),
        ("A999917123456  9", "unknown-format"),
        (" A9999171234569", "unknown-format"),
    ],
)
def test_a_typed_number_must_prove_itself(text: str, expected: str) -> None:
    assert reason(text, Source.TYPED) == expected


def test_a_bare_number_is_a_donation_number_only_when_typed() -> None:
    assert reason("A9999171234569", Source.SCANNER) == "unknown-format"


FINS = st.from_regex(r"A999[0-9]", fullmatch=True)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*=<>&%+/,;' abcxyz"


@settings(max_examples=10, deadline=None)
@given(fin=FINS, year=st.integers(0, 99), sequence=st.integers(0, 999_999))
def test_no_single_misread_character_makes_another_donation_number(fin: str, year: int, sequence: int) -> None:
    text = build.din(fin, year, sequence)
    for at in range(len(text)):
        for other in ALPHABET:
            _never_another_donation(text, text[:at] + other + text[at + 1 :])


@given(fin=FINS, year=st.integers(0, 99), sequence=st.integers(0, 999_999))
def test_no_swap_of_neighbours_makes_another_donation_number(fin: str, year: int, sequence: int) -> None:
    text = build.din(fin, year, sequence)
    # Within the number: a swap across its end trades a digit with the flags and may turn the check off (ST-001 knows
    # no remedy); a scanner cannot swap, and a hand that types gives K instead of flags.
    for at in range(len(text) - 3):
        _never_another_donation(text, text[:at] + text[at + 1] + text[at] + text[at + 2 :])


@given(fin=FINS, year=st.integers(0, 99), sequence=st.integers(0, 999_999), at=st.integers(0, 12))
def test_no_slip_of_a_typing_finger_makes_another_donation_number(fin: str, year: int, sequence: int, at: int) -> None:
    number = build.din(fin, year, sequence)[1:14]
    text = build.typed(number)
    slips = [text[:at] + other + text[at + 1 :] for other in ALPHABET]
    slips.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    for slip in slips:
        reading = scan(slip, Source.TYPED)
        assert slip == text or isinstance(reading, Unreadable)


def _never_another_donation(text: str, misread: str) -> None:
    reading = scan(misread)
    assert isinstance(reading, Unreadable) or reading.identifiers == identified(text).identifiers
