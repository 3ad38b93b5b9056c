"""A cosigner's signing key as one line of text."""

from __future__ import annotations

import pytest

from app.ledger.signers import Ed25519Cosigner
from app.ledger.skey import read_cosigner, spell_cosigner
from app.ledger.vkey import VerifierKeyError

SEED = bytes(range(32))
KEY = Ed25519Cosigner("maker.example/cct-replay", SEED)
TEXT = spell_cosigner(KEY, SEED)


def test_a_key_reads_back_and_looks_as_other_tools_write_it():
    assert TEXT.startswith(f"PRIVATE+KEY+maker.example/cct-replay+{KEY.key_id.hex()}+B")
    assert read_cosigner(TEXT) == ("maker.example/cct-replay", SEED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.removeprefix("PRIVATE+KEY+"),
        TEXT.replace("cct-replay", "cct-other"),
        "PRIVATE+KEY+name\n",
        "PRIVATE+KEY+name+00000000+\n",
        TEXT.replace("+B", "+A", 1),
        TEXT[:-6] + "\n",
    ],
    ids=range(7),
)
def test_what_is_no_such_key_is_refused(text):
    with pytest.raises(VerifierKeyError):
        read_cosigner(text)
