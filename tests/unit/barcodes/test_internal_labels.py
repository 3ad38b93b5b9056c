from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.barcodes.formats.internal import KINDS, NotALabelError, build_internal
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Identifier, Source, Symbol, Unreadable


def reason(text: str) -> str:
    reading = read(Symbol(text, None, Source.SCANNER))
    assert isinstance(reading, Unreadable), reading
    return reading.reason


@pytest.mark.parametrize(
    ("kind", "value", "subject", "identifier"),
    [
        ("B", "01JABC-2", "bag", Identifier("givre-bag", "", "01JABC-2")),
        ("P", "D1-R2-B3-07", "position", Identifier("givre-position", "", "D1-R2-B3-07")),
        ("D", "D1", "dewar", Identifier("givre-dewar", "", "D1")),
        ("S", "S12", "shipper", Identifier("givre-shipper", "", "S12")),
        ("U", "BADGE7", "person", Identifier("givre-person", "", "BADGE7")),
        ("W", "CHU-0012-3", "patient", Identifier("ipp", "CHU", "0012-3")),
        ("T", "MAKER-AB-12", "therapy", Identifier("coi", "MAKER", "AB-12")),
        ("T", "CHA999923AB12C3", "therapy", Identifier("coi", "isbt128", "CHA999923AB12C3")),
        ("C", "CERT9", "document", Identifier("givre-document", "", "CERT9")),
        ("L", "LOG7", "logger", Identifier("givre-logger", "", "LOG7")),
    ],
)
def test_each_kind_of_label_names_its_subject(kind: str, value: str, subject: str, identifier: Identifier) -> None:
    reading = read(Symbol(build_internal(kind, value), None, Source.TYPED))
    assert isinstance(reading, Identified)
    assert reading.subject == subject
    assert reading.identifiers == (identifier,)
    assert reading.fields == {"kind": kind, "value": value}


def test_only_the_wristband_is_personal() -> None:
    assert Identifier("ipp", "CHU", "1").personal
    assert not Identifier("givre-bag", "", "1").personal
    assert Identifier("ipp", "CHU", "1").key == "ipp:CHU:1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GV1.", "internal-syntax"),
        ("GV1.B.abc.A", "internal-syntax"),
        (f"GV1.B.{'A' * 33}.A", "internal-syntax"),
        ("GV1.B.ABC", "internal-syntax"),
        ("GV1.X.ABC.A", "internal-syntax"),
        ("gv1.B.ABC.A", "unknown-format"),
        ("GV2.B.ABC.A", "unknown-format"),
    ],
)
def test_a_label_that_is_not_ours_to_the_letter_is_refused(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_a_wrong_check_character_is_refused() -> None:
    label = build_internal("B", "ABC123")
    assert reason(label[:-1] + ("0" if label[-1] != "0" else "1")) == "check-character"


def test_a_label_moved_to_another_kind_is_refused() -> None:
    assert reason(build_internal("B", "ABC123").replace("GV1.B", "GV1.P")) == "check-character"


def test_a_wristband_without_its_issuer_is_refused() -> None:
    with pytest.raises(NotALabelError):
        build_internal("W", "0012")
    # The check character alone is right: 7064 mod 37-2 over "W0012".
    assert {reason(f"GV1.W.0012.{check}") for check in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"} == {
        "check-character",
        "internal-syntax",
    }


@pytest.mark.parametrize(
    ("kind", "value"),
    [("B", ""), ("B", "abc"), ("B", "A" * 33), ("X", "A"), ("BB", "A"), ("W", "-1"), ("W", "CHU-"), ("T", "CHU")],
)
def test_a_label_that_would_not_read_back_is_not_built(kind: str, value: str) -> None:
    with pytest.raises(NotALabelError):
        build_internal(kind, value)


VALUES = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=1, max_size=28).map("X-1{}".format)


@given(kind=st.sampled_from(sorted(KINDS)), value=VALUES, at=st.integers(0, 40), other=st.sampled_from("0189AOXZ"))
def test_a_label_reads_back_and_no_single_misread_letter_passes(kind: str, value: str, at: int, other: str) -> None:
    label = build_internal(kind, value)
    reading = read(Symbol(label, None, Source.SCANNER))
    assert isinstance(reading, Identified)
    assert reading.fields["value"] == value
    assume(at < len(label) and label[at] not in {other, "-"})
    assert isinstance(read(Symbol(label[:at] + other + label[at + 1 :], None, Source.SCANNER)), Unreadable)
