"""The one place that reads the time; everything else is handed a clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always aware and in UTC."""

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current instant in UTC, at the millisecond the ledger can carry."""
        return to_millisecond(datetime.now(UTC))


def to_millisecond(instant: datetime) -> datetime:
    """Cut an instant to whole milliseconds, so that what is stored equals what is hashed."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


@lru_cache(maxsize=1024)
def rfc3339(instant: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC with exactly three decimals, e.g. ``2026-11-22T08:00:00.000Z``."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")[:-6] + "Z"


def months_after(instant: datetime, months: int) -> datetime:
    """Return the same day and time so many months later; where that month is shorter, its last day."""
    year, month = divmod(instant.year * 12 + instant.month - 1 + months, 12)
    return instant.replace(year=year, month=month + 1, day=min(instant.day, monthrange(year, month + 1)[1]))


def parse_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 instant.

    Raises:
        ValueError: the text is no instant, or it carries no offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = "an instant needs an offset"
        raise ValueError(message)
    return instant.astimezone(UTC)
