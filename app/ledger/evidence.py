"""The evidence of one bag as one file: all that an offline verifier needs, in the format ``cct.evidence/v1``."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.kit.canonical import canonical
from app.kit.errors import GivreError
from app.ledger.headmap import MapProof, map_key
from app.ledger.tree import Subtree, TreeHead, prove, spans_of_consistency, spans_of_inclusion, spans_of_many

EVIDENCE_FORMAT: Final = "cct.evidence/v1"


class EvidenceError(GivreError):
    """Parts that make no evidence: the absence of a body that is there."""

    code = "ledger-evidence"


@dataclass(frozen=True, slots=True)
class Part:
    """A disclosed part of an event: the exact JCS bytes that were committed to, and their 32-byte salt."""

    body: bytes
    salt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvent:
    """One event of the bag: its log index, its entry, and what this reader may see of it.

    ``absent`` says why ``body`` is not there ("erased", "withheld"): a word for people, which nothing proves.
    """

    index: int
    entry: bytes
    body: Part | None = None
    pii: Part | None = None
    absent: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """An earlier published checkpoint of the log: its note, and its size."""

    note: str
    size: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """An earlier or this very checkpoint, and a time stamp (DER TimeStampResp, RFC 3161) over its text."""

    point: Point
    token: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the bag's pseudonym is made from; for readers who may know whose bag it is."""

    tenant: str
    id: str
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One bag at one published checkpoint.

    ``events`` are all of the bag's, oldest first; ``map_proof`` is from the head map of this very checkpoint, whose
    last leaf is ``heads_entry``. ``since`` is the reader's last checkpoint; ``timeline`` are cosigned checkpoints that
    bracket the events in time, and so do the ``timestamps``. ``policy`` is a copy for convenience: a reader trusts
    only a policy of his own.
    """

    bag: bytes
    checkpoint: str
    head: TreeHead
    heads_entry: bytes
    map_proof: MapProof
    events: Sequence[ShownEvent]
    since: Point | None = None
    timeline: Sequence[Point] = ()
    timestamps: Sequence[Stamp] = ()
    policy: str | None = None
    subject: Subject | None = None

    def to_bytes(self, subtree: Subtree, *, shared: bool = True) -> bytes:
        """Return the file, with the proofs that the stored subtree hashes give.

        ``shared`` proves all entries by one run of hashes, left to right, none of them twice; otherwise each entry
        has an inclusion proof of its own, which any RFC 9162 verifier reads and which takes twice the room.

        Raises:
            EvidenceError: an absence that is explained although the body is there.
            TreeError: events out of order, or a checkpoint that does not lead to this one.
        """
        size = self.head.size
        shown: dict[str, Any] = {
            "format": EVIDENCE_FORMAT,
            "bag": self.bag.hex(),
            "map_key": map_key(self.bag).hex(),
            "checkpoint": self.checkpoint,
            "size": size,
            "root": self.head.root.hex(),
            "heads_entry": self.heads_entry.decode("ascii"),
            "map_proof": _spell_map_proof(self.map_proof),
            "events": [_spell_event(event) for event in self.events],
        }
        if shared:
            indexes = [*(event.index for event in self.events), size - 1]
            shown["hashes"] = b64encode(b"".join(prove(spans_of_many(indexes, size), subtree))).decode("ascii")
        else:
            shown["heads_inclusion"] = _hexes(prove(spans_of_inclusion(size - 1, size), subtree))
            for event, spelled in zip(self.events, shown["events"], strict=True):
                spelled["inclusion"] = _hexes(prove(spans_of_inclusion(event.index, size), subtree))
        if self.since is not None:
            shown["old_checkpoint"] = self.since.note
            shown["consistency"] = _hexes(prove(spans_of_consistency(self.since.size, size), subtree))
        if self.timeline:
            shown["timeline"] = [_spell_point(point, size, subtree) for point in self.timeline]
        if self.timestamps:
            shown["timestamps"] = [
                {**_spell_point(stamp.point, size, subtree), "token": b64encode(stamp.token).decode("ascii")}
                for stamp in self.timestamps
            ]
        if self.policy is not None:
            shown["policy"] = self.policy
        if self.subject is not None:
            shown["subject"] = {
                "tenant": self.subject.tenant,
                "id": self.subject.id,
                "key": self.subject.key.hex(),
            }
        return canonical(shown)


def _spell_point(point: Point, size: int, subtree: Subtree) -> dict[str, Any]:
    return {
        "checkpoint": point.note,
        "consistency": _hexes(prove(spans_of_consistency(point.size, size), subtree)),
    }


def _spell_event(event: ShownEvent) -> dict[str, Any]:
    if event.body is not None and event.absent is not None:
        message = f"the body of the entry {event.index} is there: nothing is absent"
        raise EvidenceError(message)
    spelled: dict[str, Any] = {"index": event.index, "entry": event.entry.decode("ascii")}
    spelled["body"], spelled["salt"] = _spell_part(event.body)
    if event.pii is not None:
        spelled["pii"], spelled["pii_salt"] = _spell_part(event.pii)
    if event.absent is not None:
        spelled["absent"] = event.absent
    return spelled


def _spell_part(part: Part | None) -> tuple[str | None, str | None]:
    return (None, None) if part is None else (part.body.decode(), part.salt.hex())


def _spell_map_proof(proof: MapProof) -> dict[str, Any]:
    end = proof.terminal
    return {
        "siblings_top_down": _hexes(proof.siblings),
        "terminal": None
        if end is None
        else {
            "key": end.key.hex(),
            "count": end.record.events,
            "head_index": end.record.last_index,
            "head": end.record.leaf.hex(),
        },
    }


def _hexes(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]
