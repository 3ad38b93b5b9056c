"""The time at the head of a cosignature (C2SP tlog-cosignature): 64 bits, big-endian, seconds since 1970."""

from __future__ import annotations

from typing import Final

from app.ledger.vkey import VerifierKeyError

TIME_BYTES: Final = 8
MAX_TIME: Final = 2**63 - 1


def checked_time(time: int) -> int:
    """Return a time that a cosignature may carry.

    Raises:
        VerifierKeyError: negative, or beyond 2^63-1.
    """
    if not 0 <= time <= MAX_TIME:
        message = "the time of a cosignature lies between 0 and 2^63-1 seconds"
        raise VerifierKeyError(message)
    return time


def spell_time(time: int) -> bytes:
    """Write the 8 bytes. Big-endian: the reference program wrote them the other way round until October 2024."""
    return time.to_bytes(TIME_BYTES, "big")


def read_time(signature: bytes) -> tuple[int, bytes] | None:
    """Return the time of a signature and what follows it, or None when it has none that a cosigner may state."""
    time = int.from_bytes(signature[:TIME_BYTES], "big")
    if len(signature) <= TIME_BYTES or time > MAX_TIME:
        return None
    return time, signature[TIME_BYTES:]
