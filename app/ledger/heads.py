"""The heads entry, last leaf of every published tree: what the head map was over all leaves before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.ledger.entry import MalformedEntryError
from app.ledger.spelling import HASH_PATTERN, SEQ_PATTERN, checked_seq, spell_hash

HEADS_TYPE: Final = "cct.heads/v1"

_HEADS: Final = re.compile(
    rf'\{{"bags":({SEQ_PATTERN}),"covers":({SEQ_PATTERN}),"root":"({HASH_PATTERN})","type":"{re.escape(HEADS_TYPE)}"\}}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsEntry:
    """``bags`` chains stand among the ``covers`` leaves before this one, and ``root`` (32 bytes) is their head map."""

    bags: int
    covers: int
    root: bytes

    def to_bytes(self) -> bytes:
        """Return the RFC 8785 bytes.

        Raises:
            MalformedEntryError: a count outside 0..2^53-1, or a root that is not 32 bytes.
        """
        try:
            return (
                f'{{"bags":{checked_seq(self.bags)},"covers":{checked_seq(self.covers)}'
                f',"root":"{spell_hash(self.root)}","type":"{HEADS_TYPE}"}}'
            ).encode("ascii")
        except ValueError as error:
            raise MalformedEntryError(str(error)) from error


def parse_heads(entry: bytes) -> HeadsEntry:
    """Read the bytes of a heads entry; ``parse_heads(entry).to_bytes() == entry`` for whatever is returned.

    Raises:
        MalformedEntryError: of another type, or any byte that differs from the canonical form.
    """
    try:
        found = _HEADS.fullmatch(entry.decode("ascii"))
        if found is None:
            message = f"these bytes are not the canonical form of a {HEADS_TYPE} entry"
            raise MalformedEntryError(message)
        bags, covers = checked_seq(int(found[1])), checked_seq(int(found[2]))
    except ValueError as error:
        raise MalformedEntryError(str(error)) from error
    return HeadsEntry(bags=bags, covers=covers, root=bytes.fromhex(found[3]))
