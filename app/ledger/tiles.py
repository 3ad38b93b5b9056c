"""The tree as files for mirrors (C2SP tlog-tiles): paths, hash tiles and entry bundles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.kit.errors import GivreError
from app.ledger.entry import ENTRY_HARD_LIMIT_BYTES
from app.ledger.spelling import HASH_BYTES

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
# 63 bits of size over 8 levels a tile.
MAX_TILE_LEVEL: Final = 7

_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|[0-7])/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileError(GivreError):
    """A path that names no tile, or bytes that make none."""

    code = "ledger-tile"


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a tile stands: ``level`` counts tiles upwards (None for entry bundles), ``width`` its hashes or entries.

    Raises:
        TileError: no such tile can exist.
    """

    level: int | None
    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what no path spells."""
        if not (self.level is None or 0 <= self.level <= MAX_TILE_LEVEL):
            message = f"tiles have levels 0 to {MAX_TILE_LEVEL}"
            raise TileError(message)
        if self.number < 0 or not 1 <= self.width <= TILE_WIDTH:
            message = f"a tile has a number and 1 to {TILE_WIDTH} hashes"
            raise TileError(message)

    @property
    def is_full(self) -> bool:
        """A full tile never changes; a partial one is superseded."""
        return self.width == TILE_WIDTH

    @property
    def path(self) -> str:
        """Its path below the log's prefix, e.g. ``tile/0/x001/x234/067`` or ``tile/entries/000.p/8``."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.is_full else f".p/{self.width}"
        return f"tile/{level}/{number_path(self.number)}{partial}"


def number_path(number: int) -> str:
    """Spell a tile number in groups of three digits, all but the last after an x."""
    groups = f"{number:,}".split(",")
    padded = [group.zfill(3) for group in groups]
    return "".join(f"x{group}/" for group in padded[:-1]) + padded[-1]


def parse_path(path: str) -> Tile:
    """Read a path.

    Raises:
        TileError: not exactly the path of a tile.
    """
    found = _PATH.fullmatch(path)
    if found is not None:
        level = None if found["level"] == "entries" else int(found["level"])
        number = int(found["number"].replace("x", "").replace("/", ""))
        width = int(found["width"] or TILE_WIDTH)
        if width <= TILE_WIDTH and (tile := Tile(level, number, width)).path == path:
            return tile
    message = "this is no path of a tile"
    raise TileError(message)


def tiles_to_write(old: int, size: int) -> Iterator[Tile]:
    """Go through the hash tiles and entry bundles that are new or wider at ``size`` leaves than at ``old``."""
    levels = range(MAX_TILE_LEVEL + 1)
    for level in (None, *levels):
        shift = TILE_HEIGHT * (level or 0)
        before, now = old >> shift, size >> shift
        for number in range(before >> TILE_HEIGHT, -(-now // TILE_WIDTH) if now > before else 0):
            yield Tile(level, number, min(TILE_WIDTH, now - number * TILE_WIDTH))


def hashes_of(tile: Tile) -> tuple[int, range]:
    """Return the tree level and the positions of the complete subtrees whose hashes a tile holds.

    Raises:
        TileError: it is an entry bundle.
    """
    if tile.level is None:
        message = "an entry bundle holds entries"
        raise TileError(message)
    first = tile.number * TILE_WIDTH
    return TILE_HEIGHT * tile.level, range(first, first + tile.width)


def pack_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a hash tile.

    Raises:
        TileError: none or too many hashes, or one that is not 32 bytes.
    """
    if not 1 <= len(hashes) <= TILE_WIDTH or any(len(one) != HASH_BYTES for one in hashes):
        message = f"a tile holds 1 to {TILE_WIDTH} hashes of {HASH_BYTES} bytes"
        raise TileError(message)
    return b"".join(hashes)


def unpack_hashes(tile: bytes) -> tuple[bytes, ...]:
    """Read a hash tile.

    Raises:
        TileError: not a whole number of hashes, none, or too many.
    """
    hashes = tuple(tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES))
    pack_hashes(hashes)
    return hashes


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of an entry bundle: each entry after its length, 16 bits big-endian.

    Raises:
        TileError: none or too many entries, or one that is too long.
    """
    if not 1 <= len(entries) <= TILE_WIDTH or any(len(entry) > ENTRY_HARD_LIMIT_BYTES for entry in entries):
        message = f"a bundle holds 1 to {TILE_WIDTH} entries of at most {ENTRY_HARD_LIMIT_BYTES} bytes"
        raise TileError(message)
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def unpack_entries(bundle: bytes) -> tuple[bytes, ...]:
    """Read an entry bundle.

    Raises:
        TileError: cut short, empty, or with too many entries.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(bundle[at:begin], "big")
        entries.append(bundle[begin:at])
    if at != len(bundle) or not 1 <= len(entries) <= TILE_WIDTH:
        message = f"this is no bundle of 1 to {TILE_WIDTH} entries"
        raise TileError(message)
    return tuple(entries)
