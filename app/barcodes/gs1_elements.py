"""How a GS1 element string is cut, and what its application identifiers (AI) are called here.

The table of AIs comes from biip. Its message parser is not used: it accepts wrong check digits, cuts an over-long field
in two without a word, trims the text and reads the clock to guess a century.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from app.barcodes.check_characters import mod10_is_right
from app.barcodes.format import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

GS: Final = "\x1d"
"""What a reader sends for the separator FNC1."""

_LONGEST_AI: Final = 4
_HEAD: Final = re.compile(r"[0-9]{2,4}")

NAMES: Final[Mapping[str, str]] = {
    "00": "sscc",
    "01": "gtin",
    "02": "contained_gtin",
    "10": "lot",
    "11": "produced",
    "13": "packaged",
    "15": "best_before",
    "16": "sell_by",
    "17": "expiry",
    "21": "serial",
    "22": "consumer_variant",
    "37": "contained_count",
    "240": "additional_id",
    "250": "secondary_serial",
    "253": "gdti",
    "254": "gln_extension",
    "410": "ship_to_gln",
    "413": "ship_for_gln",
    "414": "gln",
    "417": "party_gln",
    "711": "cip",
    "7003": "expiry",
    "7240": "trial_protocol",
    "8003": "grai",
    "8004": "giai",
    "8017": "gsrn_provider",
    "8018": "gsrn_recipient",
    "8019": "srin",
}
"""AI to field name; an AI that is not here becomes ``ai_<number>``."""

WITHHELD: Final = frozenset({"7250", "7251", "7252", "7253", "7254", "7255", "7256", "7257", "7258", "7259"})
"""Wristband AIs that spell out a person's birth, sex and names: checked, then left out of the fields."""

SELF_CHECKED: Final = frozenset({"00", "01", "02", "410", "413", "414", "417", "8017", "8018"})
"""AIs that end in their own check digit, and so may be typed."""

# How many leading digits the check digit closes; the rest, where there is any, is a serial number.
_CHECKED_LENGTHS: Final[Mapping[str, int]] = {
    "00": 18,
    "01": 14,
    "02": 14,
    "03": 14,
    "253": 13,
    "255": 13,
    "402": 17,
    "8006": 14,
    "8026": 14,
    **{f"41{last}": 13 for last in range(8)},
    "8003": 14,
    "8017": 18,
    "8018": 18,
}
_EXPIRY: Final = "17"
_EXPIRY_LENGTH: Final = 8
_NAMELESS_TAILS: Final = frozenset({"10", "21"})
_DAYS: Final = frozenset({"11", "12", "13", "15", "16", "17"})
_MINUTES: Final = "7003"

# What a field may only stand with, among the AIs a dropped separator can hide (GS1 syntax dictionary, "req").
_NEEDS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("10", "11", "13", "15", "16", "17"), frozenset({"01", "02", "8006", "8026"})),
    **dict.fromkeys(("21", "22", "240", "250", "711", "7003", "7240"), frozenset({"01", "8006"})),
    "37": frozenset({"00"}),
    "02": frozenset({"00"}),
    "254": frozenset({"414"}),
    "8019": frozenset({"8017", "8018"}),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """An application identifier and the shape of its value; ``closed`` when a separator or the end must follow."""

    ai: str
    shape: re.Pattern[str]
    closed: bool


@dataclass(frozen=True, slots=True)
class Element:
    """One AI and its value, and the plain text the value is stored as."""

    ai: str
    value: str
    plain: str


def cut(text: str, *, separators_are_sure: bool) -> tuple[Element, ...] | Fault:
    """Cut an ASCII GS1 message, without its leading FNC1, into elements whose values are right.

    ``separators_are_sure`` is False for a reader that may drop GS: then a message without any, whose last field could
    also be two fields, is refused (``gs1-ambiguous``) rather than guessed at. A sure reader proves only that nothing
    was lost since the label was printed: a lot or serial that ends like an expiry date is refused to it as well.
    """
    found: list[Element] = []
    at = 0
    while at < len(text):
        kind = _kind_at(text, at)
        if kind is None:
            return Fault("gs1-syntax", f"character {at + 1}")
        end = text.find(GS, at)
        end = len(text) if end < 0 else end
        match = (kind.shape.fullmatch if kind.closed else kind.shape.match)(text, at, end)
        if match is None:
            return Fault("gs1-syntax", f"AI {kind.ai}")
        value = match[0][len(kind.ai) :]
        plain = _plain(kind.ai, value)
        if isinstance(plain, Fault):
            return plain
        found.append(Element(kind.ai, value, plain))
        at = match.end()
        # One separator may follow any field, even one of fixed length (General Specifications 7.8.6).
        at += text.startswith(GS, at)
    if not found:
        return Fault("gs1-syntax", "no field")
    if GS not in text and (_hides_an_expiry if separators_are_sure else _hides_a_field)(found):
        return Fault("gs1-ambiguous", f"AI {found[-1].ai}")
    return tuple(found)


@lru_cache(maxsize=4096)
def _kind(head: str) -> Kind | None:
    digits = _HEAD.match(head)
    return None if digits is None else _kind_of_digits(digits[0])


# The search behind this is slow; at most 11,100 heads of two to four digits exist, so each is looked up once.
@cache
def _kind_of_digits(head: str) -> Kind | None:
    # The table is read with the first GS1 symbol: not everybody who imports this will see one.
    from biip import ParseError  # noqa: PLC0415  # as said
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier  # noqa: PLC0415  # as said

    try:
        entry = GS1ApplicationIdentifier.extract(head)
    except ParseError:
        return None
    return Kind(
        entry.ai,
        re.compile(entry.pattern.removeprefix("^").removesuffix("$"), re.ASCII),
        closed=entry.separator_required,
    )


def _kind_at(text: str, at: int) -> Kind | None:
    return _kind(text[at : at + _LONGEST_AI])


def _plain(ai: str, value: str) -> str | Fault:
    length = _CHECKED_LENGTHS.get(ai)
    if length is not None and not mod10_is_right(value[:length]):
        return Fault("check-digit", f"AI {ai}")
    if ai in _DAYS or ai == _MINUTES:
        moment = _moment(value)
        return Fault("impossible-date", f"AI {ai}") if moment is None else moment
    return value


def _moment(yymmdd_hhmm: str) -> str | None:
    # Labels of living cells: every year is 20yy, so no window on today's date is needed.
    year, month, day = 2000 + int(yymmdd_hhmm[:2]), int(yymmdd_hhmm[2:4]), int(yymmdd_hhmm[4:6])
    time = yymmdd_hhmm[6:]
    try:
        # Day 00 means the end of the month.
        written = date(year, month, day or monthrange(year, month)[1]).isoformat()
    except ValueError:
        return None
    if not time:
        return written
    return f"{written}T{time[:2]}:{time[2:]}" if time[:2] <= "23" and time[2:] <= "59" else None


def _hides_an_expiry(found: list[Element]) -> bool:
    """Say whether the last field is a lot or a serial that ends in ``17`` and a date, where no expiry is given."""
    last = found[-1]
    tail = last.value[-_EXPIRY_LENGTH:]
    return (
        last.ai in _NAMELESS_TAILS
        and len(last.value) > _EXPIRY_LENGTH
        and tail.startswith(_EXPIRY)
        and tail.isdigit()
        and _moment(tail[len(_EXPIRY) :]) is not None
        and _may_join(_EXPIRY, frozenset(element.ai for element in found))
    )


def _hides_a_field(found: list[Element]) -> bool:
    """Say whether the last field, cut shorter, leaves a tail that reads as further fields this message may carry."""
    last = found[-1]
    kind = _kind(last.ai)
    present = frozenset(element.ai for element in found)
    if kind is None or not kind.closed:
        return False
    text = last.ai + last.value
    tails = _readable_tails(text, present)
    return any(
        start in tails and kind.shape.fullmatch(text, 0, start) is not None
        for start in range(len(last.ai) + 1, len(text))
    )


def _readable_tails(text: str, present: frozenset[str]) -> frozenset[int]:
    """Return the places from which ``text`` reads to its end as fields that may stand beside those present."""
    readable = {len(text)}
    for start in range(len(text) - 1, 0, -1):
        kind = _kind_at(text, start)
        if kind is None or not _may_join(kind.ai, present):
            continue
        for end in sorted(readable, reverse=True):
            match = kind.shape.fullmatch(text, start, end)
            if match is not None and not isinstance(_plain(kind.ai, match[0][len(kind.ai) :]), Fault):
                readable.add(start)
                break
    return frozenset(readable)


def _may_join(ai: str, present: frozenset[str]) -> bool:
    if ai not in NAMES or ai in present:
        return False
    needed = _NEEDS.get(ai)
    return needed is None or bool(needed & present)
