"""A whole log in memory: events of a few bags, published by the real sequencer core, cosigned by real keys."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from app.kit.canonical import canonical
from app.ledger.checkpoint import Checkpoint
from app.ledger.commitment import commit, pseudonym
from app.ledger.entry import GENESIS, EventEntry, leaf_hash
from app.ledger.evidence import MOST_WHOLE, Evidence, Part, Point, ShownEvent, Subject
from app.ledger.headmap import HeadMap
from app.ledger.integrator import Integrated, LogState, integrate
from app.ledger.signed_checkpoint import cosign, sign_checkpoint
from app.ledger.signers import Ed25519Cosigner, Ed25519Signer, Mldsa44Signer
from app.ledger.tree import MerkleTree, TreeHead

ORIGIN = "hospital.example/cct/log1"
START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def seed(name: str) -> bytes:
    return sha256(name.encode()).digest()


class SmallLog:
    """Everything is derived from names and numbers: two logs of one history are equal to the last byte."""

    def __init__(self, name: str = ORIGIN, key: str = "log") -> None:
        self.signer = Ed25519Signer(name, seed(key))
        self.tree = MerkleTree()
        self.state = LogState()
        self.entries: list[bytes] = []
        self.waiting: list[bytes] = []
        self.parts: dict[bytes, tuple[Part, Part | None]] = {}
        self.index: dict[bytes, int] = {}
        self.chains: dict[bytes, list[bytes]] = {}
        self.published: list[tuple[str, TreeHead, bytes, HeadMap]] = []
        self.at = START

    def bag(self, number: int) -> bytes:
        return pseudonym(seed(f"bag {number}"), "site-1", subject_id=f"A9999 26 {number:06}")

    def subject(self, number: int) -> Subject:
        return Subject(tenant="site-1", id=f"A9999 26 {number:06}", key=seed(f"bag {number}"))

    def event(self, number: int, what: str = "stored", *, private: bool = False, **body: Any) -> bytes:
        bag = self.bag(number)
        chain = self.chains.setdefault(bag, [])
        self.at += timedelta(minutes=1)
        content = canonical({"event": what, "occurred_at": self.at.isoformat(), **body})
        part = Part(content, seed(f"salt {number} {len(chain)}"))
        pii = Part(canonical({"name": "Doe"}), seed(f"pii {number} {len(chain)}")) if private else None
        entry = EventEntry(
            bag=bag,
            seq=len(chain),
            prev=leaf_hash(chain[-1]) if chain else GENESIS,
            body=commit(part.body, part.salt),
            t=self.at,
            pii=None if pii is None else commit(pii.body, pii.salt),
        ).to_bytes()
        chain.append(entry)
        self.parts[entry] = part, pii
        self.waiting.append(entry)
        return entry

    def publish(self, *, heads_entry: bytes | None = None) -> str:
        """Close the batch; a given ``heads_entry`` is published instead of the true one, as a dishonest log would."""
        done: Integrated = integrate(self.state, self.waiting)
        closing = heads_entry or done.heads_entry
        self.index.update(zip(self.waiting, range(done.first, done.head.size), strict=False))
        self.entries += [*self.waiting, closing]
        self.tree.extend([leaf_hash(entry) for entry in [*self.waiting, closing]])
        self.state, self.waiting = LogState(self.tree.frontier, done.state.heads), []
        head = self.tree.frontier.head
        note = sign_checkpoint(Checkpoint(self.signer.name, head), [self.signer], last=None)
        note += "".join(cosign(note, cosigner) for cosigner in self.cosigners())
        self.published.append((note, head, closing, done.state.heads))
        return note

    def seconds(self) -> int:
        return int(self.at.timestamp()) + 2

    def cosigners(self) -> list[Any]:
        return [
            Ed25519Cosigner("maker.example/w1", seed("w1"), time=self.seconds()),
            Mldsa44Signer("auditor.example/w2", seed("w2"), time=self.seconds()),
            Ed25519Cosigner("maker.example/cct-replay", seed("r1"), time=self.seconds()),
        ]

    def policy(self) -> bytes:
        w1, w2, r1 = (cosigner.vkey for cosigner in self.cosigners())
        return (
            f"# trust\n\nlog {self.signer.vkey} https://h.example/\nwitness w-maker {w1}\nwitness w-auditor {w2}\n"
            f"witness replay-maker {r1}\ngroup consistency 2 w-maker w-auditor\ngroup completeness any replay-maker\n"
            "group both all consistency completeness\nquorum both\n"
        ).encode()

    def evidence(
        self, number: int, *, shared: bool = True, thin: bool = False, since: int | None = 0, **changes: Any
    ) -> dict[str, Any]:
        note, head, heads_entry, heads = self.published[-1]
        bag = self.bag(number)
        shown = [
            ShownEvent(index=self.index[entry], entry=entry, body=self.parts[entry][0], pii=self.parts[entry][1])
            for entry in self.chains.get(bag, [])
            if entry in self.index
        ]
        points = [Point(note, head.size) for note, head, _, _ in self.published]
        made = Evidence(
            bag=bag,
            checkpoint=note,
            head=head,
            heads_entry=heads_entry,
            map_proof=heads.prove(bag),
            events=shown,
            since=None if since is None else points[since],
            timeline=points[1:-1],
            policy=self.policy().decode(),
            subject=self.subject(number),
        ).to_bytes(self.tree.subtree, shared=shared, most_whole=0 if thin else MOST_WHOLE)
        return {**json.loads(made), **changes}


def ordinary_log() -> SmallLog:
    """Four publications, three bags, the first of which has six events."""
    log = SmallLog()
    log.publish()
    for number, what in ((1, "collected"), (2, "collected"), (1, "frozen")):
        log.event(number, what, private=number == 1)
    log.publish()
    for number, what in ((1, "stored"), (3, "collected"), (1, "excursion"), (1, "thawed")):
        log.event(number, what, temp_mC=-150_000)
    log.publish()
    log.event(2, "frozen")
    log.event(1, "infused", note="Zelltherapie – 治療")
    log.publish()
    return log
