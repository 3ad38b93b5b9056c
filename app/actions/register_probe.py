"""Enrol a probe of a dewar with a credential of its own, and retire it."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.alarm_ends import calibrated_until
from app.actions.recorded import AlreadyClosedError, AlreadyExistsError, NotFoundError, done, event, existing
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, Row, World
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class RegisterProbe:
    """The command behind ``POST /api/v1/dewars/{id}/probes``.

    ``secret`` is the SHA-256 of the credential, which is 256 random bits and shown once: nobody guesses it, so it is
    compared as it is. ``interval_s`` is how often the probe pushes; what is further apart than twice that is a gap.
    """

    actor: Principal
    dewar: str
    code: str
    serial: str
    interval_s: int
    calibration_due: str | None
    secret: bytes
    measures: str = "temperature"

    @property
    def tenant(self) -> str:
        """The operator whose dewar it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A code can be enrolled only once anyway."""
        return None

    def needs(self) -> Needs:
        """The dewar, and whether the code is taken."""
        return Needs(ids=frozenset({self.dewar}), keys=frozenset({f"{self.tenant}|{self._key}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Enrol it.

        Raises:
            NotFoundError: no such dewar.
            AlreadyExistsError: the code is taken, also by a retired probe: its readings name it.
        """
        dewar = existing(world, "dewar", self.dewar, self.tenant)
        if world.find(self._key, self.tenant):
            message = f"the probe {self.code} exists"
            raise AlreadyExistsError(message)
        probe = moment.new_id()
        doc = {
            "id": probe,
            "dewar": dewar.id,
            "code": self.code,
            "serial": self.serial,
            "interval_s": self.interval_s,
            "measures": self.measures,
            "calibration_due": self.calibration_due,
            "state": "enrolled",
            "enrolled_at": rfc3339(moment.now),
            "retired_at": None,
            "segments": 0,
            "chunks": 0,
            "identifiers": [self._key],
        }
        credential = {
            "id": probe,
            "tenant": self.tenant,
            "dewar": dewar.id,
            "code": self.code,
            "secret": self.secret,
            "interval_ms": self.interval_s * 1000,
            "active": True,
            "measures": self.measures,
        }
        nothing = dict.fromkeys(
            ("last_ms", "last_milli", "last_state", "last_ok_ms", "waiting_since_ms", "received_at")
        )
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(probe, "probe", parent=dewar.id),),
            drafts=(event(probe, "temperature:probe:enrolled", moment=moment, actor=self.actor.subject_id, doc=doc),),
            names=(Name(f"{self.tenant}|{self._key}", probe, exclusive=True),),
            rows=(
                Row("probe", credential),
                Row("probe_state", {"probe": probe, **nothing, "waiting": 0, "warm": 0}),
                calibrated_until(self.tenant, dewar.id, self.code, self.calibration_due, moment.now),
            ),
        )

    @property
    def _key(self) -> str:
        return f"probe::{self.code}"


@dataclass(frozen=True, slots=True)
class RetireProbe:
    """The command behind ``POST /api/v1/dewars/{id}/probes/{probe}/retirement``; its readings stay."""

    actor: Principal
    dewar: str
    probe: str
    secret: bytes
    """Random bytes that no credential hashes to."""

    @property
    def tenant(self) -> str:
        """The operator whose dewar it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A probe is retired once anyway."""
        return None

    def needs(self) -> Needs:
        """The probe."""
        return Needs(ids=frozenset({self.probe}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Retire it: its credential opens nothing from here on.

        Raises:
            NotFoundError: the dewar has no such probe.
            AlreadyClosedError: it is retired.
        """
        probe = world.get(self.probe, self.tenant)
        if probe is None or probe.kind != "probe" or probe.doc["dewar"] != self.dewar:
            message = "no such probe"
            raise NotFoundError(message)
        if probe.doc["state"] != "enrolled":
            message = "the probe is retired"
            raise AlreadyClosedError(message)
        doc = {**probe.doc, "state": "retired", "retired_at": rfc3339(moment.now)}
        credential = {
            "id": probe.id,
            "tenant": self.tenant,
            "dewar": self.dewar,
            "code": probe.doc["code"],
            "secret": self.secret,
            "interval_ms": probe.doc["interval_s"] * 1000,
            "active": False,
            "measures": probe.doc.get("measures", "temperature"),
        }
        return Decision(
            reply=done(plain_view(doc)),
            drafts=(event(probe.id, "temperature:probe:retired", moment=moment, actor=self.actor.subject_id, doc=doc),),
            rows=(Row("probe", credential, put=True),),
        )
