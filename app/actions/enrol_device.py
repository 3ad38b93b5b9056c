"""Enrol a tablet, a scanner or an interface at a site, and retire it."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import AlreadyClosedError, AlreadyExistsError, NotFoundError, done, event, existing
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, World
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class EnrolDevice:
    """The command behind ``POST /api/v1/devices``; ``code`` is how the device names itself in a scan, for ever."""

    actor: Principal
    code: str
    name: str
    site: str
    kind: str

    @property
    def tenant(self) -> str:
        """The operator of whoever enrols it."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A code can be enrolled only once anyway."""
        return None

    def needs(self) -> Needs:
        """Whether the code is taken, and the site."""
        return Needs(keys=frozenset({f"{self.tenant}|device::{self.code}", f"{self.tenant}|site::{self.site}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Enrol it.

        Raises:
            AlreadyExistsError: the code is taken, also by a retired device: its events name it.
            NotFoundError: no such site.
        """
        key = f"device::{self.code}"
        if world.find(key, self.tenant):
            message = f"the device {self.code} exists"
            raise AlreadyExistsError(message)
        sites = world.find(f"site::{self.site}", self.tenant)
        if not sites:
            message = f"no site {self.site}"
            raise NotFoundError(message)
        device = moment.new_id()
        doc = {
            "id": device,
            "code": self.code,
            "name": self.name,
            "site": sites[0].id,
            "kind": self.kind,
            "state": "enrolled",
            "enrolled_at": rfc3339(moment.now),
            "retired_at": None,
            "last_seen_at": None,
            "clock_drift_s": None,
            "identifiers": [key],
        }
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(device, "device", parent=sites[0].id, with_vault=True),),
            drafts=(event(device, "access:device:enrolled", moment=moment, actor=self.actor.subject_id, doc=doc),),
            names=(Name(f"{self.tenant}|{key}", device, exclusive=True),),
        )


@dataclass(frozen=True, slots=True)
class RetireDevice:
    """The command behind ``POST /api/v1/devices/{id}/retirement``; the reason may hold a name and is kept sealed."""

    actor: Principal
    device: str
    reason: str

    @property
    def tenant(self) -> str:
        """The operator of whoever retires it."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A device is retired once anyway."""
        return None

    def needs(self) -> Needs:
        """The device."""
        return Needs(ids=frozenset({self.device}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Retire it: nobody signs in on it any more.

        Raises:
            NotFoundError: no such device.
            AlreadyClosedError: it is retired.
        """
        device = existing(world, "device", self.device, self.tenant)
        if device.doc["state"] != "enrolled":
            message = "the device is retired"
            raise AlreadyClosedError(message)
        doc = {**device.doc, "state": "retired", "retired_at": rfc3339(moment.now)}
        retired = event(
            device.id,
            "access:device:retired",
            moment=moment,
            actor=self.actor.subject_id,
            doc=doc,
            private={"details": {"reason": self.reason}},
        )
        return Decision(reply=done(plain_view(doc)), drafts=(retired,))
