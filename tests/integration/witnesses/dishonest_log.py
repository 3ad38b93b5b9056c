"""A log in the hands of an attacker who holds its key: every mutation is signed properly."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2

from app.ledger.add_checkpoint import AddCheckpoint
from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import leaf_hash, read_link
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import HeadsEntry
from app.ledger.signed_checkpoint import sign_checkpoint
from app.ledger.tree import TreeHead
from app.witnesses.witness import bare
from tests.integration.witnesses.loopback import Shelf
from tests.unit.ledger.small_log import SmallLog


class DishonestLog(SmallLog):
    """A log on a shelf, offered to witnesses with whatever its owner wants them to believe."""

    def __init__(self, name: str, shelf: Shelf) -> None:
        super().__init__(f"{name}.example/cct/log1", key=name)
        self.short = name
        self.shelf = shelf

    def offer(self, url: str, *, old: int) -> httpx2.Response:
        """Offer the newest checkpoint; the proof is that of this tree, whatever was published before."""
        self.shelf.entries[self.short] = list(self.entries)
        note, head, _, _ = self.published[-1]
        proof = self.tree.consistency(old, head.size) if 0 < old < head.size else ()
        request = AddCheckpoint(old=old, proof=tuple(proof), checkpoint=bare(note, self.signer.name))
        return httpx2.post(f"{url}/add-checkpoint", content=request.to_text().encode(), timeout=60)

    def publish_as_is(self, entries: Sequence[bytes], heads: HeadMap) -> None:
        """Append these entries and a heads entry over ``heads``, true or not, and sign."""
        covers = len(self.entries) + len(entries)
        closing = HeadsEntry(bags=heads.bags, covers=covers, root=heads.root).to_bytes()
        self.entries += [*entries, closing]
        self.tree.extend([leaf_hash(entry) for entry in [*entries, closing]])
        head: TreeHead = self.tree.frontier.head
        note = sign_checkpoint(Checkpoint(self.signer.name, head), [self.signer], last=None)
        self.published.append((note, head, closing, heads))

    def heads_of(self, entries: Sequence[bytes], *, hidden: bytes | None = None) -> HeadMap:
        """Return the map of what stands in the log now and these entries after it, but for one that is hidden."""
        known: dict[bytes, HeadRecord] = {}
        for index, entry in enumerate([*self.entries, *entries]):
            if b"cct.event/v1" in entry and entry != hidden:
                bag, _, seq = read_link(entry)
                known[bag] = HeadRecord(seq + 1, index, leaf_hash(entry))
        return HeadMap().updated(known)
