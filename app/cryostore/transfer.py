"""A box, rack, tower or a whole dewar goes elsewhere as one: which position answers to which. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A dewar, or a part of it: ``numbers`` are those of tower, rack and box, as far down as it goes."""

    dewar: str
    numbers: tuple[int, ...] = ()

    @property
    def level(self) -> int:
        """How deep it lies: 0 the dewar, 1 a tower, 2 a rack, 3 a box."""
        return len(self.numbers)

    def overlaps(self, other: Part) -> bool:
        """Say whether one lies in the other, or is it."""
        shared = min(self.level, other.level)
        return self.dewar == other.dewar and self.numbers[:shared] == other.numbers[:shared]


def part_of(code: str) -> Part | None:
    """Return the part that a code names (``D1``, ``D1-T1``, ``D1-T1-R2``, ``D1-T1-R2-B3``); None: it names none."""
    found = _PART.fullmatch(code)
    if found is None:
        return None
    return Part(found["dewar"], tuple(int(number) for number in found.groups()[1:] if number is not None))


def within_part(positions: Iterable[str], part: Part) -> dict[tuple[int, ...], str]:
    """Return the positions that lie in a part, by their place relative to it; the others are left out."""
    found = {}
    for code in positions:
        numbers = _numbers(code, part.dewar)
        if numbers is not None and numbers[: part.level] == part.numbers:
            found[numbers[part.level :]] = code
    return found


def counterparts(source: Part, target: Part, positions: Iterable[str]) -> dict[str, str | None]:
    """Return, for each position of one part, the one at the same place of another; None where that has none.

    ``positions`` are those of both dewars. Labels may be written with more or fewer zeros: numbers are compared.
    """
    codes = list(positions)
    there = within_part(codes, target)
    return {code: there.get(place) for place, code in within_part(codes, source).items()}


def _numbers(code: str, dewar: str) -> tuple[int, ...] | None:
    found = _POSITION.fullmatch(code)
    if found is None or found["dewar"] != dewar:
        return None
    return tuple(int(number) for number in found.groups()[1:])


_PART = re.compile(r"(?P<dewar>[A-Z0-9]{1,8})(?:-T(\d{1,4})(?:-R(\d{1,4})(?:-B(\d{1,4}))?)?)?", re.ASCII)
_POSITION = re.compile(r"(?P<dewar>[A-Z0-9]{1,8})-T(\d+)-R(\d+)-B(\d+)-P(\d+)", re.ASCII)
