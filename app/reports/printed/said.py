"""How a report's values are said: instants, temperatures, durations, people, places and codes, as words on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.kit.texts import Text

NOTHING: Final = "—"
"""Stands where nothing is recorded."""

NUMBER: Final = Text("n°", "no.")
SPACE: Final = "\u00a0"
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)\.\d{3}Z")
_UNIT: Final = re.compile(r" \((?:s|m°C|mL|min|‰)\)$")
_THOUSAND, _MINUTE, _HOUR, _DAY = 1000, 60, 3600, 86400

# Which family of codes a member's value belongs to, where the family is not called like the member.
_FAMILIES: Final = {
    "out_step": "step",
    "starts": "anchor",
    "ends": "anchor",
    "completeness": "infused",
    "reason": "hold",
    "holds": "hold",
    "cautions": "caution",
    "cause": "step",
}


class Saying:
    """The words of one report."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        """Take the report's own words, the names of its bags, and the line of the trail on which each event stands."""
        self.report = report
        self.language: str = report["language"]
        self._members: Mapping[str, str] = report["words"]["members"]
        self._codes: Mapping[str, str] = report["words"]["codes"]
        self._bags = {bag["id"]: bag["name"] for bag in report["subject"]["bags"]}
        self._lines = {entry["event"]: number for number, entry in enumerate(report["trail"], 1)}

    def text(self, text: Text) -> str:
        """Return one of our own sentences."""
        return text.say(self.language)

    def label(self, member: str) -> str:
        """Return what a member is called, its unit left out: the value carries it."""
        return _UNIT.sub("", self._members.get(member, member.replace("_", " ")))

    def code(self, family: str, code: str) -> str:
        """Return what a code is called; a code that the report does not explain stands as it is."""
        return self._codes.get(f"{family}:{code}", code.replace("_", " "))

    def step(self, step: str) -> str:
        """Return what a step is called; what was recorded without being a step is called after what it tells of."""
        return self._codes.get(f"step:{step}") or self.code("subject", step)

    def section(self, section: str) -> str:
        """Return the title of a section."""
        return str(self.report["words"]["sections"].get(section, section))

    def bag(self, bag: str | None) -> str:
        """Return what a bag is called; None is the therapy as a whole."""
        return NOTHING if bag is None else self._bags.get(bag, bag[:8])

    def line(self, event: str | None) -> str:
        """Return the number under which an event stands in the audit trail."""
        number = self._lines.get(event or "")
        return NOTHING if number is None else str(number)

    def number(self, event: str | None) -> str:
        """Return the same as it is referred to inside a sentence: ``n° 12``."""
        return f"{self.text(NUMBER)}{SPACE}{self.line(event)}"

    def value(self, member: str, value: Any) -> str:
        """Return any value of a member, with its unit."""
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            return self._codes.get(f"answer:{str(value).lower()}", str(value).lower())
        if isinstance(value, int):
            return self._quantity(member, value)
        if isinstance(value, str):
            return self._text(member, value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        return "; ".join(self.value(member, one) for one in value) or NOTHING

    def who(self, who: Mapping[str, Any] | None) -> str:
        """Return a person: name where it is told, role, site."""
        if who is None:
            return NOTHING
        roles = ", ".join(self.code("role", role) for role in who["roles"])
        site = who["site"]["name"] if who["site"] else ""
        return " · ".join(part for part in (who["name"] or "", roles, site) if part) or NOTHING

    def site(self, site: Mapping[str, Any] | None) -> str:
        """Return the name of a place."""
        return NOTHING if site is None else str(site["name"])

    def _text(self, member: str, value: str) -> str:
        if _INSTANT.fullmatch(value):
            return instant(value)
        # Only a code is looked up: what somebody wrote stays as it was written.
        return self._codes.get(f"{_FAMILIES.get(member, member)}:{value}", value)

    def _mapping(self, value: Mapping[str, Any]) -> str:
        if "roles" in value:
            return self.who(value)
        if "code" in value and "name" in value:
            return str(value["name"])
        return "; ".join(f"{self.label(name)}: {self.value(name, one)}" for name, one in value.items()) or NOTHING

    def _quantity(self, member: str, value: int) -> str:
        if member.endswith("_mC"):
            return celsius(value)
        if member.endswith(("_s", "seconds")):
            return duration(value)
        if member.endswith("_ml"):
            return f"{value}{SPACE}mL"
        if member.endswith("_minutes"):
            return f"{value}{SPACE}min"
        return f"{_tenths(value)}{SPACE}%" if member.endswith("_permille") else str(value)


def _tenths(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}" if permille % 10 else str(permille // 10)


def instant(text: str, *, seconds: bool = False) -> str:
    """Write an RFC 3339 instant as date and time to the minute (or second), in UTC, as every time in the report."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        return text
    return f"{found[1]} {found[2]}{found[3] if seconds else ''}".replace(" ", SPACE)


def span(since: str | None, until: str | None) -> str:
    """Write a stretch of time; what is open ends in an ellipsis."""
    if since is None and until is None:
        return ""
    start, end = (instant(one) if one else "…" for one in (since, until))
    if start[:10] == end[:10] and start != "…":
        end = end[11:]
    return f"{start} – {end}" if end else start


def celsius(thousandths: int) -> str:
    """Write thousandths of a degree: ``-150 °C``, ``-151.25 °C``."""
    whole, rest = divmod(abs(thousandths), _THOUSAND)
    digits = f".{rest:03}".rstrip("0").rstrip(".")
    return f"{'−' if thousandths < 0 else ''}{whole}{digits}{SPACE}°C"


def duration(seconds: int) -> str:
    """Write a duration in its two largest units: ``3 d 4 h``, ``23 min``, ``45 s``."""
    if seconds < 0:
        return f"−{duration(-seconds)}"
    parts = (
        (seconds // _DAY, "d"),
        (seconds % _DAY // _HOUR, "h"),
        (seconds % _HOUR // _MINUTE, "min"),
        (seconds % _MINUTE, "s"),
    )
    first = next((at for at, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown: Sequence[tuple[int, str]] = [part for part in parts[first : first + 2] if part[0] or part is parts[first]]
    return " ".join(f"{count}{SPACE}{unit}" for count, unit in shown)
