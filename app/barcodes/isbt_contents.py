"""What may stand inside an ISBT 128 structure, and the plain fields it becomes (ST-001 section 2.4).

Every function here takes the content without its data identifier, already of the right length, and returns the fields
or the reason why it is none.
"""

from __future__ import annotations

import re
from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from app.barcodes.check_characters import mod37_2_value
from app.barcodes.reading import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

Contents: TypeAlias = dict[str, str] | Reason

FIN: Final = "[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2}"
"""Facility identification number: no letter O anywhere, no zero first."""

_DIN: Final = re.compile(rf"({FIN}[0-9]{{8}})([0-9A-HJ-NPR-Y]{{2}})")
_COI: Final = re.compile(rf"CH{FIN}[0-9]{{2}}[0-9A-Z]{{6}}")
FIRST_CHECKED_FLAG: Final = 60
_LAST_CHECKED_FLAG: Final = 96

_CENTURIES: Final = {"0": 2000, "9": 1900}
_DATE_ONLY: Final = 6
_NO_TIME_GIVEN: Final = "2359"
_HOURS: Final = "23"
_MINUTES: Final = "59"

_FLEXIBLE: Final = re.compile(r"([12])0(01|02|03)([0-9]{8})([0-9]{4})")
_FLEXIBLE_NAMES: Final = {"01": "expiry", "02": "collected", "03": "produced"}
_VOLUME_ML: Final = re.compile(r"010001([0-9]{5})([0-5])00")
_DIMENSIONS: Final = re.compile(r"[0-9]{2}[0-9A-Za-z]+")
_DIMENSION_LENGTH: Final = 14


def is_coi(text: str) -> bool:
    """Say whether a text is the content of structure 040, ``CH`` included."""
    return _COI.fullmatch(text) is not None


def are_check_flags(flags: str) -> bool:
    """Say whether the two flags of a donation number are of type 3, that is, a check of the number itself."""
    return flags.isdigit() and FIRST_CHECKED_FLAG <= int(flags) <= _LAST_CHECKED_FLAG


def din(content: str) -> Contents:
    """Donation identification number (001): the 13 characters, and apart from them the two flags."""
    match = _DIN.fullmatch(content)
    if match is None:
        return "din-alphabet"
    number, flags = match.groups()
    if are_check_flags(flags) and int(flags) != FIRST_CHECKED_FLAG + mod37_2_value(number):
        return "din-check"
    return {"din": number, "din_flags": flags}


def text_of(pattern: str, *names: str) -> Callable[[str], Contents]:
    """Make a reader of fixed text: each group of ``pattern`` becomes the field of the same rank."""
    compiled = re.compile(pattern)

    def read(content: str) -> Contents:
        match = compiled.fullmatch(content)
        return "alphabet" if match is None else dict(zip(names, match.groups(), strict=True))

    return read


def ordinal_date(name: str) -> Callable[[str], Contents]:
    """Make a reader of ``cyyjjj`` or ``cyyjjjhhmm`` (004 to 009): ISO date or date and time, without a zone."""

    def read(content: str) -> Contents:
        if not _is_digits(content):
            return "alphabet"
        day = _ordinal_day(content[:_DATE_ONLY])
        if day is None:
            return "impossible-date"
        time = content[_DATE_ONLY:]
        if not time:
            return {name: day, f"{name}_time_is_default": "true"}
        if not _is_time(time):
            return "impossible-date"
        default = "true" if time == _NO_TIME_GIVEN else "false"
        return {name: f"{day}T{time[:2]}:{time[2:]}", f"{name}_time_is_default": default}

    return read


def expiry_month(content: str) -> Contents:
    """Expiry month and year (026): ``yyyymm``."""
    if not _is_digits(content):
        return "alphabet"
    day = calendar_day(f"{content}01")
    return "impossible-date" if day is None else {"expiry": day[:-3]}


def birth_date(content: str) -> Contents:
    """Patient's date of birth (024): location code, then ``yyyymmdd``."""
    if not _is_digits(content):
        return "alphabet"
    day = calendar_day(content[2:])
    return "impossible-date" if day is None else {"birth_date": day, "birth_location": content[:2]}


def flexible_time(content: str) -> Contents:
    """Flexible date and time (031): the only structure that says whether it means local time or UTC."""
    match = _FLEXIBLE.fullmatch(content)
    if match is None:
        return "alphabet"
    zone, kind, numbers, time = match.groups()
    day = calendar_day(numbers)
    if day is None or not _is_time(time):
        return "impossible-date"
    instant = f"{day}T{time[:2]}:{time[2:]}"
    name = _FLEXIBLE_NAMES[kind]
    # A local and a UTC time of one moment differ in print: under one name they would look like a contradiction.
    return {name: instant, f"{name}_time_is_default": "false"} if zone == "1" else {f"{name}_utc": f"{instant}Z"}


def dimensions(content: str) -> Contents:
    """Dimensions (029): only an exact volume in millilitres is read, the rest is kept as it stands."""
    if _DIMENSIONS.fullmatch(content) is None:
        return "alphabet"
    fields = {"dimensions": content}
    for start in range(2, len(content), _DIMENSION_LENGTH):
        if volume := _VOLUME_ML.fullmatch(content[start : start + _DIMENSION_LENGTH]):
            fields["volume_ml"] = f"{Decimal(volume[1]).scaleb(-int(volume[2])):f}"
    return fields


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_time(hhmm: str) -> bool:
    return hhmm[:2] <= _HOURS and hhmm[2:] <= _MINUTES


def _ordinal_day(cyyjjj: str) -> str | None:
    century = _CENTURIES.get(cyyjjj[0])
    ordinal = int(cyyjjj[3:])
    if century is None:
        return None
    year = century + int(cyyjjj[1:3])
    if not 1 <= ordinal <= 365 + isleap(year):
        return None
    return (date(year, 1, 1) + timedelta(days=ordinal - 1)).isoformat()


def calendar_day(yyyymmdd: str) -> str | None:
    """Return eight ASCII digits as an ISO date, None when there is no such day."""
    try:
        return date(int(yyyymmdd[:4]), int(yyyymmdd[4:6]), int(yyyymmdd[6:])).isoformat()
    except ValueError:
        return None
