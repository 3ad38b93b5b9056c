"""Change what an account may do, or close it; its sessions end with what it may no longer do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.access.principal import Principal
from app.access.roles import Role
from app.actions.audited import Audited, keys_of, scope_of
from app.actions.record_training import OwnRightsError
from app.actions.recorded import NotFoundError, done, event
from app.actions.register_person import check_end, check_roles
from app.actions.sign_out import revoked, taken_away
from app.actions.world import Decision, Moment, Needs, Once, World
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class ChangeRights:
    """The command behind ``POST /api/v1/people/{id}/rights``: the whole of the rights as they are from now on.

    ``sessions`` are the account's live ones; they end, so that nobody goes on with the rights they had.
    """

    actor: Principal
    person: str
    roles: frozenset[Role]
    active: bool
    valid_until: datetime | None
    sessions: tuple[str, ...] = ()
    audit: Audited | None = None

    @property
    def tenant(self) -> str:
        """The administrator's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """The same change twice is one state."""
        return None

    def needs(self) -> Needs:
        """The account and its sessions, and the sites of an auditor's scope."""
        return Needs(ids=frozenset({self.person, *self.sessions}), keys=keys_of(self.audit, self.tenant))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write the new rights; the event keeps who changed what.

        Raises:
            OwnRightsError: nobody changes their own rights.
            NotFoundError: no such account.
            RolesInvalidError: roles that must not meet.
            AccountEndError: an auditor without an end, or an end that has passed.
            AuditScopeError: a scope for somebody who audits nothing, or of no time or no site.
        """
        if self.person == self.actor.subject_id:
            message = "another administrator changes your rights"
            raise OwnRightsError(message)
        person = world.get(self.person, self.tenant)
        if person is None or person.kind not in {"person", "client"}:
            message = "no such account"
            raise NotFoundError(message)
        check_roles(self.roles, person.doc["organisation_kind"])
        check_end(self.roles, self.valid_until, moment.now)
        changed: dict[str, Any] = {
            "roles": sorted(role.value for role in self.roles),
            "active": self.active,
            "valid_until": rfc3339(self.valid_until) if self.valid_until is not None else None,
        }
        audit = scope_of(self.audit, self.roles, world, self.tenant)
        if audit is not None or person.doc.get("audit") is not None:
            changed["audit"] = audit.to_doc() if audit is not None else None
        by = self.actor.subject_id
        live = [one for one in world.require(self.sessions, self.tenant) if one.doc["revoked_at"] is None]
        return Decision(
            reply=done({"id": person.id, **changed}),
            drafts=(
                event(person.id, "access:rights:changed", moment=moment, actor=by, doc={**person.doc, **changed}),
                *taken_away(live, moment, by),
            ),
            rows=revoked([one.id for one in live], moment),
        )
