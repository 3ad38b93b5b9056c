"""Withdraw a product's profile: nobody is enrolled and nothing is thawed under it until another version is signed."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.profile_record import IN_FORCE, WITHDRAWN, ProfileNotInForceError, product_key, versions_of
from app.actions.recorded import done, event
from app.actions.world import Decision, Moment, Needs, Once, World
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class WithdrawProfile:
    """The command behind ``POST /api/v1/profiles/{tag}/{version}/withdrawal``."""

    actor: Principal
    tag: str
    version: int
    reason: str

    @property
    def tenant(self) -> str:
        """The operator of the one who withdraws it."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """What is withdrawn cannot be withdrawn again."""
        return None

    def needs(self) -> Needs:
        """Every recorded version of the product."""
        return Needs(keys=frozenset({product_key(self.tenant, self.tag)}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Take it out of force; what it superseded does not come back by itself.

        Raises:
            ProfileNotInForceError: it does not rule, or there is no such version.
        """
        found = versions_of(world, self.tenant, self.tag).get(self.version)
        if found is None or found.doc["state"] != IN_FORCE:
            message = f"{self.tag}@{self.version}"
            raise ProfileNotInForceError(message)
        actor = self.actor.subject_id
        doc = {**found.doc, "state": WITHDRAWN, "withdrawal": {"by": actor, "at": rfc3339(moment.now)}}
        return Decision(
            reply=done({"doc": doc}),
            drafts=(
                event(
                    found.id,
                    "custody:profile:withdrawn",
                    moment=moment,
                    actor=actor,
                    body={"profile": f"{self.tag}@{self.version}"},
                    doc=doc,
                    private={"reason": self.reason},
                ),
            ),
        )
