"""What the person who scanned is told: the event and its receipt, and either the new state or what to do instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.keyring import Keyring
from app.actions.scan_request import ScanRequest
from app.actions.world import Reply, Sealed
from app.custody.rules import RULES
from app.custody.verdict import Breach, Refused, Taken
from app.kit.clock import rfc3339
from app.ledger.receipt import sign_receipt

PROBLEM_TYPE = "urn:givre:problem:"


def taken(
    request: ScanRequest, verdict: Taken, sealed: Sequence[Sealed], keyring: Keyring, shown: Mapping[str, Any]
) -> Reply:
    """Answer a scan that was taken; ``shown`` carries the bag, its timers and what may follow."""
    return Reply(
        "taken",
        {
            "verdict": "taken",
            "scan_id": request.scan_id,
            "event": _event(request, sealed[0]),
            "receipt": _receipt(sealed[0], keyring),
            "overridden": [breach.code for breach in verdict.overridden],
            "comparison": [],
            "cautions": [],
            **shown,
        },
    )


def refused(
    request: ScanRequest,
    verdict: Refused,
    sealed: Sequence[Sealed],
    keyring: Keyring,
    shown: Mapping[str, Any] | None = None,
) -> Reply:
    """Answer a scan that was refused: RFC 9457 members, the rung, who may override it, and the receipt.

    ``shown`` carries what else there is to see: the bag as it is, the rows that were compared.
    """
    rule = RULES[verdict.breach.code]
    return Reply(
        "refused",
        {
            "type": PROBLEM_TYPE + rule.tag,
            "title": rule.title.say(request.language),
            "status": 409,
            "detail": verdict.breach.sentence(rule.detail).say(request.language),
            "code": rule.tag,
            "rung": rule.rung.value,
            "authorisers": [sorted(group) for group in rule.authorisers],
            "others": [_other(breach, request.language) for breach in verdict.others],
            "scan_id": request.scan_id,
            "bag": None,
            "comparison": [],
            "event": _event(request, sealed[0]),
            "receipt": _receipt(sealed[0], keyring),
            **(shown or {}),
        },
    )


def _other(breach: Breach, language: str) -> dict[str, Any]:
    rule = RULES[breach.code]
    return {"code": rule.tag, "rung": rule.rung.value, "detail": breach.sentence(rule.detail).say(language)}


def _event(request: ScanRequest, sealed: Sealed) -> dict[str, Any]:
    return {
        "id": sealed.id,
        "step": request.step.tag,
        "tag": sealed.tag,
        "subject": {"type": sealed.kind, "id": sealed.subject},
        "seq": sealed.seq,
        "occurred_at": rfc3339(sealed.occurred_at),
        "recorded_at": rfc3339(sealed.recorded_at),
    }


def _receipt(sealed: Sealed, keyring: Keyring) -> dict[str, str]:
    signed = sign_receipt(
        keyring.receipts,
        keyring.origin,
        leaf=sealed.leaf,
        bag=sealed.pseudonym,
        seq=sealed.seq,
        t=sealed.recorded_at,
    )
    return {"leaf_hash": sealed.leaf.hex(), "signed": signed}
