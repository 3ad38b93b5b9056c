"""Declare a kind of label that no standard describes, or withdraw it: from then on it is read, or read no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.actions.recorded import AlreadyClosedError, AlreadyExistsError, NotFoundError, done, event
from app.actions.scan_profiles import IN_FORCE, KIND, WITHDRAWN
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, World
from app.kit.clock import rfc3339


def _key(tag: str) -> str:
    return f"scan-profile::{tag}"


@dataclass(frozen=True, slots=True)
class DeclareLabels:
    """The command behind ``POST /api/v1/scan-profiles``; ``stated`` was proved on samples before."""

    actor: Principal
    tag: str
    stated: Mapping[str, Any]

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A tag can be declared only once anyway."""
        return None

    def needs(self) -> Needs:
        """Whether the tag is taken."""
        return Needs(keys=frozenset({f"{self.tenant}|{_key(self.tag)}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Declare it.

        Raises:
            AlreadyExistsError: the tag was declared before; a changed label gets another one.
        """
        if world.find(_key(self.tag), self.tenant):
            message = f"{self.tag} was declared before"
            raise AlreadyExistsError(message)
        made, actor = moment.new_id(), self.actor.subject_id
        doc = {
            **self.stated,
            "id": made,
            "tag": self.tag,
            "state": IN_FORCE,
            "declared_by": actor,
            "declared_at": rfc3339(moment.now),
            "withdrawn_at": None,
            "identifiers": [_key(self.tag)],
        }
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(made, KIND),),
            drafts=(event(made, "barcodes:scan_profile:declared", moment=moment, actor=actor, doc=doc),),
            names=(Name(f"{self.tenant}|{_key(self.tag)}", made, exclusive=True),),
        )


@dataclass(frozen=True, slots=True)
class WithdrawLabels:
    """The command behind ``POST /api/v1/scan-profiles/{tag}/withdrawal``."""

    actor: Principal
    tag: str
    reason: str

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """What was withdrawn cannot be withdrawn again."""
        return None

    def needs(self) -> Needs:
        """The declared label."""
        return Needs(keys=frozenset({f"{self.tenant}|{_key(self.tag)}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Withdraw it; what was read by it stays on record.

        Raises:
            NotFoundError: no such label was declared.
            AlreadyClosedError: it was withdrawn before.
        """
        found = world.find(_key(self.tag), self.tenant)
        if not found:
            message = "no such scan profile"
            raise NotFoundError(message)
        if found[0].doc["state"] == WITHDRAWN:
            message = "it was withdrawn before"
            raise AlreadyClosedError(message)
        doc = {**found[0].doc, "state": WITHDRAWN, "withdrawn_at": rfc3339(moment.now)}
        withdrawn = event(
            found[0].id,
            "barcodes:scan_profile:withdrawn",
            moment=moment,
            actor=self.actor.subject_id,
            body={"reason": self.reason},
            doc=doc,
        )
        return Decision(reply=done(plain_view(doc)), drafts=(withdrawn,))
