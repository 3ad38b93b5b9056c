"""How far a patient's identity is proved, and what becomes of open cases when it is proved no longer."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The four statuses of the national rules (RNIV, Référentiel INS; clinical INS-02)."""

    PROVISIONAL = "provisional"
    RECOVERED = "recovered"
    VALIDATED = "validated"
    QUALIFIED = "qualified"


SOURCES = ("feed", "typed")
"""Where traits come from: the hospital's identity server, or somebody's hands."""
ATTRIBUTES = ("doubtful", "fictitious")
"""What may be said against an identity; either forbids that it be qualified (INS-02)."""


def status_of(*, source: str, recovered: bool, validated: bool, attribute: str | None = None) -> Status:
    """Return the status that evidence gives.

    ``recovered``: the national service (INSi) returned it. ``validated``: an identity document was checked. What is
    typed here is provisional whatever is said of it: Givre is no identity server (INS-04). So is what is doubtful or
    fictitious.
    """
    if source != "feed" or attribute is not None or not (recovered or validated):
        return Status.PROVISIONAL
    if recovered and validated:
        return Status.QUALIFIED
    return Status.RECOVERED if recovered else Status.VALIDATED


def status_lost(before: str, after: str) -> bool:
    """Say whether a qualified identity is so no longer: every open case then waits for a new check (INS-05)."""
    return before == Status.QUALIFIED != after
