"""The shape of a dewar, regular or not: towers of racks of boxes of positions, each with as many as it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.cryostore.dewar import MAX_POSITIONS, Shape, ShapeInvalidError

Towers = tuple[tuple[tuple[int, ...], ...], ...]
"""Tower → rack → box → how many positions it has."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Any shape: no two towers, racks or boxes need be alike."""

    towers: Towers

    @classmethod
    def of(cls, towers: Sequence[Sequence[Sequence[int]]]) -> Layout:
        """Return the layout of a template.

        Raises:
            ShapeInvalidError: a level is empty, or there are more positions than one dewar holds.
        """
        layout = cls(tuple(tuple(tuple(boxes) for boxes in racks) for racks in towers))
        counts = [count for _, count in layout.boxes("")]
        empty = not layout.towers or any(not racks or not all(racks) for racks in layout.towers)
        if empty or min(counts, default=0) < 1 or sum(counts) > MAX_POSITIONS:
            message = f"a dewar has from 1 to {MAX_POSITIONS} positions, and at least one of each level"
            raise ShapeInvalidError(message)
        return layout

    @classmethod
    def regular(cls, shape: Shape) -> Layout:
        """Return the layout in which everything is alike."""
        return cls((((shape.positions,) * shape.boxes,) * shape.racks,) * shape.towers)

    @property
    def shape(self) -> Shape:
        """The regular shape that it fits into: the most of each level."""
        racks = [rack for tower in self.towers for rack in tower]
        return Shape.around(
            len(self.towers), max(map(len, self.towers)), max(map(len, racks)), max(max(rack) for rack in racks)
        )

    def boxes(self, dewar: str) -> Iterator[tuple[str, int]]:
        """Return the code of every box and how many positions it has, in walking order."""
        for tower, racks in enumerate(self.towers, 1):
            for rack, boxes in enumerate(racks, 1):
                for box, count in enumerate(boxes, 1):
                    yield f"{dewar}-T{tower}-R{rack}-B{box}", count

    def positions(self, dewar: str) -> list[str]:
        """Return the code of every position in walking order: what its label says."""
        return [
            f"{box}-P{position:0{len(str(count))}d}"
            for box, count in self.boxes(dewar)
            for position in range(1, count + 1)
        ]

    def to_doc(self) -> list[list[list[int]]]:
        """Return the template as JSON."""
        return [[list(boxes) for boxes in racks] for racks in self.towers]


def layout_of(dewar: Mapping[str, Any]) -> Layout:
    """Return the layout of a dewar from what is stored of it."""
    template = dewar.get("layout")
    return Layout.regular(Shape(**dewar["shape"])) if template is None else Layout.of(template)


def within(code: str, scope: str) -> bool:
    """Say whether a position, box, rack or tower lies in a part of a dewar (or is it)."""
    return code == scope or code.startswith(f"{scope}-")
