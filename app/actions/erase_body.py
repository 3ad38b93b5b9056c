"""Erase the body of one event: what was written there by mistake is gone, and the ledger still verifies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.actions.erasing import AlreadyErasedError, NotErasableError, Reason, Signed, refuse_early, refuse_live
from app.actions.photographs import ERASED as ERASED_PHOTOGRAPH
from app.actions.photographs import KEPT as KEPT_PHOTOGRAPH
from app.actions.photographs import place_of
from app.actions.recorded import NotFoundError
from app.actions.world import Decision, Draft, Erased, Logged, Moment, Needs, Once, Reply, Sealed, Subject, World
from app.kit.clock import rfc3339

TAG = "erasure:body:erased"
_ERASABLE = ("custody:", "identity:", "quality:", "temperature:")
KEPT = ("custodian", "state")
"""Members of a body's changes that stay on record: codes, without which custody would have a hole (TRC-01)."""


@dataclass(frozen=True, slots=True)
class EraseBody:
    """The command behind ``POST /api/v1/erasures`` for one event; its private part goes with it.

    ``bags`` are those of the therapy it is about; the decision sees for itself that none is missing.
    """

    signed: Signed
    event: str

    @property
    def tenant(self) -> str:
        """The operator whose ledger it is."""
        return self.signed.actor.tenant

    @property
    def once(self) -> Once | None:
        """A body can be erased only once anyway."""
        return None

    def needs(self) -> Needs:
        """The chain of the event."""
        return Needs(events=frozenset({self.event}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Erase it: what it told of the subject's state and names is told again, as it is now.

        Raises:
            ErasureNeedsTwoError: a role is missing, or one person stands for both.
            NotFoundError: no such event here.
            AlreadyErasedError: it was erased before.
            NotErasableError: an event of another kind.
            TherapyLiveError: a bag of the therapy may still be used.
            RetentionRunsError: the law still asks for it.
        """
        self.signed.entitled()
        self._refuse_again(world)
        target = world.events.get(self.event)
        subject = world.get(target.subject, self.tenant) if target is not None else None
        if target is None or subject is None:
            message = "no such event"
            raise NotFoundError(message)
        if not target.tag.startswith(_ERASABLE):
            raise NotErasableError(target.tag)
        bags = _bags_about(subject, world, self.tenant)
        refuse_live(bags, self.signed.reason)
        if self.signed.reason is not Reason.WRONG_PERSON:
            refuse_early(self.signed.kept_until(bags), moment.now)
        body = {
            "v": 1,
            "actor": self.signed.actor.subject_id,
            "seq": target.seq,
            "tag": target.tag,
            **self.signed.said("body", target.id),
            **_told_again(target, subject, world),
            **_photograph(target, world),
        }
        draft = Draft(
            subject=subject.id,
            tag=TAG,
            body=body,
            occurred_at=moment.now,
            actor=self.signed.actor.subject_id,
            witness=self.signed.second.subject_id,
        )
        return Decision(
            reply=self._reply,
            drafts=(draft,),
            erased=(Erased(0, "body", target.id, self.signed.reason.value),),
        )

    def _refuse_again(self, world: World) -> None:
        for one in world.events.values():
            if one.tag == TAG and json.loads(one.body)["erased"] == self.event:
                message = "erased before"
                raise AlreadyErasedError(message)

    def _reply(self, sealed: tuple[Sealed, ...] | Any) -> Reply:
        (one,) = sealed
        return Reply(
            "done",
            {
                "what": "body",
                "target": self.event,
                "reason": self.signed.reason.value,
                "events": [{"id": one.id, "subject": one.subject}],
                "erased_at": rfc3339(one.recorded_at),
            },
        )


def _photograph(target: Logged, world: World) -> dict[str, Any]:
    """Return which photograph the erased body kept: else every other one that is still awaited would look erased."""
    acts = {one.id: json.loads(one.body) for one in world.events.values() if one.subject == target.subject}
    place = place_of(acts[target.id], acts) if target.tag == KEPT_PHOTOGRAPH else None
    return {} if place is None else {ERASED_PHOTOGRAPH: place}


def _told_again(target: Logged, subject: Subject, world: World) -> dict[str, Any]:
    """Return what the erased body told of the subject's state, birth and names, as all three stand now."""
    told: Mapping[str, Any] = json.loads(target.body)
    changed: Mapping[str, Any] = told.get("changes", {})
    again: dict[str, Any] = {"kept": {name: changed[name] for name in KEPT if name in changed}}
    if changed:
        again["changes"] = {name: subject.doc[name] for name in changed if name in subject.doc}
    if "born" in told:
        again["born"] = told["born"]
    if "names" in told:
        # The last event of the chain that speaks of a name is right about it.
        chain = sorted((one for one in world.events.values() if one.subject == subject.id), key=lambda one: one.seq)
        now = {key: [key, *rest] for one in chain for key, *rest in json.loads(one.body).get("names", ())}
        again["names"] = [now[key] for key, *_ in told["names"]]
    return again


def _bags_about(subject: Subject, world: World, tenant: str) -> list[Subject]:
    """Return every bag of the therapies that a subject is about; none for what is about nobody's therapy."""
    therapies: list[Subject] = []
    if subject.kind == "patient":
        therapies = world.require(subject.doc["therapies"], tenant)
    elif subject.kind == "therapy":
        therapies = [subject]
    else:
        bag = subject if subject.kind == "bag" else world.get(str(subject.doc.get("bag")), tenant)
        if bag is not None and bag.kind == "bag":
            therapies = world.require([bag.doc["therapy"]], tenant) if bag.doc["therapy"] else []
            return world.require({bag.id, *(one for found in therapies for one in found.doc["bags"])}, tenant)
    return world.require([one for found in therapies for one in found.doc["bags"]], tenant)
