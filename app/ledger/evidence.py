"""The evidence of one bag as one file, for an offline verifier: ``cct.evidence/v1``, or ``v2``, which is thin."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.kit.canonical import NotCanonicalError, canonical, parse_canonical
from app.kit.errors import GivreError
from app.ledger.entry import EVENT_TYPE, GENESIS, leaf_hash
from app.ledger.headmap import MapProof, map_key
from app.ledger.tree import Subtree, TreeHead, prove, spans_of_consistency, spans_of_inclusion, spans_of_many

EVIDENCE_FORMAT: Final = "cct.evidence/v1"
THIN_FORMAT: Final = "cct.evidence/v2"
"""The same without the entries: of each event only what does not follow from the chain, its time and commitments."""
MOST_WHOLE: Final = 64
"""Events up to which a file shows every entry whole, as people and older verifiers read it; beyond, it is thin."""

# Of an entry, what is not the bag's pseudonym, the hash of the entry before it, or its number.
_OWN: Final = re.compile(
    rb'","body":"([0-9a-f]{64})(?:","pii":"([0-9a-f]{64}))?","prev":".{64}","seq":[0-9]+,"t":"([^"]{24})"'
)


class EvidenceError(GivreError):
    """Parts that make no evidence: the absence of a body that is there."""

    code = "ledger-evidence"


@dataclass(frozen=True, slots=True)
class Part:
    """A disclosed part of an event: the exact bytes that were committed to, and their 32-byte salt.

    ``canonical`` says that who made this has just found the bytes to be RFC 8785, so that nobody need look again.
    """

    body: bytes
    salt: bytes
    canonical: bool = False


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

    def to_bytes(self, subtree: Subtree, *, shared: bool = True, most_whole: int = MOST_WHOLE) -> bytes:
        """Return the file, with the proofs that the stored subtree hashes give.

        ``shared`` proves all entries by one run of hashes, left to right, none of them twice; otherwise each entry
        has an inclusion proof of its own, which any RFC 9162 verifier reads and which takes twice the room. Of more
        than ``most_whole`` events with shared hashes, only what does not follow from the chain is given.

        Raises:
            EvidenceError: an absence that is explained although the body is there.
            TreeError: events out of order, or a checkpoint that does not lead to this one.
        """
        if shared:
            return self.spelled(self.proofs(subtree), most_whole=most_whole)
        size = self.head.size
        entries = [
            {**_whole(shown), "inclusion": canonical(_hexes(prove(spans_of_inclusion(shown.index, size), subtree)))}
            for shown in self.events
        ]
        heads = {"heads_inclusion": _hexes(prove(spans_of_inclusion(size - 1, size), subtree))}
        return self._spelled({**self._earlier(subtree), **heads, "format": EVIDENCE_FORMAT}, entries)

    def proofs(self, subtree: Subtree) -> dict[str, Any]:
        """Return the members that are made of tree hashes: one proof for all entries, and from each earlier checkpoint.

        Raises:
            TreeError: events out of order, or a checkpoint that does not lead to this one.
        """
        size = self.head.size
        indexes = [*(event.index for event in self.events), size - 1]
        hashes = b64encode(b"".join(prove(spans_of_many(indexes, size), subtree))).decode("ascii")
        return self._earlier(subtree) | {"hashes": hashes}

    def spelled(self, proofs: Mapping[str, Any], *, most_whole: int = MOST_WHOLE) -> bytes:
        """Return the file with these ``proofs``; see ``to_bytes``.

        Raises:
            EvidenceError: an absence that is explained although the body is there.
        """
        # Entries that do not follow from each other are shown as they are stored, so that a verifier names the first.
        own = _own_of(self.bag, self.events) if len(self.events) > most_whole else None
        if own is None:
            return self._spelled({**proofs, "format": EVIDENCE_FORMAT}, [_whole(event) for event in self.events])
        return self._spelled({**proofs, "format": THIN_FORMAT}, own, thin=True)

    def _spelled(
        self, proofs: Mapping[str, Any], entries: Sequence[Mapping[str, bytes]], *, thin: bool = False
    ) -> bytes:
        events = [_spell_event(event, entry, thin=thin) for event, entry in zip(self.events, entries, strict=True)]
        members = {name: canonical(value) for name, value in (self._rest() | dict(proofs)).items()}
        return _object(members | {"events": b"[" + b",".join(events) + b"]"})

    def _rest(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "bag": self.bag.hex(),
            "map_key": map_key(self.bag).hex(),
            "checkpoint": self.checkpoint,
            "size": self.head.size,
            "root": self.head.root.hex(),
            "heads_entry": self.heads_entry.decode("ascii"),
            "map_proof": _spell_map_proof(self.map_proof),
        }
        if self.policy is not None:
            shown["policy"] = self.policy
        if self.subject is not None:
            shown["subject"] = {
                "tenant": self.subject.tenant,
                "id": self.subject.id,
                "key": self.subject.key.hex(),
            }
        return shown

    def _earlier(self, subtree: Subtree) -> dict[str, Any]:
        size = self.head.size
        shown: dict[str, Any] = {}
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
        return shown


def _spell_point(point: Point, size: int, subtree: Subtree) -> dict[str, Any]:
    return {
        "checkpoint": point.note,
        "consistency": _hexes(prove(spans_of_consistency(point.size, size), subtree)),
    }


def _own_of(bag: bytes, events: Sequence[ShownEvent]) -> list[dict[str, bytes]] | None:
    """Return what each entry adds to the chain before it, or None where they are not one chain of this bag."""
    told: list[dict[str, bytes]] = []
    prev, pseudonym = GENESIS.hex(), bag.hex()
    for seq, event in enumerate(events):
        found = _OWN.search(event.entry)
        if found is None:
            return None
        body, t = found[1].decode(), found[3].decode()
        pii = None if found[2] is None else found[2].decode()
        personal = "" if pii is None else f'","pii":"{pii}'
        follows = f'{{"bag":"{pseudonym}","body":"{body}{personal}","prev":"{prev}","seq":{seq},"t":"{t}","type":"'
        if f'{follows}{EVENT_TYPE}"}}'.encode() != event.entry:
            return None
        prev = leaf_hash(event.entry).hex()
        own = {"t": f'"{t}"'.encode(), "commitment": _pack(body)}
        told.append(own if pii is None else {**own, "pii_commitment": _pack(pii)})
    return told


def _pack(commitment: str) -> bytes:
    return b'"%s"' % b64encode(bytes.fromhex(commitment))


def _whole(event: ShownEvent) -> dict[str, bytes]:
    return {"entry": canonical(event.entry.decode("ascii"))}


def _spell_event(event: ShownEvent, entry: Mapping[str, bytes], *, thin: bool) -> bytes:
    if event.body is not None and event.absent is not None:
        message = f"the body of the entry {event.index} is there: nothing is absent"
        raise EvidenceError(message)
    spelled = {**entry, "index": b"%d" % event.index}
    spelled["body"], spelled["salt"] = _spell_part(event.body, thin=thin)
    if event.pii is not None:
        spelled["pii"], spelled["pii_salt"] = _spell_part(event.pii, thin=thin)
    if event.absent is not None:
        spelled["absent"] = canonical(event.absent)
    return _object(spelled)


def _object(members: Mapping[str, bytes]) -> bytes:
    # Of members that are spelled already. What is canonical is put in as it stands: bodies are most of such a file, and
    # one way of writing inside another is the same way.
    return b"{" + b",".join([b'"%s":%s' % (name.encode(), members[name]) for name in sorted(members)]) + b"}"


def _spell_part(part: Part | None, *, thin: bool) -> tuple[bytes, bytes]:
    if part is None:
        return b"null", b"null"
    salt = b'"%s"' % part.salt.hex().encode()
    # As the value that it spells, it needs no second layer of quotes; it has one spelling, RFC 8785.
    return part.body if thin and (part.canonical or _is_canonical(part.body)) else canonical(part.body.decode()), salt


def _is_canonical(encoded: bytes) -> bool:
    try:
        parse_canonical(encoded)
    except NotCanonicalError:
        return False
    return True


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
