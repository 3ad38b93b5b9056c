"""Found an operator: its organisation, its first site and its first administrator. Done once, from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.actions.person_record import person_doc
from app.actions.recorded import AlreadyExistsError, done, event
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, Row, World

INSTALLATION = "givre"
"""The tenant of what belongs to nobody: sign-ins under logins that do not exist."""
DOOR_KEY = "door::installation"


@dataclass(frozen=True, slots=True)
class FoundOperator:
    """The command behind ``givre people found``."""

    tenant: str
    organisation: str
    site_code: str
    site: str
    login: str
    name: str
    secret_hash: str
    pin_hash: str | None

    @property
    def once(self) -> Once | None:
        """Founding twice is an error, not a repetition."""
        return None

    def needs(self) -> Needs:
        """Whether the tenant or its site exists."""
        return Needs(keys=frozenset({f"{self.tenant}|organisation::{self.tenant}", f"{INSTALLATION}|{DOOR_KEY}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Make the three subjects, and the installation's door when this is the first operator."""
        if world.find(f"organisation::{self.tenant}", self.tenant):
            message = f"the operator {self.tenant} exists"
            raise AlreadyExistsError(message)
        organisation, site, person = moment.new_id(), moment.new_id(), moment.new_id()
        docs: dict[str, dict[str, Any]] = {
            organisation: {
                "id": organisation,
                "code": self.tenant,
                "name": self.organisation,
                "kind": "hospital",
                "identifiers": [f"organisation::{self.tenant}"],
            },
            site: {
                "id": site,
                "code": self.site_code,
                "name": self.site,
                "organisation": organisation,
                "organisation_kind": "hospital",
                "training_required": True,
                "identifiers": [f"site::{self.site_code}"],
            },
            person: person_doc(person, site, organisation, "hospital", roles=("admin",), trained=True),
        }
        kinds = {organisation: "organisation", site: "site", person: "person"}
        return Decision(
            reply=done({"organisation": organisation, "site": site, "person": person}),
            births=tuple(Birth(one, kind, with_vault=kind != "organisation") for one, kind in kinds.items()),
            drafts=tuple(
                event(one, f"access:{kinds[one]}:registered", moment=moment, actor=None, doc=doc)
                for one, doc in docs.items()
            ),
            names=tuple(
                Name(f"{self.tenant}|{key}", one, exclusive=True)
                for one, doc in docs.items()
                for key in doc["identifiers"]
            ),
            rows=(
                Row(
                    "credential",
                    {
                        "subject": person,
                        "tenant": self.tenant,
                        "kind": "person",
                        "login": self.login,
                        "name": self.name,
                        "secret_hash": self.secret_hash,
                        "pin_hash": self.pin_hash,
                    },
                ),
            ),
        )


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Make the subject that refused sign-ins under unknown logins are chained to; nothing when it is there."""

    @property
    def tenant(self) -> str:
        """The installation itself."""
        return INSTALLATION

    @property
    def once(self) -> Once | None:
        """It asks before it makes."""
        return None

    def needs(self) -> Needs:
        """Whether it is there."""
        return Needs(keys=frozenset({f"{INSTALLATION}|{DOOR_KEY}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Make it once."""
        found = world.find(DOOR_KEY, INSTALLATION)
        if found:
            return Decision(reply=done(found[0].id))
        door = moment.new_id()
        return Decision(
            reply=done(door),
            births=(Birth(door, "door", with_vault=True),),
            drafts=(
                event(
                    door, "access:door:opened", moment=moment, actor=None, doc={"id": door, "identifiers": [DOOR_KEY]}
                ),
            ),
            names=(Name(f"{INSTALLATION}|{DOOR_KEY}", door, exclusive=True),),
        )
