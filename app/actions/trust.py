"""What it takes to believe a checkpoint of ours, as a tlog-policy file (C2SP) to start from."""

from __future__ import annotations

from collections.abc import Sequence

from app.actions.log_reader import LogReader, PublicLog, Published
from app.ledger.policy import Policy, parse_policy
from app.ledger.signed_checkpoint import open_checkpoint
from app.ledger.signers import verifier_for

_NOBODY = "quorum none\n"
_LOOKED_AT = 20
"""Cosigned checkpoints that are looked at, from the newest on: a quorum that lags further behind is missing."""


def policy_of(vkeys: Sequence[str], cosigners: str) -> bytes:
    """Return a policy: the log's own keys, then ``cosigners`` (witness, group and quorum lines; empty for nobody)."""
    lines = [f"log {vkey}\n" for vkey in vkeys]
    return "".join([*lines, cosigners or _NOBODY]).encode()


def asks_for_quorum(cosigners: str) -> bool:
    """Say whether our policy wants anybody to vouch."""
    return bool(cosigners) and parse_policy(cosigners.encode()).quorum is not None


def vouched(reader: LogReader, log: PublicLog, cosigners: str, *, from_size: int) -> Published | None:
    """Return the largest checkpoint of at least ``from_size`` entries that the quorum of our policy vouched for.

    None when no quorum is asked for, and when it has not vouched for so many entries yet.
    """
    if not asks_for_quorum(cosigners):
        return None
    policy = parse_policy(policy_of(reader.vkeys(log), cosigners))
    for size in reader.newest_cosigned(log.number, from_size=from_size, limit=_LOOKED_AT):
        found = reader.published(log.number, size)
        if found is not None and policy.is_met(_names(policy, found.note)):
            return found
    return None


def _names(policy: Policy, note: str) -> list[str]:
    verifiers = {name: party.verifier for name, party in policy.witnesses.items()}
    opened = open_checkpoint(note, [verifier_for(log.vkey) for log in policy.logs], cosigners=verifiers.values())
    signed = {(one.verifier.name, one.verifier.key_id) for one in opened.cosigned}
    return [name for name, verifier in verifiers.items() if (verifier.name, verifier.key_id) in signed]
