"""Where everything stands on a label, in whole printer dots: what the layout decides and every renderer draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.labels.label import LabelSymbol
from app.labels.lettering import TextRun
from app.labels.symbologies import Modules, Symbology


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in dots, measured from the top left corner of the label."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PlacedSymbol:
    """A symbol with its place. ``left`` and ``top`` are those of the whole box, quiet zone included."""

    symbol: LabelSymbol
    symbology: Symbology
    modules: Modules
    left: int
    top: int
    module: int
    row_height: int

    @property
    def box(self) -> Box:
        """The symbol and its quiet zone: nothing else may be drawn here."""
        across = (self.modules.columns + 2 * self.modules.quiet) * self.module
        down = len(self.modules.rows) * self.row_height + 2 * self._quiet_above
        return Box(self.left, self.top, across, down)

    @property
    def ink(self) -> tuple[Box, ...]:
        """The dark rectangles: runs of dark modules, and equal runs in neighbouring rows as one."""
        left, top = self.left + self.modules.quiet * self.module, self.top + self._quiet_above
        done: list[Box] = []
        growing: dict[tuple[int, int], Box] = {}
        for row, pattern in enumerate(self.modules.rows):
            now: dict[tuple[int, int], Box] = {}
            for start, length in _dark_runs(pattern):
                above = growing.pop((start, length), None)
                now[start, length] = (
                    replace(above, height=above.height + self.row_height)
                    if above
                    else Box(
                        left + start * self.module,
                        top + row * self.row_height,
                        length * self.module,
                        self.row_height,
                    )
                )
            done.extend(growing.values())
            growing = now
        return (*done, *growing.values())

    @property
    def _quiet_above(self) -> int:
        return 0 if self.symbology.linear else self.modules.quiet * self.module


@dataclass(frozen=True, slots=True)
class Piece:
    """Things that keep their places relative to each other, and the room they take."""

    width: int
    height: int
    symbols: tuple[PlacedSymbol, ...] = ()
    texts: tuple[TextRun, ...] = ()

    def moved(self, right: int, down: int) -> Piece:
        """Return the same things further right and further down; the room grows with them."""
        return Piece(
            self.width + right,
            self.height + down,
            tuple(replace(item, left=item.left + right, top=item.top + down) for item in self.symbols),
            tuple(replace(run, left=run.left + right, baseline=run.baseline + down) for run in self.texts),
        )


@dataclass(frozen=True, slots=True)
class Drawing:
    """A label ready to be drawn: its size in dots, and each thing where it stands."""

    width: int
    height: int
    dpi: int
    symbols: tuple[PlacedSymbol, ...]
    texts: tuple[TextRun, ...]


def overlaid(pieces: Sequence[Piece]) -> Piece:
    """Return pieces that already have their places as one."""
    return Piece(
        max((piece.width for piece in pieces), default=0),
        max((piece.height for piece in pieces), default=0),
        tuple(item for piece in pieces for item in piece.symbols),
        tuple(run for piece in pieces for run in piece.texts),
    )


def in_a_row(pieces: Sequence[Piece], gap: int) -> Piece:
    """Return pieces side by side, their tops level, ``gap`` dots apart."""
    placed: list[Piece] = []
    for piece in pieces:
        placed.append(piece.moved(placed[-1].width + gap if placed else 0, 0))
    return overlaid(placed)


def in_a_column(pieces: Sequence[Piece], gap: int) -> Piece:
    """Return pieces one under the other, their left sides level, ``gap`` dots apart."""
    placed: list[Piece] = []
    for piece in pieces:
        placed.append(piece.moved(0, placed[-1].height + gap if placed else 0))
    return overlaid(placed)


def _dark_runs(pattern: str) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    start = pattern.find("1")
    while start >= 0:
        end = pattern.find("0", start)
        end = len(pattern) if end < 0 else end
        runs.append((start, end - start))
        start = pattern.find("1", end)
    return tuple(runs)
