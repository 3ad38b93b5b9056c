"""Every way of changing a bag's evidence that must be caught, and the step that catches it.

A case starts from files that a real service exported. What one mutation changes is named by its key; the step is the
verifier's own name of it (``python -m app verify --json``).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.ledger.signed_checkpoint import cosign
from app.ledger.signers import Ed25519Cosigner, Ed25519Signer

WITNESS = ("maker.example/w1", b"w" * 32)
REPLAYER = ("auditor.example/cct-replay", b"r" * 32)


@dataclass
class Case:
    """Honest files, for one mutation to change: the evidence, what the reader holds, and files to forge with."""

    evidence: dict[str, Any]
    policy: bytes
    old_checkpoint: str
    """The reader's own checkpoint, of an earlier visit."""
    other: dict[str, Any]
    """Evidence of another bag at the same checkpoint."""
    older: dict[str, Any]
    """Evidence of this bag at a checkpoint before the reader's."""
    asked: dict[str, Any] = field(default_factory=dict)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of the evidence."""
        return self.evidence["events"]  # type: ignore[no-any-return]  # JSON is Any

    def fresh(self) -> Case:
        """Return a copy to be changed."""
        return copy.deepcopy(self)

    def document(self) -> bytes:
        """Return the file that is verified."""
        return json.dumps(self.evidence, ensure_ascii=False).encode()

    def wanted(self) -> dict[str, Any]:
        """Return what the reader asks, as the members of ``Asked``."""
        return {"policy": self.policy, "old_checkpoint": self.old_checkpoint, **self.asked}


def witnessed(evidence: dict[str, Any], at: int, *names: tuple[str, bytes]) -> dict[str, Any]:
    """Return the evidence with the cosignatures of these witnesses on its checkpoint."""
    note = evidence["checkpoint"]
    lines = "".join(cosign(note, Ed25519Cosigner(name, seed, time=at)) for name, seed in names or (WITNESS, REPLAYER))
    return {**evidence, "checkpoint": note + lines}


def trusting(policy: bytes) -> bytes:
    """Return the policy of a log, asking for a witness and for a replaying cosigner as well."""
    one, other = (Ed25519Cosigner(name, seed).vkey for name, seed in (WITNESS, REPLAYER))
    more = f"witness w {one}\nwitness r {other}\ngroup completeness any r\ngroup both all w completeness\nquorum both\n"
    return policy.replace(b"quorum none\n", more.encode())


def flip(text: str, at: int = 0) -> str:
    """Flip one bit of a hexadecimal digit, or change a letter for another of its kind."""
    other = {"0": "1", "A": "B", "a": "b"}.get(text[at])
    if other is None:
        other = "0" if text[at].isdigit() else "A" if text[at].isupper() else "a"
    return text[:at] + other + text[at + 1 :]


def _bitten(base64_text: str, at: int = 8) -> str:
    return base64_text[:at] + ("A" if base64_text[at] != "A" else "B") + base64_text[at + 1 :]


def _line(case: Case, number: int) -> None:
    lines = case.evidence["checkpoint"].split("\n")
    lines[4 + number] = _bitten(lines[4 + number], -20)
    case.evidence["checkpoint"] = "\n".join(lines)


def _without_line(case: Case, number: int) -> None:
    lines = case.evidence["checkpoint"].split("\n")
    del lines[4 + number]
    case.evidence["checkpoint"] = "\n".join(lines)


def _added(case: Case) -> None:
    event = case.events[4]
    entry = {**json.loads(event["entry"]), "seq": 5}
    case.events.insert(5, {**event, "entry": json.dumps(entry, separators=(",", ":"))})


def _appended_with_its_count(case: Case) -> None:
    _added(case)
    case.evidence["map_proof"]["terminal"]["count"] += 1


def _exchanged(case: Case, one: int = 1, other: int = 2) -> None:
    case.events[one], case.events[other] = case.events[other], case.events[one]


def _replace(case: Case, seq: int, member: str, *change: str) -> None:
    before = case.events[seq][member]
    case.events[seq][member] = before.replace(*change, 1)
    assert case.events[seq][member] != before, "a mutation that changes nothing proves nothing"


def _reader_is_ahead(case: Case) -> None:
    case.old_checkpoint = case.evidence["checkpoint"]
    case.evidence = case.older


def _older_under_the_new_size(case: Case) -> None:
    case.evidence |= {name: case.older[name] for name in ("checkpoint", "size", "root")}


def _wrong_key(case: Case) -> None:
    name = case.evidence["checkpoint"].split("\n")[0]
    own = case.policy.split(b" ")[1].split(b"\n")[0]
    case.policy = case.policy.replace(own, Ed25519Signer(name, bytes(32)).vkey.encode())


def _bit_of_the_consistency_proof(case: Case) -> None:
    proof = case.evidence["consistency"]
    proof[0] = flip(proof[0])


TAMPERED: dict[str, tuple[Callable[[Case], object], str]] = {
    "event removed from the middle": (lambda c: c.events.pop(3), "events"),
    "event removed from the head": (lambda c: c.events.pop(0), "events"),
    "event removed from the tail": (lambda c: c.events.pop(), "events"),
    "event added": (_added, "events"),
    "event added, and counted in the map": (_appended_with_its_count, "map"),
    "events reordered": (lambda c: c.events.reverse(), "events"),
    "two neighbours exchanged": (_exchanged, "events"),
    "event duplicated": (lambda c: c.events.insert(2, copy.deepcopy(c.events[2])), "events"),
    "event of another bag in its place": (lambda c: c.events.__setitem__(0, c.other["events"][0]), "events"),
    "all events of another bag": (lambda c: c.evidence.update(events=c.other["events"]), "events"),
    "body of another bag": (
        lambda c: c.events[0].update({name: c.other["events"][0][name] for name in ("body", "salt")}),
        "bodies",
    ),
    "bit in an entry": (lambda c: _replace(c, 2, "entry", ".000Z", ".001Z"), "events"),
    "bit in an entry's commitment": (
        lambda c: c.events[2].update(entry=flip(c.events[2]["entry"], c.events[2]["entry"].index('"body":"') + 8)),
        "events",
    ),
    "bit in a body": (lambda c: c.events[2].update(body=flip(c.events[2]["body"], 12)), "bodies"),
    "bit in a salt": (lambda c: c.events[2].update(salt=flip(c.events[2]["salt"])), "bodies"),
    "body taken away, salt kept": (lambda c: c.events[2].update(body=None), "bodies"),
    "bit in the shared proof": (lambda c: c.evidence.update(hashes=_bitten(c.evidence["hashes"])), "heads"),
    "bit in the consistency proof": (_bit_of_the_consistency_proof, "consistency"),
    "bit in the map proof": (
        lambda c: c.evidence["map_proof"]["siblings_top_down"].__setitem__(
            0, flip(c.evidence["map_proof"]["siblings_top_down"][0])
        ),
        "map",
    ),
    "count lowered": (lambda c: c.evidence["map_proof"]["terminal"].update(count=len(c.events) - 1), "map"),
    "bag claimed unknown": (lambda c: c.evidence["map_proof"].update(terminal=None), "map"),
    "bit in the root": (lambda c: c.evidence.update(root=flip(c.evidence["root"])), "checkpoint"),
    "bit in the log's signature": (lambda c: _line(c, 0), "checkpoint"),
    "bit in a cosignature": (lambda c: _line(c, 1), "checkpoint"),
    "bit in the replayer's cosignature": (lambda c: _line(c, 2), "checkpoint"),
    "bit in the heads entry": (
        lambda c: c.evidence.update(heads_entry=c.evidence["heads_entry"].replace('"bags":', '"bags":1')),
        "heads",
    ),
    "field boundary moved in an entry": (lambda c: _replace(c, 1, "entry", '","prev":"', '","prev": "'), "events"),
    "field boundary moved in a body": (lambda c: _replace(c, 1, "body", '","', ',""'), "bodies"),
    "body spelled with blanks": (
        lambda c: c.events[1].update(body=json.dumps(json.loads(c.events[1]["body"]), ensure_ascii=False)),
        "bodies",
    ),
    "body's members in another order": (
        lambda c: c.events[1].update(
            body=json.dumps(
                dict(reversed(json.loads(c.events[1]["body"]).items())), ensure_ascii=False, separators=(",", ":")
            )
        ),
        "bodies",
    ),
    "older evidence than the reader's checkpoint": (_reader_is_ahead, "consistency"),
    "older checkpoint under the new proofs": (_older_under_the_new_size, "heads"),
    "older checkpoint as the text only": (
        lambda c: c.evidence.update(checkpoint=c.older["checkpoint"]),
        "checkpoint",
    ),
    "smaller size": (lambda c: c.evidence.update(size=c.evidence["size"] - 1), "checkpoint"),
    "consistency proof cut": (lambda c: c.evidence["consistency"].pop(), "consistency"),
    "consistency proof dropped": (lambda c: c.evidence.update(consistency=None), "consistency"),
    "earlier checkpoint emptied": (lambda c: c.evidence.update(old_checkpoint=""), "consistency"),
    "wrong log key": (_wrong_key, "checkpoint"),
    "cosignature of the witness missing": (lambda c: _without_line(c, 1), "quorum"),
    "cosignature of the replayer missing": (lambda c: _without_line(c, 2), "replayed"),
    "another bag's name": (
        lambda c: c.evidence["subject"].update(id=flip(c.evidence["subject"]["id"], 20)),
        "subject",
    ),
    "another bag's key in the map": (lambda c: c.evidence.update(map_key=flip(c.evidence["map_key"])), "subject"),
}
"""What is changed, how, and the step that must fail."""
