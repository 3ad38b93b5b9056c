from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.canonical import canonical
from app.kit.clock import rfc3339, to_millisecond
from app.ledger.note import NoteError, UnverifiedNoteError, open_note, sign
from app.ledger.receipt import Receipt, ReceiptError, open_receipt, receipt_key_name, sign_receipt
from app.ledger.signers import Ed25519Signer, Ed25519Verifier

ORIGIN = "hospital.example/cct/log1"
SIGNER = Ed25519Signer(f"{ORIGIN}/receipts", b"r" * 32)
VERIFIER = Ed25519Verifier(SIGNER.vkey)
T = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TEXT = (
    '{"bag":"' + "0b" * 32 + '","leaf_hash":"' + "1e" * 32 + '","origin":"hospital.example/cct/log1"'
    ',"seq":3,"t":"2026-11-22T08:00:00.000Z"}\n'
)
HASHES = st.binary(min_size=32, max_size=32)
ORIGINS = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Zs", "Zl", "Zp"], exclude_characters="+\x85"), min_size=1
)


def issue(**changes: object) -> str:
    members = {"leaf": b"\x1e" * 32, "bag": b"\x0b" * 32, "seq": 3, "t": T} | changes
    return sign_receipt(SIGNER, ORIGIN, **members)


def test_a_receipt_says_what_the_format_says():
    assert open_note(issue(), [VERIFIER]).text == TEXT


def test_a_receipt_is_read_back():
    expected = Receipt(bag=b"\x0b" * 32, leaf_hash=b"\x1e" * 32, origin=ORIGIN, seq=3, t=T)
    assert open_receipt(issue(), VERIFIER) == expected


@settings(deadline=None)
@given(
    origin=ORIGINS,
    leaf=HASHES,
    bag=HASHES,
    seq=st.integers(0, 2**53 - 1),
    t=st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)).map(to_millisecond),  # noqa: DTZ001  # hypothesis adds the zone
)
def test_any_receipt_is_canonical_and_comes_back(origin, leaf, bag, seq, t):
    signer = Ed25519Signer(receipt_key_name(origin), bytes(32))
    verifier = Ed25519Verifier(signer.vkey)
    note = sign_receipt(signer, origin, leaf=leaf, bag=bag, seq=seq, t=t)
    members = {"bag": bag.hex(), "leaf_hash": leaf.hex(), "origin": origin, "seq": seq, "t": rfc3339(t)}
    assert open_note(note, [verifier]).text.encode() == canonical(members) + b"\n"
    assert open_receipt(note, verifier) == Receipt(bag=bag, leaf_hash=leaf, origin=origin, seq=seq, t=t)


def test_receipts_are_signed_under_a_name_of_their_own(log_signer):
    assert receipt_key_name(ORIGIN) == "hospital.example/cct/log1/receipts"
    with pytest.raises(ReceiptError, match="signed under") as refusal:
        sign_receipt(log_signer, ORIGIN, leaf=bytes(32), bag=bytes(32), seq=0, t=T)
    assert refusal.value.code == "ledger-receipt-malformed"


def test_a_receipt_of_another_log_is_not_signed():
    with pytest.raises(ReceiptError, match="signed under"):
        sign_receipt(SIGNER, "other.example/log", leaf=bytes(32), bag=bytes(32), seq=0, t=T)


def test_the_key_of_the_log_opens_no_receipt(log_verifier):
    with pytest.raises(ReceiptError, match="signed under"):
        open_receipt(issue(), log_verifier)


def test_a_log_without_a_name_gives_no_receipts():
    signer = Ed25519Signer("/receipts", bytes(32))
    with pytest.raises(ReceiptError, match="signed under"):
        sign_receipt(signer, "", leaf=bytes(32), bag=bytes(32), seq=0, t=T)
    with pytest.raises(ReceiptError, match="signed under"):
        open_receipt(issue(), Ed25519Verifier(signer.vkey))


@pytest.mark.parametrize(
    "changes",
    [{"leaf": b""}, {"bag": bytes(31)}, {"seq": -1}, {"seq": 2**53}, {"t": T.replace(microsecond=1)}],
    ids=str,
)
def test_a_member_without_an_exact_spelling_makes_no_receipt(changes):
    with pytest.raises(ReceiptError):
        issue(**changes)


def test_a_receipt_of_an_unknown_key_is_not_verified():
    imposter = Ed25519Signer(SIGNER.name, b"x" * 32)
    with pytest.raises(UnverifiedNoteError):
        open_receipt(sign(TEXT, [imposter]), VERIFIER)


def test_a_receipt_edited_after_signing_is_not_verified():
    with pytest.raises(UnverifiedNoteError):
        open_receipt(issue().replace('"seq":3', '"seq":4'), VERIFIER)


def test_what_is_no_note_is_no_receipt():
    with pytest.raises(NoteError):
        open_receipt(TEXT, VERIFIER)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("}\n", "}\n\n"),
        ("}\n", "} \n"),
        ("}\n", "}\n{}\n"),
        ('{"bag"', '{ "bag"'),
        ("0b", "0B"),
        ("0b", ""),
        ("hospital.example", "other.example"),
        ("hospital.example", "hospital\\u002eexample"),
        ('"hospital.example/cct/log1"', "null"),
        ('"seq":3', '"seq":03'),
        ('"seq":3', '"seq":3.0'),
        ('"seq":3', '"seq":9007199254740992'),
        ('"seq":3', '"extra":1,"seq":3'),
        ("2026-11-22T08", "2026-11-31T08"),
        (".000Z", "Z"),
        (TEXT, "hospital.example/cct/log1\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"),
        (TEXT, '{"type":"cct.event/v1"}\n'),
        (TEXT, "[" * 5000 + "\n"),
        ('"seq":3', '"seq":' + "1" * 5000),
    ],
    ids=lambda text: text[:40],
)
def test_a_signed_text_that_is_not_exactly_a_receipt_is_refused(said, instead):
    assert said in TEXT
    with pytest.raises(ReceiptError):
        open_receipt(sign(TEXT.replace(said, instead, 1), [SIGNER]), VERIFIER)
