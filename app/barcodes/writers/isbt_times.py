"""Dates and times in ISBT 128, as read on the wall of the facility; all but 031 carry no time zone.

Every function raises NotASymbolError on a misfit, such as a year outside 1900 to 2099.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final, Literal

from app.barcodes.writers.structure import NotASymbolError, structure

if TYPE_CHECKING:
    from datetime import date, datetime

_CENTURY_DIGITS: Final = {19: "9", 20: "0"}
_FLEXIBLE: Final = {"expiry": "01", "collected": "02", "produced": "03"}


def expiry_day(day: date) -> str:
    """Write an expiry date (004)."""
    return structure("004", _ordinal(day))


def expiry(moment: datetime) -> str:
    """Write an expiry date and time (005)."""
    return structure("005", _ordinal_minute(moment))


def collected_day(day: date) -> str:
    """Write a collection date (006)."""
    return structure("006", _ordinal(day))


def collected(moment: datetime) -> str:
    """Write a collection date and time (007)."""
    return structure("007", _ordinal_minute(moment))


def produced_day(day: date) -> str:
    """Write a production date (008)."""
    return structure("008", _ordinal(day))


def produced(moment: datetime) -> str:
    """Write a production date and time (009)."""
    return structure("009", _ordinal_minute(moment))


def expiry_month(year: int, month: int) -> str:
    """Write an expiry month (026)."""
    return structure("026", f"{year:04d}{month:02d}")


def flexible(what: Literal["expiry", "collected", "produced"], moment: datetime) -> str:
    """Write a date and time with its kind of zone (031): UTC for an aware time, local for a naive one."""
    local = moment.tzinfo is None
    written = moment if local else moment.astimezone(UTC)
    stamp = f"{written.year:04d}{written:%m%d%H%M}"
    return structure("031", f"{'1' if local else '2'}0{_FLEXIBLE[what]}{stamp}")


def _ordinal(day: date) -> str:
    century = _CENTURY_DIGITS.get(day.year // 100)
    if century is None:
        message = "a label can say years from 1900 to 2099 only"
        raise NotASymbolError(message)
    return f"{century}{day:%y%j}"


def _ordinal_minute(moment: datetime) -> str:
    return f"{_ordinal(moment)}{moment:%H%M}"
