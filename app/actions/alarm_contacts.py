"""Whom alarms call: added and taken away by a pharmacist. Names and addresses stand in one table, not in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.access.principal import Principal
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Moment, Needs, Once, Row, World


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call. ``address``: of the channel's own kind (an e-mail address, a URL, a telephone number)."""

    id: str
    tenant: str
    name: str
    channel: str
    address: str
    language: str
    active: bool


class Contacts(Protocol):
    """Reads of contacts; every method raises NotAnsweringError when the database is away."""

    def contacts(self, tenant: str) -> Sequence[Contact]:
        """Return every contact of an operator, those that are no more in use among them."""
        ...

    def contact(self, contact: str, tenant: str) -> Contact | None:
        """Return one of them."""
        ...

    def calls(self, alarm: str, tenant: str) -> Sequence[dict[str, Any]]:
        """Return what was sent about an alarm, to whom, when, and what went wrong."""
        ...


@dataclass(frozen=True, slots=True)
class AddContact:
    """The command behind ``POST /api/v1/alarms/contacts``."""

    actor: Principal
    name: str
    channel: str
    address: str
    language: str

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Added twice, they are called twice."""
        return None

    def needs(self) -> Needs:
        """The site on whose chain it stands."""
        return Needs(ids=frozenset({str(self.actor.site_id)}))

    def decide(self, _world: World, moment: Moment) -> Decision:
        """Add them; the site's chain says that it was done, and by whom."""
        contact = Contact(
            moment.new_id(), self.tenant, self.name, self.channel, self.address, self.language, active=True
        )
        return Decision(
            reply=done(contact.id),
            drafts=(
                event(
                    str(self.actor.site_id),
                    "alarms:contact:added",
                    moment=moment,
                    actor=self.actor.subject_id,
                    body={"contact": contact.id, "channel": contact.channel},
                ),
            ),
            rows=(row_of(contact),),
        )


@dataclass(frozen=True, slots=True)
class EndContact:
    """The command behind ``POST /api/v1/alarms/contacts/{id}/end``: they are called no more."""

    actor: Principal
    contact: Contact | None

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Ended twice, it is ended."""
        return None

    def needs(self) -> Needs:
        """The site on whose chain it stands."""
        return Needs(ids=frozenset({str(self.actor.site_id)}))

    def decide(self, _world: World, moment: Moment) -> Decision:
        """Call them no more; name and address go with it.

        Raises:
            NotFoundError: there is no such contact.
        """
        if self.contact is None:
            message = "no such contact"
            raise NotFoundError(message)
        gone = replace(self.contact, active=False, name="", address="")
        return Decision(
            reply=done({"id": gone.id, "active": False}),
            drafts=(
                event(
                    str(self.actor.site_id),
                    "alarms:contact:ended",
                    moment=moment,
                    actor=self.actor.subject_id,
                    body={"contact": gone.id},
                ),
            ),
            rows=(row_of(gone),),
        )


def row_of(contact: Contact) -> Row:
    """Return the row that keeps a contact."""
    return Row("alarm_contact", {name: getattr(contact, name) for name in Contact.__dataclass_fields__}, put=True)
