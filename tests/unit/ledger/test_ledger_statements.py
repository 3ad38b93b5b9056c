"""What a log says of itself: a key is changed by both keys, and a log follows another in its first entry only."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from app.kit.canonical import canonical
from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import ENTRY_HARD_LIMIT_BYTES, MalformedEntryError
from app.ledger.integrator import LogState, SequencingError, integrate
from app.ledger.origins import origin_of_operator, origin_of_successor
from app.ledger.replay import Refusal, Refused, Replayer
from app.ledger.signers import Ed25519Signer, Mldsa44Signer
from app.ledger.statements import LinkEntry, change_keys, check_statement, is_statement
from app.ledger.tree import TreeHead
from tests.unit.ledger.small_log import ORIGIN, SmallLog, seed

OLD, NEW = Ed25519Signer(ORIGIN, seed("log")), Ed25519Signer(ORIGIN, seed("next"))
KEYS = change_keys(OLD, NEW)
LINK = LinkEntry(Checkpoint(ORIGIN, TreeHead(7, bytes(range(32)))))


def changed(entry: bytes, **members: Any) -> bytes:
    said = {**json.loads(entry), **members}
    return canonical({name: value for name, value in said.items() if value is not ...})


def resigned(old: Any, new: Any) -> bytes:
    message = canonical({"new": new.vkey, "old": old.vkey, "type": "cct.keys/v1"})
    return changed(
        KEYS.to_bytes(),
        new=new.vkey,
        old=old.vkey,
        signed_by_old=b64encode(old.sign(message)).decode(),
        signed_by_new=b64encode(new.sign(message)).decode(),
    )


def test_a_change_of_keys_reads_back() -> None:
    assert is_statement(KEYS.to_bytes())
    assert check_statement(KEYS.to_bytes(), 5) == KEYS


def test_a_link_reads_back() -> None:
    assert LINK.to_bytes().decode() == (
        f'{{"origin":"{ORIGIN}","root":"{bytes(range(32)).hex()}","size":7,"type":"cct.link/v1"}}'
    )
    assert is_statement(LINK.to_bytes())
    assert check_statement(LINK.to_bytes(), 0) == LINK


FALSE = {
    "one signature is missing": changed(KEYS.to_bytes(), signed_by_new=...),
    "a member more": changed(KEYS.to_bytes(), note="x"),
    "a number for a key": changed(KEYS.to_bytes(), old=1),
    "no key": changed(KEYS.to_bytes(), old="x"),
    "the old key did not sign": changed(KEYS.to_bytes(), signed_by_old=b64encode(KEYS.signed_by_new).decode()),
    "the new key did not sign": changed(KEYS.to_bytes(), signed_by_new=b64encode(KEYS.signed_by_old).decode()),
    "the old signature is no base64": changed(KEYS.to_bytes(), signed_by_old="?"),
    "the new signature is no base64": changed(KEYS.to_bytes(), signed_by_new="?"),
    "another name": resigned(OLD, Ed25519Signer("other.example/log", seed("next"))),
    "the same key": resigned(OLD, OLD),
    "another kind of old key": changed(KEYS.to_bytes(), old=Mldsa44Signer(ORIGIN, seed("x")).vkey),
    "another kind of new key": changed(KEYS.to_bytes(), new=Mldsa44Signer(ORIGIN, seed("x")).vkey),
    "not canonical": b' {"type":"cct.keys/v1"}',
    "not an object, and its end is": b'["type":"cct.keys/v1"}',
    "a link without a root": changed(LINK.to_bytes(), root=...),
    "a link with a short root": changed(LINK.to_bytes(), root="00"),
    "a link with a root that is no text": changed(LINK.to_bytes(), root=7),
    "a link with an origin that is no text": changed(LINK.to_bytes(), origin=7),
    "a link with an origin that names no log": changed(LINK.to_bytes(), origin="a b"),
    "a link with a size that is a boolean": changed(LINK.to_bytes(), size=True),
    "a link with a negative size": changed(LINK.to_bytes(), size=-1),
    "too long": changed(LINK.to_bytes(), origin="x" * ENTRY_HARD_LIMIT_BYTES),
}


@pytest.mark.parametrize("why", FALSE)
def test_a_statement_that_does_not_hold_is_refused_by_the_sequencer_and_by_the_cosigner(why: str) -> None:
    entry = FALSE[why]
    assert is_statement(entry)

    with pytest.raises(MalformedEntryError):
        check_statement(entry, 0)
    with pytest.raises(SequencingError):
        integrate(LogState(), [entry])
    assert Replayer().feed([entry]) == Refused(0, Refusal.MALFORMED_ENTRY)


def test_a_log_that_begins_with_a_link_and_changes_its_key_is_replayed() -> None:
    log = SmallLog()
    first = integrate(log.state, [LINK.to_bytes()])
    log.event(1)
    log.event(2)
    second = integrate(first.state, [log.waiting[0], KEYS.to_bytes(), log.waiting[1]])
    entries = [LINK.to_bytes(), first.heads_entry, log.waiting[0], KEYS.to_bytes(), log.waiting[1], second.heads_entry]

    replayer = Replayer()

    assert replayer.feed(entries) is None
    assert replayer.check(Checkpoint(ORIGIN, second.head)) is None
    assert second.state.heads.bags == 2


def test_a_link_in_the_middle_of_a_log_is_refused() -> None:
    first = integrate(LogState(), [])

    with pytest.raises(SequencingError):
        integrate(first.state, [LINK.to_bytes()])
    assert Replayer().feed([first.heads_entry, LINK.to_bytes()]) == Refused(1, Refusal.MALFORMED_ENTRY)


def test_origins_of_other_operators_and_of_successors() -> None:
    assert origin_of_operator("hospital.example/cct/log1", "chu-b") == "hospital.example/cct/chu-b/log1"
    assert origin_of_operator("log", "chu-b") == "chu-b/log"
    assert origin_of_successor("hospital.example/cct/log1") == "hospital.example/cct/log2"
    assert origin_of_successor("hospital.example/cct/chu-b/log9") == "hospital.example/cct/chu-b/log10"
    assert origin_of_successor("hospital.example/ledger") == "hospital.example/ledger/2"
