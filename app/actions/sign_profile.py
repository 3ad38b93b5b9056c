"""Sign a version of a product's profile: from then on it rules, and the one before it gives way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.actions.profile_record import (
    DRAFT,
    IN_FORCE,
    OwnProposalError,
    ProfileAlteredError,
    ProfileNotDraftError,
    digest_of,
    names_of,
    product_key,
    record,
    superseded,
    versions_of,
)
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Birth, Decision, Moment, Needs, Once, World
from app.kit.clock import rfc3339

MEANING = "approved"


@dataclass(frozen=True, slots=True)
class SignProfile:
    """The command behind ``POST /api/v1/profiles/{tag}/{version}/signature``, once the signer proved themselves anew.

    ``sha256`` is that of the document the signer read (SIG-02: a signature is bound to what was signed). ``seed`` is
    the document that comes with Givre under that number: it is recorded and signed in one act. ``method``: how the
    signer was proved (``pin``).
    """

    actor: Principal
    tag: str
    version: int
    sha256: str
    method: str
    seed: Mapping[str, Any] | None

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """What is signed cannot be signed again."""
        return None

    def needs(self) -> Needs:
        """Every recorded version of the product."""
        return Needs(keys=frozenset({product_key(self.tenant, self.tag)}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Put the version in force.

        Raises:
            NotFoundError: there is no such version.
            ProfileNotDraftError: it was signed or withdrawn, or a later one was signed before it.
            ProfileAlteredError: the document is not the one that was read.
            OwnProposalError: the signer proposed it.
        """
        known, actor = versions_of(world, self.tenant, self.tag), self.actor.subject_id
        found = known.get(self.version)
        if found is None and self.seed is None:
            message = f"no version {self.version} of {self.tag}"
            raise NotFoundError(message)
        doc = found.doc if found is not None else self._new(moment)
        later = (one.doc["signature"] is not None for number, one in known.items() if number > self.version)
        if doc["state"] != DRAFT or any(later):
            message = str(doc["state"])
            raise ProfileNotDraftError(message)
        if digest_of(doc["document"]) != self.sha256:
            message = f"{self.tag}@{self.version}"
            raise ProfileAlteredError(message)
        if doc["proposed_by"] == actor:
            message = f"{self.tag}@{self.version}"
            raise OwnProposalError(message)
        signature = {
            "by": actor,
            "at": rfc3339(moment.now),
            "method": self.method,
            "meaning": MEANING,
            "sha256": self.sha256,
        }
        signed = {**doc, "state": IN_FORCE, "signature": signature}
        earlier = [one for number, one in sorted(known.items()) if number < self.version]
        subject = str(doc["id"])
        return Decision(
            reply=done({"doc": signed}),
            births=() if found is not None else (Birth(subject, "profile", with_vault=True),),
            drafts=(
                event(
                    subject,
                    "custody:profile:signed",
                    moment=moment,
                    actor=actor,
                    body={"profile": f"{self.tag}@{self.version}", **signature},
                    doc=signed,
                    private={"name": self.actor.name},  # as printed on the day it was signed (SIG-01)
                ),
                *superseded(earlier, by=self.version, actor=actor, moment=moment),
            ),
            names=() if found is not None else names_of(self.tenant, subject, tag=self.tag, version=self.version),
        )

    def _new(self, moment: Moment) -> dict[str, Any]:
        assert self.seed is not None  # noqa: S101  # asked before
        return record(moment.new_id(), self.seed, proposed_by=None, moment=moment)
