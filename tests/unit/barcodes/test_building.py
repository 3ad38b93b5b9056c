from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import build
from app.barcodes.formats.internal import NotALabelError
from app.barcodes.isbt_structures import STRUCTURES
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Source, Symbol

FINS = st.from_regex(r"A999[0-9]", fullmatch=True)
MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2089, 12, 31))  # noqa: DTZ001  labels carry no zone
INSTANTS = st.datetimes(timezones=st.just(timezone(timedelta(hours=2))), min_value=datetime(1990, 1, 1))  # noqa: DTZ001  hypothesis adds the zone
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
SIX = st.from_regex(r"[0-9A-Z]{6}", fullmatch=True)
LOTS = st.from_regex(r"[1-9A-Z][0-9A-Z]{0,17}", fullmatch=True)
CODES = st.from_regex(r"([A-LO-QSUX-Z][0-9A-Z]{5}[A-Z][0-9a-z]|[TMNRVW][0-9A-Z]{4}[0-9]{3})", fullmatch=True)


def fields_of(text: str) -> dict[str, str]:
    reading = read(Symbol(text, None, Source.SCANNER))
    assert isinstance(reading, Identified), reading
    return dict(reading.fields)


def test_every_structure_that_is_not_retired_has_a_builder() -> None:
    sec = "PL001499Z549917123456A00T041600320171231"
    day, moment = date(2026, 2, 1), datetime(2026, 2, 1, 9, 30)  # noqa: DTZ001  labels carry no zone
    built = [
        build.din("A9999", 26, 1),
        build.blood_groups("5100"),
        build.product_code("S12954A0"),
        build.expiry_day(day),
        build.expiry(moment),
        build.collected_day(day),
        build.collected(moment),
        build.produced_day(day),
        build.produced(moment),
        build.donor("A9999", "12"),
        build.staff("A9999", "AB12C3"),
        build.birth_date("01", day),
        build.patient("01", "Ab1"),
        build.expiry_month(2026, 2),
        build.volume(Decimal("68.5")),
        build.flexible("collected", moment),
        build.division("AA0000"),
        build.processing_facility("A9999"),
        build.processor_product("A9997", "XYZ100", "T0479"),
        build.mpho_lot("XYZ"),
        build.mpho_supplement("XYZ"),
        build.single_european_code(sec),
        build.registry_donor("9991ABC012345678901"),
        build.coi("A9999", 26, "AB12C3"),
        build.compound(["=%5100"]),
    ]
    starts = {each[:3] if each.startswith("&,") else each[:2] for each in built} - {"=A"} | {"="}
    assert starts == {each.data_identifier for each in STRUCTURES if "retired" not in each.name}


@given(
    fin=FINS,
    year=st.integers(1990, 2089),
    sequence=st.integers(0, 999_999),
    code=CODES,
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


@given(DAYS)
def test_days_read_back(day: date) -> None:
    assert fields_of(build.expiry_day(day))["expiry"] == day.isoformat()
    assert fields_of(build.collected_day(day))["collected"] == day.isoformat()
    assert fields_of(build.produced_day(day))["produced"] == day.isoformat()
    assert fields_of(build.birth_date("07", day))["birth_date"] == day.isoformat()
    assert fields_of(build.expiry_month(day.year, day.month))["expiry"] == day.isoformat()[:7]


@given(MOMENTS, INSTANTS)
def test_times_read_back_with_the_kind_of_zone_they_have(moment: datetime, instant: datetime) -> None:
    assert fields_of(build.produced(moment))["produced"] == f"{moment:%Y-%m-%dT%H:%M}"
    assert fields_of(build.flexible("produced", moment))["produced"] == f"{moment:%Y-%m-%dT%H:%M}"
    utc = instant.astimezone(UTC)
    assert fields_of(build.flexible("expiry", instant))["expiry_utc"] == f"{utc:%Y-%m-%dT%H:%M}Z"


@given(FINS, st.from_regex(r"[0-9]{1,16}", fullmatch=True), SIX, st.from_regex(r"[0-9A-Za-z]{1,99}", fullmatch=True))
def test_people_read_back(fin: str, donor: str, staff: str, patient: str) -> None:
    assert fields_of(build.donor(fin, donor))["donor_id"] == fin + donor.rjust(16, "0")
    assert fields_of(build.staff(fin, staff))["staff_id"] == fin + staff
    assert fields_of(build.patient("42", patient))["patient_id"] == patient
    assert fields_of(build.patient("42", patient))["patient_location"] == "42"


@given(st.from_regex(r"[0-9]{4}[0-9A-Z]{13}[0-9]{2}", fullmatch=True))
def test_a_registry_donor_reads_back(grid: str) -> None:
    assert fields_of(build.registry_donor(grid))["grid"] == grid


@given(FINS, SIX, st.from_regex(r"[A-Z][0-9A-Z]{4}", fullmatch=True), LOTS)
def test_makers_and_lots_read_back(fin: str, own: str, description: str, lot: str) -> None:
    assert fields_of(build.processing_facility(fin, own))["facility_product_code"] == own
    product = fields_of(build.processor_product(fin, own, description))
    assert (product["processor"], product["processor_product_description"]) == (fin, description)
    assert fields_of(build.mpho_lot(lot))["mpho_lot"].lstrip("0") == lot
    assert fields_of(build.mpho_supplement(lot))["mpho_supplement"].lstrip("0") == lot


@given(st.integers(0, 99_999), st.integers(0, 5))
def test_a_volume_reads_back_to_the_last_digit(number: int, decimals: int) -> None:
    millilitres = Decimal(number).scaleb(-decimals)
    assert Decimal(fields_of(build.volume(millilitres))["volume_ml"]) == millilitres


@given(st.from_regex(r"[0-9A-Za-z]{4}", fullmatch=True))
def test_blood_groups_read_back(groups: str) -> None:
    assert fields_of(build.blood_groups(groups))["blood_groups"] == groups


@given(
    st.from_regex(r"[0-9]{13}", fullmatch=True),
    st.from_regex(r"[0-9A-Z-]{1,20}", fullmatch=True),
    st.from_regex(r"[0-9A-Z-]{1,20}", fullmatch=True),
    st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)),
)
def test_a_gs1_message_reads_back(digits: str, lot: str, serial: str, expiry: date) -> None:
    gtin = build.with_check_digit(digits)
    text = build.elements([("01", gtin), ("17", f"{expiry:%y%m%d}"), ("10", lot), ("21", serial)])
    fields = fields_of(text)
    assert (fields["gtin"], fields["lot"], fields["serial"]) == (gtin, lot, serial)
    assert fields["expiry"] == expiry.isoformat()


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_gs1_keys_read_back_with_their_check_digits(long: str, short: str) -> None:
    key, gln = build.with_check_digit(long), build.with_check_digit(short)
    for ai, name in (("00", "sscc"), ("8017", "gsrn_provider"), ("8018", "gsrn_recipient")):
        assert fields_of(build.elements([(ai, key)], aim="]C1"))[name] == key
    assert fields_of(build.elements([("414", gln)]))["gln"] == gln
    assert fields_of(build.elements([("8003", f"0{gln}SN1")]))["grai"] == f"0{gln}SN1"


@pytest.mark.parametrize("pairs", [[], [("01", "03400955057414")], [("10", "A\x1d21B")], [("10", "")], [("", "A")]])
def test_what_is_no_gs1_message_is_not_built(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(build.NotASymbolError):
        build.elements(pairs)


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


@pytest.mark.parametrize("text", ["S12954A", "s12954A0", "S12954A0=,000012", "T0416A00"])
def test_a_product_code_that_would_not_read_back_is_not_built(text: str) -> None:
    with pytest.raises(build.NotASymbolError):
        build.product_code(text)


@pytest.mark.parametrize("volume", ["-1", "100000", "68.123456", "1000.55", "NaN", "Infinity"])
def test_a_volume_a_label_cannot_say_is_not_built(volume: str) -> None:
    with pytest.raises(build.NotASymbolError):
        build.volume(Decimal(volume))


@pytest.mark.parametrize("number", ["", "é", "A" * 100])
def test_a_patient_number_that_would_not_read_back_is_not_built(number: str) -> None:
    with pytest.raises(build.NotASymbolError):
        build.patient("01", number)


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
