"""Commands in, rows out: one batch decided in arrival order, sealed and ready to be written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.actions.projections import project
from app.actions.world import (
    Birth,
    Command,
    Decision,
    Draft,
    Logged,
    MissingSubjectsError,
    Moment,
    Name,
    Reply,
    Row,
    Sealed,
    Subject,
    World,
)
from app.custody.device_chain import Link
from app.kit.canonical import canonical
from app.kit.clock import rfc3339
from app.kit.errors import GivreError
from app.ledger.commitment import commit, pseudonym
from app.ledger.entry import GENESIS, EventEntry, leaf_hash

_SALT_BYTES = 32


class ScanIdReusedError(GivreError):
    """The same scan_id came with another body."""

    code = "scan-id-reused"


@dataclass(slots=True)
class Outcome:
    """What one command came to: an answer, or the failure that nothing was recorded for."""

    reply: Reply | None = None
    answer: bytes | None = None
    failure: GivreError | None = None
    replayed: bool = False


@dataclass(slots=True)
class WriteSet:
    """The rows of one batch, table by table."""

    events: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    scans: list[dict[str, Any]] = field(default_factory=list)
    subjects: dict[str, Subject] = field(default_factory=dict)
    projections: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    links: list[tuple[Link, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KnownScan:
    """A scan recorded before: the digest of its request and the answer it got, byte for byte."""

    digest: bytes
    outcome: str
    answer: bytes


class Batch:
    """One batch under decision. Feed it rows until ``pending`` is empty, then write ``writes``."""

    def __init__(self, commands: Sequence[Command], moment: Moment, known: dict[tuple[str, str], KnownScan]) -> None:
        """Begin with no rows; ``known`` are the scans recorded before, by (tenant, scan_id)."""
        self.commands = commands
        self.moment = moment
        self.world = World()
        self.writes = WriteSet()
        self.outcomes: list[Outcome] = []
        self._known = known

    def feed(self, asked: Iterable[str], found: Iterable[Subject]) -> None:
        """Take in rows that were asked for by id; what was asked for and not found is absent."""
        for subject in found:
            self.world.add(subject)
        self.world.absent.update(one for one in asked if one not in self.world.subjects)

    def know(self, names: Iterable[tuple[str, str]], events: Iterable[Logged] = (), links: Iterable[Link] = ()) -> None:
        """Take in which keys name which subjects, the chains of the events that commands name, and devices' links."""
        for key, subject in names:
            self.world.name(key, subject)
        self.world.events.update({event.id: event for event in events})
        for link in links:
            self.world.link(link)

    def advance(self) -> frozenset[str]:
        """Decide as many commands as the loaded rows allow; return the ids the next one needs (none: all done)."""
        while len(self.outcomes) < len(self.commands):
            command = self.commands[len(self.outcomes)]
            try:
                self.outcomes.append(self._one(command))
            except MissingSubjectsError as missing:
                return missing.ids
        return frozenset()

    def _one(self, command: Command) -> Outcome:
        once = command.once
        if once is not None:
            before = self._known.get((command.tenant, once.scan_id))
            if before is not None:
                if before.digest != once.digest:
                    return Outcome(failure=ScanIdReusedError("this scan_id was used for another scan"))
                return Outcome(reply=Reply(before.outcome, None), answer=before.answer, replayed=True)
        try:
            decision = command.decide(self.world, self.moment)
        except GivreError as failure:
            return Outcome(failure=failure)
        reply = decision.reply(self._write(command, decision))
        if once is None:
            return Outcome(reply=reply)
        answer = once.render(reply)
        self._known[command.tenant, once.scan_id] = KnownScan(once.digest, reply.outcome, answer)
        self.writes.scans.append(
            {
                "tenant": command.tenant,
                "scan_id": once.scan_id,
                "digest": once.digest,
                "outcome": reply.outcome,
                "answer": answer,
                "recorded_at": rfc3339(self.moment.now),
            }
        )
        return Outcome(reply=reply, answer=answer)

    def _write(self, command: Command, decision: Decision) -> list[Sealed]:
        for birth in decision.births:
            self._bear(command.tenant, birth)
        told = _told(decision)
        sealed = [self._seal(command.tenant, draft, told.pop(draft.subject, {})) for draft in decision.drafts]
        if told:
            message = f"a birth or a name without an event on its chain: {', '.join(sorted(told))}"
            raise LookupError(message)
        self.writes.names.extend(decision.names)
        self.writes.rows.extend(self._sealed_row(row) for row in decision.rows)
        # Written after the events, and in their transaction: the database erases what a row names (migration 0006).
        self.writes.rows.extend(one.row(command.tenant, sealed[one.draft]) for one in decision.erased)
        for link in decision.links:
            self.world.link(link)
            self.writes.links.append((link, rfc3339(self.moment.now)))
        for name in decision.names:
            self.world.name(name.key, name.subject, active=name.active)
        return sealed

    def _bear(self, tenant: str, birth: Birth) -> None:
        keyring, random = self.moment.keyring, self.moment.random
        key, wrapped = keyring.new_key(birth.id, random)
        vault: bytes | None = None
        if birth.vault_of is not None:
            owner = self.world.subjects[birth.vault_of]
            if owner.vault_key is not None:
                vault = keyring.rewrap(owner.vault_key, owner.id, birth.id, random)
        elif birth.with_vault:
            vault = keyring.new_key(birth.id, random)[1]
        self.world.add(
            Subject(
                id=birth.id,
                tenant=tenant,
                kind=birth.kind,
                pseudonym=pseudonym(key, tenant, subject_id=birth.id),
                chain_key=wrapped,
                vault_key=vault,
                seq=0,
                head=GENESIS,
                doc={},
                parent=birth.parent,
            )
        )

    def _sealed_row(self, row: Row) -> Row:
        if row.sealed is None:
            return row
        column, subject_id, plain, context = row.sealed
        subject, moment = self.world.subjects[subject_id], self.moment
        if subject.vault_key is None:
            message = f"{subject_id} has no vault key"
            raise KeyError(message)
        sealed = moment.keyring.seal(subject.vault_key, subject.id, plain, context=context, random=moment.random)
        return Row(row.table, {**row.values, column: sealed}, put=row.put)

    def _seal(self, tenant: str, draft: Draft, told: Mapping[str, Any]) -> Sealed:
        subject, moment = self.world.subjects[draft.subject], self.moment
        event_id = moment.new_id()
        body = {**draft.body, **told, "event": event_id, "recorded_at": rfc3339(moment.now)}
        if draft.doc is not None:
            body["changes"] = _difference(subject.doc, draft.doc)
        body_bytes, salt = canonical(body), moment.random(_SALT_BYTES)
        private_bytes = private_salt = sealed_private = None
        if draft.private:
            private_bytes, private_salt = canonical(draft.private), moment.random(_SALT_BYTES)
            if subject.vault_key is not None:
                sealed_private = moment.keyring.seal(
                    subject.vault_key, subject.id, private_bytes, context=event_id, random=moment.random
                )
        entry = EventEntry(
            bag=subject.pseudonym,
            seq=subject.seq,
            prev=subject.head,
            body=commit(body_bytes, salt),
            t=moment.now,
            pii=commit(private_bytes, private_salt) if private_bytes is not None and private_salt is not None else None,
        ).to_bytes()
        leaf = leaf_hash(entry)
        sealed = Sealed(
            id=event_id,
            subject=subject.id,
            kind=subject.kind,
            tag=draft.tag,
            seq=subject.seq,
            recorded_at=moment.now,
            occurred_at=draft.occurred_at,
            pseudonym=subject.pseudonym,
            entry=entry,
            leaf=leaf,
        )
        if self.world.events:  # somebody of this batch reads chains, which must not lack what was just written
            self.world.events[event_id] = Logged(
                event_id, subject.id, subject.seq, draft.tag, body_bytes, sealed_private
            )
        self.writes.events.append(_event_row(tenant, draft, sealed))
        self.writes.bodies.append(
            {
                "event": event_id,
                "body": body_bytes,
                "salt": salt,
                "private": sealed_private,
                "private_salt": private_salt,
            }
        )
        self._advance_subject(subject, draft, leaf)
        return sealed

    def _advance_subject(self, subject: Subject, draft: Draft, leaf: bytes) -> None:
        if draft.drops_key:
            subject.vault_key = None
        subject.seq += 1
        subject.head = leaf
        if draft.doc is not None:
            subject.doc = dict(draft.doc)
            row = project(subject)
            if row is not None:
                self.writes.projections[row[0], subject.id] = row[1]
        self.writes.subjects[subject.id] = subject


def _event_row(tenant: str, draft: Draft, sealed: Sealed) -> dict[str, Any]:
    return {
        "id": sealed.id,
        "tenant": tenant,
        "subject": sealed.subject,
        "kind": sealed.kind,
        "seq": sealed.seq,
        "tag": draft.tag,
        "recorded_at": rfc3339(sealed.recorded_at),
        "occurred_at": rfc3339(sealed.occurred_at),
        "actor": draft.actor,
        "witness": draft.witness,
        "scan_id": draft.scan_id,
        "entry": sealed.entry,
        "leaf": sealed.leaf,
    }


def _told(decision: Decision) -> dict[str, dict[str, Any]]:
    """Return what the first event of each subject tells besides its draft: that it was born, and the names it got.

    Without it a subject's row and its names could not be made again from the ledger (see ``refold``).
    """
    told: dict[str, dict[str, Any]] = {
        birth.id: {"born": {"kind": birth.kind, "parent": birth.parent}} for birth in decision.births
    }
    for name in decision.names:
        names = told.setdefault(name.subject, {}).setdefault("names", [])
        names.append([name.key, name.exclusive, name.active])
    return told


def _difference(before: dict[str, Any], after: Any) -> dict[str, Any]:
    """Return the members that changed; folding these over a chain gives the subject's state again."""
    return {name: value for name, value in after.items() if name not in before or before[name] != value}
