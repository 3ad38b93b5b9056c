"""A log's entries as its public tiles have them (C2SP tlog-tiles), many bundles at once and in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from app.ledger.entry import ENTRY_HARD_LIMIT_BYTES
from app.ledger.tiles import TILE_WIDTH, Tile, TileError, unpack_entries
from app.witnesses.http import UnreachableError, client_for, exchange

_AT_ONCE = 4
_AHEAD = 12
"""Bundles that are fetched before they are needed: some 75 kB each."""
_BUNDLE_SECONDS = 20.0
_BUNDLE_BYTES = TILE_WIDTH * (ENTRY_HARD_LIMIT_BYTES + 2)
_OK = 200


class EntrySource:
    """Reads one log below its prefix, e.g. ``https://h.example/api/v1/ledger``. Nothing that it reads is trusted."""

    def __init__(self, url: str) -> None:
        """Read below this address."""
        self._url = url.rstrip("/")
        self._client = client_for(url, connections=_AT_ONCE)

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        """Go through the entries [first, end).

        Raises:
            UnreachableError: the log does not give a bundle, or not as one.
        """
        tiles = (_bundle(number, end) for number in range(first // TILE_WIDTH, -(-end // TILE_WIDTH)))
        waiting: deque[Future[tuple[bytes, ...]]] = deque()
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="givre-bundles") as workers:
            try:
                skip = first % TILE_WIDTH
                for tile in tiles:
                    waiting.append(workers.submit(self._fetch, tile))
                    if len(waiting) > _AHEAD:
                        yield from waiting.popleft().result()[skip:]
                        skip = 0
                while waiting:
                    yield from waiting.popleft().result()[skip:]
                    skip = 0
            finally:
                for one in waiting:
                    one.cancel()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _fetch(self, tile: Tile) -> tuple[bytes, ...]:
        url = f"{self._url}/{tile.path}"
        answered = exchange(self._client, "GET", url, seconds=_BUNDLE_SECONDS, most_bytes=_BUNDLE_BYTES)
        if answered.status != _OK:
            message = f"{url}: status {answered.status}"
            raise UnreachableError(message)
        try:
            entries = unpack_entries(answered.body)
        except TileError as error:
            message = f"{url}: {error}"
            raise UnreachableError(message) from error
        if len(entries) != tile.width:
            message = f"{url}: {len(entries)} entries, not {tile.width}"
            raise UnreachableError(message)
        return entries


def _bundle(number: int, end: int) -> Tile:
    return Tile(None, number, min(TILE_WIDTH, end - number * TILE_WIDTH))
