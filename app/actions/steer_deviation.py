"""The life of a deviation after it was opened: an owner, a decision, corrective action, and its closure by quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.access.principal import Principal
from app.actions.recorded import AlreadyClosedError, NotFoundError, done, event, existing
from app.actions.views import plain_view
from app.actions.world import Decision, Moment, Needs, Once, Subject, World
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

DECISIONS = ("no_impact", "use_as_is", "quarantine", "return", "destroy", "other")
"""What may be decided about the bag (NCF-02); the text says why."""


class DeviationUndecidedError(GivreError):
    """A deviation is closed once somebody owns it and has decided about it."""

    code = "deviation-undecided"


@dataclass(frozen=True, slots=True)
class SteerDeviation:
    """The command behind ``POST /api/v1/deviations/{id}/…``.

    ``move``: assigned, decided, capa or closed. ``owner`` is the id of a person; ``told`` are members that hold no
    name, ``text`` is kept sealed.
    """

    actor: Principal
    deviation: str
    move: str
    text: str | None = None
    owner: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        """The operator whose deviation it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Saying it twice is saying it twice."""
        return None

    def needs(self) -> Needs:
        """The deviation, and whoever is to own it."""
        return Needs(ids=frozenset(one for one in (self.deviation, self.owner) if one is not None))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write it down.

        Raises:
            NotFoundError: there is no such deviation, or no such person.
            AlreadyClosedError: it is closed; what comes to light later is another deviation.
            DeviationUndecidedError: nobody owns it yet, or nothing was decided.
        """
        found = existing(world, "deviation", self.deviation, self.tenant)
        if found.doc["state"] == "closed":
            message = "the deviation is closed"
            raise AlreadyClosedError(message)
        doc = {**found.doc, **self._change(found, world, moment)}
        return Decision(
            reply=done(plain_view(doc)),
            drafts=(
                event(
                    found.id,
                    f"quality:deviation:{self.move}",
                    moment=moment,
                    actor=self.actor.subject_id,
                    body={"move": self.move},
                    doc=doc,
                    private={"details": {"text": self.text}} if self.text is not None else None,
                ),
            ),
        )

    def _change(self, found: Subject, world: World, moment: Moment) -> dict[str, Any]:
        by = {"by": self.actor.subject_id, "at": rfc3339(moment.now)}
        if self.move == "assigned":
            owner = world.get(self.owner or "", self.tenant) if self.owner is not None else None
            if owner is None or owner.kind != "person":
                message = "no such person"
                raise NotFoundError(message)
            return {"owner": owner.id}
        if self.move in {"decided", "capa"}:
            return {"decision" if self.move == "decided" else "capa": {**self.told, **by}}
        if found.doc.get("owner") is None or found.doc.get("decision") is None:
            message = "an owner and a decision are needed"
            raise DeviationUndecidedError(message)
        return {"state": "closed", "closed": by}
