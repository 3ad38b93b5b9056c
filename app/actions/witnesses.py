"""Those who vouch for our log, as the service sees them: how each stands, and where what they sign is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Standing(StrEnum):
    """How a witness stands towards a log."""

    WAITING = "waiting"
    COSIGNING = "cosigning"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class WitnessStanding:
    """One witness and one log: the largest size it cosigned, how often in a row it failed, and why the last time."""

    witness: str
    origin: str
    standing: Standing
    size: int
    failures: int
    why: str | None


class CosignatureStore(Protocol):
    """Where cosignatures are kept; nothing kept is ever changed."""

    def cosigned_by(self, log: int, cosigner: str) -> int:
        """Return the largest size whose checkpoint this cosigner signed, 0 for none."""
        ...

    def keep(self, log: int, size: int, *, cosigner: str, line: str) -> None:
        """Keep a cosignature line, durably; one that is there already stays as it is."""
        ...


class TimestampStore(Protocol):
    """Where time-stamp tokens are kept; nothing kept is ever changed."""

    def last(self, log: int) -> tuple[int, datetime] | None:
        """Return the size of the last checkpoint that has a token, and when that came; None when there is none."""
        ...

    def keep(self, log: int, size: int, *, authority: str, token: bytes) -> None:
        """Keep a token (DER TimeStampResp), durably."""
        ...
