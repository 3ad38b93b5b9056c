"""How often the wrong thing is scanned: by site, step and day, counted from what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from app.custody.rules import WRONG_SCANS
from app.kit.errors import GivreError

LONGEST_DAYS = 92
"""A quarter: what a quality meeting looks at."""


class PeriodInvalidError(GivreError):
    """A day that is none, a period that ends before it begins, or is longer than what is counted at once."""

    code = "count-period-invalid"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many scans one site recorded of one step on one day with one outcome; ``code`` of a refusal, else None."""

    site: str | None
    step: str
    day: str
    outcome: str
    code: str | None
    scans: int


class ScanCounts(Protocol):
    """Counts over the ledger; two statements, however long the period."""

    def counted(self, tenant: str, first: date, last: date) -> Sequence[Counted]:
        """Count the scans recorded on these days (UTC), both included, at the site that their author belongs to.

        Raises:
            NotAnsweringError: the database is away.
        """
        ...


@dataclass(slots=True)
class _Line:
    scans: int = 0
    refused: int = 0
    wrong: int = 0
    codes: dict[str, int] = field(default_factory=dict)

    def add(self, one: Counted) -> None:
        self.scans += one.scans
        if one.outcome == "refused":
            code = str(one.code)
            self.refused += one.scans
            self.wrong += one.scans if code in WRONG_SCANS else 0
            self.codes[code] = self.codes.get(code, 0) + one.scans


def day_of(text: str) -> date:
    """Read a day, ``YYYY-MM-DD``.

    Raises:
        PeriodInvalidError: there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodInvalidError(text) from error


def checked_period(first: date, last: date) -> tuple[date, date]:
    """Return the period as it is.

    Raises:
        PeriodInvalidError: it ends before it begins, or is longer than ``LONGEST_DAYS``.
    """
    if not 0 <= (last - first).days < LONGEST_DAYS:
        message = f"1 to {LONGEST_DAYS} days"
        raise PeriodInvalidError(message)
    return first, last


def rates(counted: Iterable[Counted], sites: Mapping[str, str], first: date, last: date) -> dict[str, Any]:
    """Return the numbers of a period: together, and by site (with its code), step and day."""
    lines: dict[tuple[str, str, str], _Line] = {}
    whole = _Line()
    for one in counted:
        lines.setdefault((one.site or "", one.step, one.day), _Line()).add(one)
        whole.add(one)
    items = [
        {"site": site or None, "site_code": sites.get(site), "step": step, "day": day, **_shown(line)}
        for (site, step, day), line in sorted(lines.items())
    ]
    return {"from": first.isoformat(), "to": last.isoformat(), "total": _shown(whole), "items": items}


def _shown(line: _Line) -> dict[str, Any]:
    return {
        "scans": line.scans,
        "refused": line.refused,
        "wrong": line.wrong,
        "codes": dict(sorted(line.codes.items())),
    }
