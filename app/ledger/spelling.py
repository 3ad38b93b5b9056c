"""How hashes, sequence numbers and instants are spelled in every statement of the ledger: one spelling each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

HASH_BYTES: Final = 32
# The largest integer RFC 8785 can carry exactly (IEEE 754 double, section 3.2.2.3).
MAX_SEQ: Final = 2**53 - 1

HASH_PATTERN: Final = r"[0-9a-f]{64}"
SEQ_PATTERN: Final = r"0|[1-9][0-9]{0,15}"
# Hours stop at 23: some readers of ISO 8601 take 24:00 for the next midnight, and one instant would have two spellings.
INSTANT_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"

_NO_OFFSET: Final = timedelta(0)


def spell_hash(value: bytes) -> str:
    """Write 32 bytes as 64 lower-case hex digits.

    Raises:
        ValueError: not 32 bytes.
    """
    if len(value) != HASH_BYTES:
        message = f"expected {HASH_BYTES} bytes, got {len(value)}"
        raise ValueError(message)
    return value.hex()


def checked_seq(seq: int) -> int:
    """Return a sequence number that every JSON reader carries exactly.

    Raises:
        ValueError: negative, or beyond 2^53-1.
    """
    if not 0 <= seq <= MAX_SEQ:
        message = f"a sequence number lies between 0 and 2^53-1, not {seq}"
        raise ValueError(message)
    return seq


def spell_instant(instant: datetime) -> str:
    """Write an instant as ``2026-11-22T08:00:00.000Z``.

    Raises:
        ValueError: no offset, an offset other than UTC, or a fraction finer than a millisecond. Cutting it here would
            make what is stored differ from what is hashed.
    """
    # Asking for the offset costs a sixth of an entry's bytes, and nearly every instant carries the one zone.
    if instant.tzinfo is not UTC and instant.utcoffset() != _NO_OFFSET:
        message = "an instant of the ledger is in UTC"
        raise ValueError(message)
    if instant.microsecond % 1000:
        message = "an instant of the ledger has whole milliseconds"
        raise ValueError(message)
    return instant.isoformat(timespec="milliseconds")[:23] + "Z"


def read_instant(text: str) -> datetime:
    """Read an instant that already matches ``INSTANT_PATTERN``.

    Raises:
        ValueError: a day that no calendar has.
    """
    return datetime.fromisoformat(text[:23]).replace(tzinfo=UTC)
