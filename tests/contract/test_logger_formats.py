"""What every format of a logger's file must keep to, whatever it reads."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.temperature.chunk import CHUNK_READINGS
from app.temperature.loggers import LOGGERS
from app.temperature.loggers.logger import HEAD_BYTES, Logger
from app.temperature.loggers.piece import FAULTS, REFUSALS, Ended, Fault, Piece, Probe, Refused, Rows
from app.temperature.reader import format_of
from app.temperature.reading import EARLIEST_MS, LATEST_MS, State, plausible
from tests.unit.temperature.files import CELSIUS, SAMPLES, STORY, end_of, faults_of, probes_of, readings_of

# A format that is added without a sample fails the first test below.


@pytest.fixture(params=list(LOGGERS), ids=lambda logger: logger.tag)
def logger(request: pytest.FixtureRequest) -> Logger:
    return request.param


def parsed(logger: Logger, file: bytes) -> list[Piece]:
    return list(logger.parse(io.BytesIO(file), CELSIUS))


def test_every_format_has_a_sample_and_claims_it_alone(logger: Logger) -> None:
    assert format_of(SAMPLES[logger.tag][:HEAD_BYTES]) is logger
    assert logger.title.fr
    assert logger.title.en


def test_every_format_tells_the_story_of_its_sample(logger: Logger) -> None:
    pieces = parsed(logger, SAMPLES[logger.tag])
    if logger.evidence_only:
        assert pieces == [Refused("evidence-only")]
        return
    assert [(one.at, one.milli) for one in readings_of(pieces)] == [
        (at, None if value is None else round(value * 1000)) for at, value in STORY
    ]
    assert [one.state for one in readings_of(pieces)].count(State.MISSING) == 1
    assert (len(probes_of(pieces)), faults_of(pieces)) == (1, [])
    assert end_of(pieces) == Ended(complete=True)


def keeps_its_promises(pieces: list[Piece]) -> None:
    probes: set[int] = set()
    for piece in pieces[:-1]:
        match piece:
            case Probe(number=number):
                assert number == len(probes)
                probes.add(number)
            case Rows(probe=probe, block=block):
                assert probe in probes
                assert 1 <= len(block) <= CHUNK_READINGS
                assert list(block.times) == sorted(block.times)
                for one in block.readings():
                    assert EARLIEST_MS <= one.ms < LATEST_MS
                    assert one.milli is None or plausible(one.milli)
            case Fault(line=line, reason=reason):
                assert line > 0
                assert FAULTS[reason].fr
            case _:
                pytest.fail(f"{piece} comes last")
    last = end_of(pieces)
    if isinstance(last, Refused):
        assert REFUSALS[last.reason].fr


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6)), max_size=4),
    st.floats(0, 1),
    st.binary(max_size=40),
)
def test_no_file_makes_a_format_raise(
    logger: Logger, changes: list[tuple[float, bytes]], kept: float, noise: bytes
) -> None:
    file = bytearray(SAMPLES[logger.tag])
    for place, put in changes:
        at = int(place * len(file))
        file[at : at + len(put)] = put
    keeps_its_promises(parsed(logger, bytes(file[: int(kept * len(file))])))
    keeps_its_promises(parsed(logger, bytes(file) + noise))
    keeps_its_promises(parsed(logger, noise))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet='{}[]",:;-.0123456789eE\n\t aintul°CTZ/', max_size=120), st.floats(0, 1, exclude_max=True))
def test_text_gives_readings_or_a_reason(logger: Logger, text: str, place: float) -> None:
    sample = SAMPLES[logger.tag]
    at = int(place * len(sample))
    keeps_its_promises(parsed(logger, text.encode()))
    keeps_its_promises(parsed(logger, sample[:at] + text.encode() + sample[at:]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_never_taken_for_a_whole_one(logger: Logger, kept: float) -> None:
    sample = SAMPLES[logger.tag].rstrip()
    cut = sample[: int(kept * len(sample))]
    pieces = parsed(logger, cut)
    last = end_of(pieces)
    if isinstance(last, Ended) and last.complete and len(readings_of(pieces)) < len(STORY):
        # A table that was cut between two lines looks whole; only its readings end early.
        assert logger.tag == "delimited"
        assert sample[len(cut) - 1 : len(cut)] == b"\n"
    assert end_of(parsed(logger, sample[: len(sample) // 2])) != Ended(complete=True)
    assert all(
        one in readings_of(parsed(logger, SAMPLES[logger.tag])) or one.milli is None for one in readings_of(pieces)
    )
