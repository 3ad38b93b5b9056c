"""Register a person or a machine client at a site, with its roles and its secrets (hashed before they get here)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.access.principal import Principal
from app.access.roles import CLINICAL, Role
from app.actions.audited import Audited, keys_of, scope_of
from app.actions.person_record import asks_for_training, person_doc
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Birth, Decision, Moment, Needs, Once, Row, World
from app.kit.errors import GivreError


class RolesInvalidError(GivreError):
    """Roles that one person may not hold together, or that do not fit the organisation."""

    code = "roles-invalid"


class AccountEndError(GivreError):
    """An auditor's access is for a time, and an account's time lies ahead."""

    code = "account-end"


@dataclass(frozen=True, slots=True)
class RegisterPerson:
    """The command behind ``POST /api/v1/people`` and ``/clients``. ``login`` is unique in the whole installation."""

    actor: Principal
    kind: Literal["person", "client"]
    login: str
    name: str
    site: str
    roles: frozenset[Role]
    secret_hash: str
    pin_hash: str | None
    valid_until: datetime | None = None
    audit: Audited | None = None

    @property
    def tenant(self) -> str:
        """The administrator's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A login can be registered only once anyway."""
        return None

    def needs(self) -> Needs:
        """The site, by its code, and those of an auditor's scope."""
        return Needs(keys=frozenset({f"{self.tenant}|site::{self.site}"}) | keys_of(self.audit, self.tenant))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Register at an existing site.

        Raises:
            NotFoundError: no such site.
            RolesInvalidError: administration mixed with clinical work, or a role its organisation does not have.
            AccountEndError: an auditor without an end, or an end that has passed.
            AuditScopeError: a scope for somebody who audits nothing, or of no time or no site.
        """
        sites = world.find(f"site::{self.site}", self.tenant)
        if not sites:
            message = f"no site {self.site}"
            raise NotFoundError(message)
        site = sites[0]
        check_roles(self.roles, site.doc["organisation_kind"])
        subject = moment.new_id()
        kind = site.doc["organisation_kind"]
        check_end(self.roles, self.valid_until, moment.now)
        audit = scope_of(self.audit, self.roles, world, self.tenant)
        trained = site.doc.get("training_required", asks_for_training(kind))
        doc = person_doc(
            subject,
            site.id,
            site.doc["organisation"],
            kind,
            roles=self.roles,
            trained=trained,
            ends=self.valid_until,
            audit=audit,
        )
        return Decision(
            reply=done({"id": subject, "login": self.login, "site": site.id, "roles": doc["roles"]}),
            births=(Birth(subject, self.kind, parent=site.id, with_vault=True),),
            drafts=(
                event(subject, f"access:{self.kind}:registered", moment=moment, actor=self.actor.subject_id, doc=doc),
            ),
            rows=(
                Row(
                    "credential",
                    {
                        "subject": subject,
                        "tenant": self.tenant,
                        "kind": self.kind,
                        "login": self.login,
                        "name": self.name,
                        "secret_hash": self.secret_hash,
                        "pin_hash": self.pin_hash,
                    },
                ),
            ),
        )


def check_end(roles: frozenset[Role], ends: datetime | None, now: datetime) -> None:
    """Refuse an auditor's account without an end, and any account that has ended before it begins."""
    if (ends is None and Role.AUDITOR in roles) or (ends is not None and ends <= now):
        message = "an end in the future"
        raise AccountEndError(message)


def check_roles(roles: frozenset[Role], organisation_kind: str) -> None:
    """Refuse roles that must not meet: an administrator never performs a clinical step (ACC-01)."""
    if not roles:
        message = "at least one role"
        raise RolesInvalidError(message)
    if Role.ADMIN in roles and roles != {Role.ADMIN}:
        message = "an administrator holds no other role"
        raise RolesInvalidError(message)
    if Role.AUDITOR in roles and roles != {Role.AUDITOR}:
        message = "an auditor holds no other role"
        raise RolesInvalidError(message)
    outside = {"manufacturer": {Role.MANUFACTURER}, "sponsor": {Role.MANUFACTURER}, "carrier": {Role.CARRIER}}
    permitted = outside.get(organisation_kind, (CLINICAL | {Role.COORDINATOR, Role.QUALITY, Role.AUDITOR, Role.ADMIN}))
    if not roles <= permitted:
        message = f"these roles do not exist at a {organisation_kind}"
        raise RolesInvalidError(message)
