"""How the published log stands, for probes and metrics: whether it is signed, and what the last check of it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """``frozen`` logs are not signed by this process; ``checked_at`` is when the whole ledger was last gone through.

    ``findings`` is what that check found; None for both where it never was. ``checking``: it is under way.
    """

    frozen: int
    checked_at: datetime | None
    findings: int | None
    checking: bool
