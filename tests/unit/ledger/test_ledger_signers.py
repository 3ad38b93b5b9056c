"""One suite for every kind of signer, then what is particular to a kind."""

from __future__ import annotations

from base64 import b64encode

import pytest

from app.ledger.note import UnverifiedNoteError, open_note, sign
from app.ledger.signers import SIGNERS, Ed25519Signer, Ed25519Verifier
from app.ledger.vkey import VerifierKey, VerifierKeyError, key_id, parse_vkey

SEED = bytes(range(32))
# Some kinds sign what a checkpoint says, so the common suite has all of them sign a checkpoint.
TEXT = f"hospital.example/log\n8\n{'A' * 43}=\n"
SIGNED = TEXT.encode()


@pytest.fixture(params=list(SIGNERS), ids=lambda kind: kind.tag)
def kind(request):
    return request.param


def test_a_verifier_accepts_what_the_signer_of_its_key_signed(kind):
    signer = kind.signer("hospital.example/log", SEED)
    verifier = kind.verifier(signer.vkey)
    assert verifier.verify(SIGNED, signer.sign(SIGNED))


def test_a_verifier_refuses_another_text_another_key_and_a_cut_signature(kind):
    signer = kind.signer("hospital.example/log", SEED)
    verifier = kind.verifier(signer.vkey)
    signature = signer.sign(SIGNED)
    assert not verifier.verify(SIGNED.replace(b"8", b"9"), signature)
    assert not verifier.verify(SIGNED, kind.signer("hospital.example/log", bytes(32)).sign(SIGNED))
    assert not verifier.verify(SIGNED, signature[:-1])
    assert not verifier.verify(SIGNED, b"")


def test_a_signer_and_its_verifier_go_by_one_name_and_key_id(kind):
    signer = kind.signer("hospital.example/log", SEED)
    verifier = kind.verifier(signer.vkey)
    assert (verifier.name, verifier.key_id) == (signer.name, signer.key_id) == ("hospital.example/log", signer.key_id)
    assert signer.key_id == key_id(signer.name, kind.key_type, public_key=signer.public_key)


def test_a_signer_publishes_its_own_key(kind):
    signer = kind.signer("hospital.example/log", SEED)
    assert parse_vkey(signer.vkey) == VerifierKey(signer.name, kind.key_type, signer.public_key)
    assert signer.key_type == kind.key_type


def test_a_note_signed_by_this_kind_opens(kind):
    signer = kind.signer("hospital.example/log", SEED)
    note = sign(TEXT, [signer])
    assert open_note(note, [kind.verifier(signer.vkey)]).text == TEXT
    with pytest.raises(UnverifiedNoteError):
        open_note(note, [kind.verifier(kind.signer("hospital.example/log", bytes(32)).vkey)])


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)], ids=len)
def test_a_seed_of_another_length_makes_no_signer(kind, seed):
    with pytest.raises(VerifierKeyError, match="32 bytes") as refusal:
        kind.signer("hospital.example/log", seed)
    assert refusal.value.code == "ledger-verifier-key"


def test_a_name_that_cannot_stand_in_a_note_makes_no_signer(kind):
    with pytest.raises(VerifierKeyError, match="key name"):
        kind.signer("two words", SEED)


def test_a_signer_does_not_show_its_key(kind):
    signer = kind.signer("hospital.example/log", SEED)
    assert SEED.hex() not in repr(signer)
    assert not any(getattr(signer, name) == SEED for name in type(signer).__slots__)


def test_the_published_seed_gives_the_published_key(notes, log_signer):
    assert log_signer.public_key.hex() == notes["log_key"]["public"]
    assert log_signer.key_id.hex() == notes["log_key"]["key_id"]
    assert log_signer.vkey == notes["log_key"]["vkey"]


def test_the_published_witness_keys_have_the_published_key_ids(notes):
    for witness in [*notes["witness_keys"], notes["mldsa44_cosignature"]]:
        assert parse_vkey(witness["vkey"]).key_id.hex() == witness["key_id"]


def test_a_witness_key_is_no_plain_ed25519_key(notes):
    with pytest.raises(VerifierKeyError, match="type 01"):
        Ed25519Verifier(notes["witness_keys"][0]["vkey"])


def test_an_ed25519_key_of_another_length_is_refused():
    with pytest.raises(VerifierKeyError, match="32 bytes"):
        Ed25519Verifier(VerifierKey("hospital.example/log", 1, bytes(31)).to_text())


VKEY = Ed25519Signer("hospital.example/log", SEED).vkey
NAME, ID, KEY = VKEY.split("+", 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hospital.example/log",
        f"{NAME}+{ID}",
        f"{NAME}+{ID}+",
        f"{NAME}+{ID}+not base64",
        f"{NAME}+{ID}+é",
        f"{NAME}+{ID}+{KEY[:-1]}",
        f"{NAME}+{ID}+{KEY}\n",
        f"{NAME}+{ID.upper()}+{KEY}",
        f"{NAME}+{ID[:-1]}+{KEY}",
        f"{NAME}+00000000+{KEY}",
        f"{NAME}x+{ID}+{KEY}",
        f"+{ID}+{KEY}",
        f" {VKEY}",
        f"two words+{ID}+{KEY}",
        f"{NAME}+{ID}+AQ==",
    ],
)
def test_a_text_that_is_not_exactly_a_verifier_key_is_refused(text):
    with pytest.raises(VerifierKeyError):
        parse_vkey(text)


def test_a_base64_text_with_stray_bits_is_refused():
    # 01 and 33 zero bytes end in "AA=" or, with ignored bits set, in "AB=": one key, two texts.
    key = VerifierKey("hospital.example/log", 1, bytes(34))
    text = key.to_text()
    assert parse_vkey(text) == key
    stray = text[:-2] + "B="
    assert b64encode(b"\x01" + bytes(34)).decode().endswith("AA=")
    with pytest.raises(VerifierKeyError, match="padded base64"):
        parse_vkey(stray)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\nb", "a\tb", "a\x1fb", "a\u00a0b", "a\u2028b", "a\u3000b", "\ud800"], ids=ascii
)
def test_a_name_that_would_break_the_line_is_no_key_name(name):
    with pytest.raises(VerifierKeyError, match="key name"):
        VerifierKey(name, 1, bytes(32))


@pytest.mark.parametrize("key_type", [-1, 256])
def test_a_type_is_one_byte(key_type):
    with pytest.raises(VerifierKeyError, match="one byte"):
        VerifierKey("hospital.example/log", key_type, bytes(32))


@pytest.mark.parametrize("key_type", [0, 255])
def test_every_byte_may_be_a_type(key_type):
    key = VerifierKey("hospital.example/log", key_type, bytes(32))
    assert parse_vkey(key.to_text()) == key
