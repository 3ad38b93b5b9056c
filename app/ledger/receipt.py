"""Receipts: the log's signed promise, given with the answer to a scan, that this entry will be published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.kit.canonical import canonical
from app.kit.errors import GivreError
from app.ledger.note import open_note, sign
from app.ledger.signers import Signer, Verifier
from app.ledger.spelling import (
    HASH_PATTERN,
    INSTANT_PATTERN,
    SEQ_PATTERN,
    checked_seq,
    read_instant,
    spell_hash,
    spell_instant,
)

# A key name of its own: whoever holds a receipt must not be able to pass it off as a checkpoint, nor the reverse.
_KEY_NAME_ENDING: Final = "/receipts"

_STATEMENT: Final = re.compile(
    rf'\{{"bag":"({HASH_PATTERN})","leaf_hash":"({HASH_PATTERN})","origin":(".*"),"seq":({SEQ_PATTERN})'
    rf',"t":"({INSTANT_PATTERN})"\}}\n'
)


class ReceiptError(GivreError):
    """A statement that is no receipt, or a receipt in the name of another log."""

    code = "ledger-receipt-malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Log ``origin`` received, at ``t``, the event ``seq`` of ``bag`` whose entry has this leaf hash."""

    bag: bytes
    leaf_hash: bytes
    origin: str
    seq: int
    t: datetime


def receipt_key_name(origin: str) -> str:
    """Return the key name under which the log ``origin`` signs receipts."""
    return origin + _KEY_NAME_ENDING


def sign_receipt(  # noqa: PLR0913  # a receipt has these five members
    signer: Signer, origin: str, *, leaf: bytes, bag: bytes, seq: int, t: datetime
) -> str:
    """Return a signed note over one line of RFC 8785 JSON; ``leaf`` (the leaf hash) and ``bag`` are 32 bytes each.

    Raises:
        ReceiptError: a signer not called ``receipt_key_name(origin)``, or a member that has no exact spelling.
    """
    _check_key_name(signer.name, origin)
    # A fixed template, as this runs for every scan; only the origin may need escaping.
    try:
        text = (
            f'{{"bag":"{spell_hash(bag)}","leaf_hash":"{spell_hash(leaf)}","origin":{canonical(origin).decode()}'
            f',"seq":{checked_seq(seq)},"t":"{spell_instant(t)}"}}\n'
        )
    except ValueError as error:
        raise ReceiptError(str(error)) from error
    return sign(text, [signer])


def open_receipt(note: str, verifier: Verifier) -> Receipt:
    """Return what a receipt says, once its signature and every byte of its form are checked.

    Raises:
        NoteError: not a signed note, or not signed by ``verifier``.
        ReceiptError: signed, but not a receipt of the log whose receipts this key signs.
    """
    origin = verifier.name.removesuffix(_KEY_NAME_ENDING)
    _check_key_name(verifier.name, origin)
    found = _STATEMENT.fullmatch(open_note(note, [verifier]).text)
    if found is None or found[3] != canonical(origin).decode():
        message = f"this is no receipt of {origin}"
        raise ReceiptError(message)
    try:
        return Receipt(
            bag=bytes.fromhex(found[1]),
            leaf_hash=bytes.fromhex(found[2]),
            origin=origin,
            seq=checked_seq(int(found[4])),
            t=read_instant(found[5]),
        )
    except ValueError as error:
        raise ReceiptError(str(error)) from error


def _check_key_name(name: str, origin: str) -> None:
    if not origin or name != receipt_key_name(origin):
        message = f"receipts of {origin!r} are signed under {receipt_key_name(origin)!r}, not {name!r}"
        raise ReceiptError(message)
