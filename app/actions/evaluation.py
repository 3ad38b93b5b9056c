"""The evaluation of an excursion: what happened, what the maker answered, and what two people decided of each bag.

An evaluation is a chained subject of its own. It is opened in the act that records the excursion, lists every bag that
was there, and is closed by the decision on the last bag that was held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.access.roles import Role
from app.access.tokens import Witness
from app.actions.recorded import AlreadyClosedError, NotFoundError, done, event
from app.actions.resolve import visible
from app.actions.settle_late_scan import SecondPersonError
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Subject, World
from app.custody.bag import TERMINAL
from app.custody.holds import REASONS, covered
from app.custody.situation import Person
from app.kit.clock import rfc3339


def opened_evaluation(
    of: Mapping[str, Any], told: Mapping[str, Any], moment: Moment, *, parent: str
) -> tuple[str, tuple[Birth, ...], Draft]:
    """Return the id, the birth and the first event of an evaluation of what happened to a dewar or a shipment."""
    evaluation = moment.new_id()
    doc = {
        "id": evaluation,
        "of": dict(of),
        "opened_at": rfc3339(moment.now),
        "state": "open",
        **told,
        "answers": [],
        "decisions": [],
        "identifiers": [],
    }
    draft = event(evaluation, "temperature:evaluation:opened", moment=moment, actor=None, doc=doc)
    return evaluation, (Birth(evaluation, "evaluation", parent=parent, with_vault=True),), draft


def makers_of(bags: Iterable[Subject]) -> list[str]:
    """Return whose bags these are: who is asked for an answer."""
    return sorted({str(bag.doc["manufacturer"]) for bag in bags})


def held_bags(doc: Mapping[str, Any]) -> list[str]:
    """Return the bags that were too warm."""
    return [one["bag"] for one in doc["bags"] if one["verdict"] == "excursion"]


@dataclass(frozen=True, slots=True)
class AnswerEvaluation:
    """The command behind ``POST /api/v1/evaluations/{id}/answers``: what a bag's maker says, or who writes it down.

    ``opinion``: suitable, not_suitable or needs_data. The text may hold anything and is kept sealed.
    """

    actor: Principal
    evaluation: str
    bag: str
    opinion: str
    reference: str
    text: str

    @property
    def tenant(self) -> str:
        """The operator whose evaluation it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A maker may answer again: each answer stays."""
        return None

    def needs(self) -> Needs:
        """The evaluation and the bag."""
        return Needs(ids=frozenset({self.evaluation, self.bag}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record the answer.

        Raises:
            NotFoundError: no such evaluation, or the bag is none of it, or not this maker's.
        """
        found, bag = _both(world, self.evaluation, self.bag, self.actor)
        maker = self.actor.organisation_kind in {"manufacturer", "sponsor"}
        answer = {
            "bag": bag.id,
            "opinion": self.opinion,
            "reference": self.reference,
            "by": self.actor.subject_id,
            "source": "maker" if maker else "transcribed",
            "at": rfc3339(moment.now),
        }
        doc = {**found.doc, "answers": [*found.doc["answers"], answer]}
        draft = event(
            found.id,
            "temperature:evaluation:answered",
            moment=moment,
            actor=self.actor.subject_id,
            doc=doc,
            private={"details": {"text": self.text}},
        )
        return Decision(reply=done(plain_view(doc)), drafts=(draft,))


@dataclass(frozen=True, slots=True)
class DecideEvaluation:
    """The command behind ``POST /api/v1/evaluations/{id}/decisions``: two people say what becomes of one bag.

    ``use_as_is`` lifts the bag's hold in the same act, by the roles the hold names; ``rejected`` leaves it standing.
    """

    actor: Principal
    evaluation: str
    bag: str
    outcome: str
    reason: str
    device_id: str
    witness: Witness | None
    witness_fault: str | None = None

    @property
    def tenant(self) -> str:
        """The operator whose bag it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A bag is decided on once anyway."""
        return None

    def needs(self) -> Needs:
        """The evaluation, the bag, and the proof that the signature was not used before."""
        keys = {f"{self.tenant}|{self._spent}"} if self.witness is not None else set()
        return Needs(ids=frozenset({self.evaluation, self.bag}), keys=frozenset(keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record the decision, and lift the hold where the bag may be used.

        Raises:
            NotFoundError: no such evaluation, or the bag is none of it.
            AlreadyClosedError: it was decided on.
            SecondPersonError: nobody stands beside, or not those whom the hold names.
        """
        found, bag = _both(world, self.evaluation, self.bag, self.actor)
        if bag.id in {one["bag"] for one in found.doc["decisions"]}:
            message = "this bag was decided on"
            raise AlreadyClosedError(message)
        witness = self._second(world)
        decision = {
            "bag": bag.id,
            "outcome": self.outcome,
            "by": self.actor.subject_id,
            "with": witness.person_id,
            "roles": [sorted(role.value for role in self.actor.roles), sorted(role.value for role in witness.roles)],
            "at": rfc3339(moment.now),
        }
        decisions = [*found.doc["decisions"], decision]
        left = set(held_bags(found.doc)) - {one["bag"] for one in decisions}
        doc = {**found.doc, "decisions": decisions, "state": "open" if left else "decided"}
        drafts = [self._draft(found.id, "temperature:evaluation:decided", decision, doc, witness, moment)]
        kept = [hold for hold in bag.doc["holds"] if not hold["id"].startswith(self._hold_of(found))]
        if self.outcome == "use_as_is" and kept != bag.doc["holds"] and bag.doc["state"] not in TERMINAL:
            changed = {**bag.doc, "holds": kept}
            lifted = next(hold["id"] for hold in bag.doc["holds"] if hold not in kept)
            told = {
                "step": "hold_lifted",
                "outcome": "taken",
                "because_of": found.id,
                "details": {"hold": lifted},
                "evaluation": decision,
            }
            drafts.append(self._draft(bag.id, "custody:hold_lifted:taken", told, changed, witness, moment))
        return Decision(
            reply=done(plain_view(doc)),
            drafts=tuple(drafts),
            names=(Name(f"{self.tenant}|{self._spent}", found.id, exclusive=True),),
        )

    @property
    def _spent(self) -> str:
        return f"witness-token::{self.witness.jti if self.witness is not None else ''}"

    @staticmethod
    def _hold_of(evaluation: Subject) -> str:
        """Return how the holds of an excursion are called: by their file, or by the evaluation itself."""
        return f"{evaluation.doc['of'].get('file', evaluation.id)}-"

    def _second(self, world: World) -> Witness:
        witness = self.witness
        if witness is None or self.witness_fault is not None:
            raise SecondPersonError(self.witness_fault or "witness-required")
        if witness.person_id == self.actor.subject_id:
            message = "witness-same-person"
            raise SecondPersonError(message)
        both = (
            _present(self.actor.subject_id, self.actor.site_id, self.actor.roles),
            _present(witness.person_id, witness.site_id, witness.roles),
        )
        if not covered(tuple(frozenset(group) for group in REASONS["excursion"][1]), both):
            message = "witness-wrong-role"
            raise SecondPersonError(message)
        if world.find(self._spent, self.tenant):
            message = "witness-used"
            raise SecondPersonError(message)
        return witness

    def _draft(  # noqa: PLR0913, PLR0917  # one event of the act
        self,
        subject: str,
        tag: str,
        told: Mapping[str, Any],
        doc: Mapping[str, Any],
        witness: Witness,
        moment: Moment,
    ) -> Draft:
        return Draft(
            subject=subject,
            tag=tag,
            body={
                "v": 1,
                **told,
                "actor": self.actor.subject_id,
                "device": self.device_id,
                "witness": {"id": witness.person_id, "method": witness.method, "token": witness.jti},
            },
            occurred_at=moment.now,
            actor=self.actor.subject_id,
            doc=doc,
            private={"details": {"reason": self.reason}},
            witness=witness.person_id,
        )


def _present(person: str, site: str | None, roles: frozenset[Role]) -> Person:
    return Person(id=person, site=str(site), organisation="", roles=frozenset(role.value for role in roles))


def _both(world: World, evaluation: str, bag_id: str, actor: Principal) -> tuple[Subject, Subject]:
    found, bag = world.get(evaluation, actor.tenant), world.get(bag_id, actor.tenant)
    if (
        found is None
        or found.kind != "evaluation"
        or bag is None
        or bag.kind != "bag"
        or bag.id not in {one["bag"] for one in found.doc["bags"]}
        or not visible(bag, actor)
    ):
        message = "no such evaluation of this bag"
        raise NotFoundError(message)
    return found, bag
