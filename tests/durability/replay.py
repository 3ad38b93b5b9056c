"""A ledger replayed: every scan of a tablet judged again by the events before it, and by no table made of them.

What a verdict depends on (states, positions, names, people, profiles) is folded from the bodies of the ledger, in its
order. Of what was scanned the ledger keeps a digest and no free text in the clear, so the messages are those that the
tablet sent; each must have that digest.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.access.roles import Role
from app.actions.catalogue import Catalogue, catalogue
from app.actions.countersign import Awaiting
from app.actions.keyring import Keyring
from app.actions.person_record import principal_of
from app.actions.reader import Credential
from app.actions.record_scan import RecordScan
from app.actions.scan_request import ScanRequest, read_symbols, ready
from app.actions.world import Command, Draft, Moment, Reply, Subject, World
from app.api.models.scans import ScanIn
from app.api.scan_messages import digest_of, scanned
from app.bootstrap import load_seeds
from app.custody.steps import STEPS
from app.db.tables import METADATA
from app.kit.clock import parse_rfc3339
from app.ledger.entry import GENESIS, leaf_hash, parse_event

_MADE_UP = "00000000-0000-7000-8000-"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Judged:
    """One scan: as it is recorded, and as the replay judges it. ``answer`` is what stands in the answer to it."""

    scan_id: str
    seq: int
    """Its number in the device's chain."""
    recorded: tuple[Any, ...]
    again: tuple[Any, ...]
    answer: tuple[Any, ...]


class _Everything(set[str]):
    """Whatever is asked for and was not born yet is not there."""

    def __contains__(self, one: object) -> bool:
        return True


@dataclass(slots=True)
class _Past:
    """What the events so far say."""

    keyring: Keyring
    wrapped: Mapping[str, Mapping[str, Any]]
    world: World = field(default_factory=lambda: World(absent=_Everything()))
    profiles: Catalogue | None = None

    def catalogue(self) -> Catalogue:
        if self.profiles is None:
            records = (one.doc for one in self.world.subjects.values() if one.kind == "profile")
            self.profiles = catalogue(load_seeds(), list(records))
        return self.profiles

    def take(self, row: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Go on by one event; its place in its chain is checked on the way."""
        subject = self.world.subjects.get(row["subject"])
        if subject is None:
            kept, born = self.wrapped[row["subject"]], body["born"]
            subject = Subject(
                **{name: kept[name] for name in ("id", "tenant", "pseudonym", "chain_key", "vault_key")},
                kind=born["kind"],
                parent=born["parent"],
                seq=0,
                head=GENESIS,
                doc={},
            )
            self.world.add(subject)
        event = parse_event(bytes(row["entry"]))
        assert (event.bag, event.seq, event.prev) == (subject.pseudonym, subject.seq, subject.head), row["id"]
        subject.seq, subject.head = subject.seq + 1, leaf_hash(bytes(row["entry"]))
        subject.doc = {**subject.doc, **body.get("changes", {})}
        for key, _exclusive, active in body.get("names", ()):
            self.world.name(key, subject.id, active=active)
        if subject.kind == "profile":
            self.profiles = None


def replayed(url: str, keyring: Keyring, sent: Mapping[str, Mapping[str, Any]]) -> Iterator[Judged]:
    """Yield every scan that a device chained, in the ledger's order, judged again by the events before it.

    ``sent``: the messages as the tablet sent them, by their scan_id.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = {
            name: [dict(row) for row in connection.execute(METADATA.tables[name].select()).mappings()]
            for name in ("event", "event_body", "subject", "scan")
        }
    engine.dispose()
    bodies = {row["event"]: row for row in tables["event_body"]}
    answers = {row["scan_id"]: json.loads(bytes(row["answer"])) for row in tables["scan"]}
    past = _Past(keyring, {row["id"]: row for row in tables["subject"]})
    # Ids are made in order, and a subject's chain is checked to be in that order.
    for row in sorted(tables["event"], key=lambda row: str(row["id"])):
        body = json.loads(bytes(bodies[row["id"]]["body"]))
        if body.get("device_chain") is None or body.get("step") not in STEPS:
            past.take(row, body)
            continue
        draft = _judged(past, row, body, sent[body["scan_id"]])
        before = dict(past.world.subjects[row["subject"]].doc)
        past.take(row, body)
        then = _verdict(row["subject"], body, past.world.subjects[row["subject"]].doc)
        again = _verdict(draft.subject, draft.body, before if draft.doc is None else draft.doc)
        again = (*again[:-1], _with_their_ids(again[-1], then[-1]))
        answer = _answered(answers[body["scan_id"]])
        yield Judged(body["scan_id"], body["device_chain"]["seq"], then, again, answer)


def verdict_of(judged: Judged) -> tuple[Any, ...]:
    """Return what the replay would have told the tablet: taken, or the code of the refusal."""
    _subject, outcome, code, *_more = judged.again
    return (outcome,) if outcome == "taken" else (outcome, code)


def _answered(answer: Mapping[str, Any]) -> tuple[Any, ...]:
    return ("taken",) if answer.get("verdict") == "taken" else ("refused", answer["code"])


def _verdict(subject: str, body: Mapping[str, Any], doc: Mapping[str, Any]) -> tuple[Any, ...]:
    state = json.dumps({"doc": doc, "awaited": body.get("witness_awaited")}, sort_keys=True)
    others, overridden = tuple(body.get("others", ())), tuple(body.get("overridden", ()))
    return subject, body["outcome"], body.get("code"), others, overridden, state


def _with_their_ids(again: str, then: str) -> str:
    """Return a state with the ids that it was given then in the places of those that the replay made up."""
    for made, given in zip(_ID.findall(again), _ID.findall(then), strict=False):
        if made.startswith(_MADE_UP):
            again = again.replace(made, given)
    return again


def _judged(past: _Past, row: Mapping[str, Any], body: Mapping[str, Any], sent: Mapping[str, Any]) -> Draft:
    request = _request(past, row, body, sent)
    numbers = itertools.count()
    moment = Moment(
        now=parse_rfc3339(row["recorded_at"]),
        new_id=lambda: f"{_MADE_UP}{next(numbers):012d}",
        random=bytes,
        keyring=past.keyring,
    )
    command: Command = RecordScan(request, past.catalogue(), _unrendered)
    if request.second_person is not None and request.offline:
        command = Awaiting(command, request, request.second_person)
    return command.decide(past.world, moment).drafts[0]


def _unrendered(reply: Reply) -> bytes:
    return str(reply).encode()


def _request(past: _Past, row: Mapping[str, Any], body: Mapping[str, Any], sent: Mapping[str, Any]) -> ScanRequest:
    message = ScanIn.model_validate_json(json.dumps(sent))
    # What the tablet sent is to the byte the act that the ledger holds: nothing else is judged here.
    assert digest_of(message) == body["request"], message.scan_id
    assert (message.witness, message.deviation) == (None, None), "nobody signs in a room without a network"
    person = past.world.subjects[body["actor"]["id"]]
    found = Credential(person.id, person.tenant, "person", "", "", "", None)
    actor = principal_of(found, person.doc, body["actor"]["session"], parse_rfc3339(row["recorded_at"]))
    symbols = read_symbols(scanned(message.symbols), lambda key: past.keyring.blinded(person.tenant, key))
    step = STEPS[message.step]
    return ScanRequest(
        scan_id=message.scan_id,
        step=step,
        symbols=symbols,
        occurred_at=message.occurred_at,
        device_id=message.device_id,
        details=ready(step, symbols, message.details),
        actor=replace(actor, roles=frozenset(Role(one) for one in body["actor"]["roles"])),
        digest=body["request"],
        language="fr",
        expects=message.bag_id,
        offline=body["offline"],
        second_person=message.second_person,
        clock_drift_s=body.get("clock_drift_s"),
    )
