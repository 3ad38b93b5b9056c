"""One bag's chain of entries: where it breaks first, if it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.ledger.entry import GENESIS, MalformedEntryError, leaf_hash, parse_event


class ChainBreak(StrEnum):
    """The ways a chain can break; the tags never change."""

    MALFORMED_ENTRY = "chain-malformed-entry"
    OTHER_BAG = "chain-other-bag"
    SEQ_NOT_NEXT = "chain-seq-not-next"
    PREV_MISMATCH = "chain-prev-mismatch"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first entry that does not continue the chain: its position among the entries given, and why."""

    index: int
    reason: ChainBreak


def check_chain(entries: Iterable[bytes]) -> ChainFault | None:
    """Return the first fault in all the entries of one bag, oldest first, or None when each continues the one before.

    None also for a chain whose tail is missing: that is for the head map to show, not for the chain.
    """
    bag: bytes | None = None
    prev = GENESIS
    for index, entry in enumerate(entries):
        try:
            event = parse_event(entry)
        except MalformedEntryError:
            return ChainFault(index, ChainBreak.MALFORMED_ENTRY)
        if bag is not None and event.bag != bag:
            return ChainFault(index, ChainBreak.OTHER_BAG)
        if event.seq != index:
            return ChainFault(index, ChainBreak.SEQ_NOT_NEXT)
        if event.prev != prev:
            return ChainFault(index, ChainBreak.PREV_MISMATCH)
        bag, prev = event.bag, leaf_hash(entry)
    return None
