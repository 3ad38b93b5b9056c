"""A liquid-nitrogen dewar and the positions its shape gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.kit.errors import GivreError
from app.kit.texts import Text

STATUSES: dict[str, Text] = {
    "qualified": Text("qualifiée", "qualified"),
    "restricted": Text("restreinte", "restricted"),
    "defrosting": Text("en dégivrage", "defrosting"),
    "retired": Text("retirée", "retired"),
}
MAX_POSITIONS = 5000


class ShapeInvalidError(GivreError):
    """A shape that no dewar has."""

    code = "dewar-shape-invalid"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many of each, from the outside in: towers, racks a tower, boxes a rack, positions a box."""

    towers: int
    racks: int
    boxes: int
    positions: int

    def __post_init__(self) -> None:
        """Refuse a shape with an empty level or more positions than one dewar holds."""
        if min(self.towers, self.racks, self.boxes, self.positions) < 1 or self.size > MAX_POSITIONS:
            message = f"a dewar has from 1 to {MAX_POSITIONS} positions, and at least one of each level"
            raise ShapeInvalidError(message)

    @classmethod
    def around(cls, towers: int, racks: int, boxes: int, positions: int) -> Shape:
        """Return the shape that an irregular layout fits into; it may be larger than any dewar."""
        shape = object.__new__(cls)
        for name, value in (("towers", towers), ("racks", racks), ("boxes", boxes), ("positions", positions)):
            object.__setattr__(shape, name, value)
        return shape

    @property
    def size(self) -> int:
        """How many positions there are."""
        return self.towers * self.racks * self.boxes * self.positions


def position_codes(dewar: str, shape: Shape) -> list[str]:
    """Return the code of every position in walking order, e.g. ``D1-T1-R2-B1-P04``: what its label says."""
    width = len(str(shape.positions))
    return [
        f"{dewar}-T{tower}-R{rack}-B{box}-P{position:0{width}d}"
        for tower in range(1, shape.towers + 1)
        for rack in range(1, shape.racks + 1)
        for box in range(1, shape.boxes + 1)
        for position in range(1, shape.positions + 1)
    ]


def path_of(code: str, dewar: str) -> dict[str, str]:
    """Return the levels of a position's code: tower, rack, box, position.

    Raises:
        ValueError: it is the code of no position of that dewar.
    """
    found = _LEVELS.fullmatch(code.removeprefix(f"{dewar}-")) if code.startswith(f"{dewar}-") else None
    if found is None:
        message = f"{code} is no position of the dewar {dewar}"
        raise ValueError(message)
    return found.groupdict()


_LEVELS = re.compile(r"(?P<tower>T\d+)-(?P<rack>R\d+)-(?P<box>B\d+)-(?P<position>P\d+)", re.ASCII)
