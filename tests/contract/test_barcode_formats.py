"""What every barcode format must keep to, whatever it reads."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.barcodes.format import Format, Payload
from app.barcodes.formats import FORMATS
from app.barcodes.reader import read
from app.barcodes.reading import REASONS, Identified, Source, Subject, Symbol, Unreadable

# A format that is added without a sample here fails the first test below.
SAMPLES = {
    "isbt128": "]C0=G12341765432170\r",
    "gs1": "]d201034009550574131727013110ABC\r",
    "internal": "]d1GV1.B.01JABC-2.I\r",
    "sec": "]Q1SEC: PL001499Z549917123456 A00T041600320171231\r",
}


@pytest.fixture(params=list(FORMATS), ids=lambda form: form.tag)
def form(request: pytest.FixtureRequest) -> Format:
    return request.param


def test_a_format_reads_its_own_sample_and_says_so(form: Format) -> None:
    reading = read(Symbol(SAMPLES[form.tag], None, Source.CAMERA))
    assert isinstance(reading, Identified), reading
    assert reading.format == form.tag
    assert reading.subject in get_args(Subject)
    assert reading.aim == SAMPLES[form.tag][:3]
    assert reading.stripped == "\r"
    assert reading.identifiers


def test_fields_and_identifiers_are_plain_filled_text(form: Format) -> None:
    reading = read(Symbol(SAMPLES[form.tag], None, Source.CAMERA))
    assert isinstance(reading, Identified)
    for name, value in reading.fields.items():
        assert isinstance(value, str)
        assert name
        assert value
    assert all(identifier.scheme and identifier.value for identifier in reading.identifiers)
    assert len({identifier.key for identifier in reading.identifiers}) == len(reading.identifiers)


def test_a_format_claims_nothing_that_belongs_to_another(form: Format) -> None:
    for tag, sample in SAMPLES.items():
        payload = Payload(sample[3:-1], sample[:3], "\r", None, Source.CAMERA)
        assert form.claims(payload) is (tag == form.tag)


def test_every_cut_sample_has_an_answer_and_no_cut_sample_names_something_else(form: Format) -> None:
    whole = SAMPLES[form.tag].rstrip("\r")
    meant = read(Symbol(whole, None, Source.CAMERA))
    assert isinstance(meant, Identified)
    for length in range(len(whole)):
        reading = read(Symbol(whole[:length], None, Source.SCANNER))
        if isinstance(reading, Identified):
            # Only GS1 has fields of any length; half an SEC names the same donation.
            assert form.tag == "gs1" or set(reading.identifiers) < set(meant.identifiers)
        else:
            assert reading.reason in REASONS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=80),
    source=st.sampled_from(Source),
)
def test_a_format_answers_for_any_text_without_raising(form: Format, text: str, source: Source) -> None:
    start = SAMPLES[form.tag][3:7]
    payload = Payload(start + text, None, "", None, source)
    reading = form.read(payload)
    assert isinstance(reading, Identified | Unreadable)
    assert isinstance(form.claims(payload), bool)


def test_what_a_format_calls_proved_is_part_of_what_it_read(form: Format) -> None:
    reading = read(Symbol(SAMPLES[form.tag], None, Source.CAMERA))
    assert isinstance(reading, Identified)
    proved = form.proved(reading.fields)
    assert any(proved in value for value in reading.fields.values())
    assert bool(proved) is (form.tag != "sec"), "an SEC proves nothing, the other samples carry a check"
