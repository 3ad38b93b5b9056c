"""The head maps of published checkpoints, kept in memory: built once, then moved on by what was published since."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlalchemy import Connection

from app.db import log_rows
from app.db.head_rows import head_records
from app.ledger.entry import MalformedEntryError, leaf_hash, read_link
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import parse_heads

_KEPT = 32
"""Maps share what they have in common: some of them weigh little more than one. Cosigners lag some checkpoints."""
_WORTH_READING = 100_000
"""Beyond so many entries it is quicker to ask the database for the last event of every bag."""


class HeadMaps:
    """Maps by log and size; safe to share between threads."""

    def __init__(self) -> None:
        """Know none."""
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, int], HeadMap] = OrderedDict()

    def offer(self, log: int, size: int, heads: HeadMap) -> None:
        """Take in the map of a checkpoint that was just published."""
        with self._lock:
            self._known[log, size] = heads
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def at(self, connection: Connection, log: int, size: int) -> HeadMap:
        """Return the map over all leaves but the last of the checkpoint of this size."""
        with self._lock:
            found = self._known.get((log, size))
            if found is not None:
                return found
            nearest = max((one for one in self._known if one[0] == log and one[1] < size), default=None)
            start = self._known[nearest] if nearest is not None else None
        if nearest is None or start is None or size - nearest[1] > _WORTH_READING:
            heads = map_of(connection, log, size)
        else:
            heads = moved(start, log_rows.entries(connection, log, nearest[1], size), first=nearest[1])
        self.offer(log, size, heads)
        return heads


def map_of(connection: Connection, log: int, size: int) -> HeadMap:
    """Build the map over all entries but the last of the first ``size``, which is the heads entry that states its root.

    The caller compares it with that entry: what is built here from the whole log is all there is.

    Raises:
        MalformedEntryError: the last one is no heads entry.
    """
    if size == 0:
        return HeadMap()
    stated = parse_heads(log_rows.entries(connection, log, size - 1, size)[0])
    heads = HeadMap().updated(head_records(connection, log, size, by_subject=True))
    if heads.root == stated.root:
        return heads
    # Subjects can be lost and made again from the ledger: their table alone must not keep a log from going on.
    return HeadMap().updated(head_records(connection, log, size))


def moved(heads: HeadMap, entries: list[bytes], *, first: int) -> HeadMap:
    """Return the map after these entries of the log, the first of which has the index ``first``."""
    changed: dict[bytes, HeadRecord] = {}
    for index, entry in enumerate(entries, start=first):
        try:
            bag, _, seq = read_link(entry)
        except MalformedEntryError:
            continue  # an entry of the log's own
        changed[bag] = HeadRecord(seq + 1, index, leaf_hash(entry))
    return heads.updated(changed)
