"""Record what was done to a dewar or its probe: qualified, mapped, calibrated, serviced; and until when it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.access.principal import Principal
from app.actions.alarm_inbox import CALIBRATION, readings_arrived
from app.actions.alarm_record import ms_of
from app.actions.record_alarm_test import InTheFutureError
from app.actions.recorded import NotFoundError, done, event
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, Subject, World
from app.alarms.sample import Sample
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

KINDS: Final = ("qualification", "mapping", "calibration", "service", "cleaning")


class ProbeMissingError(GivreError):
    """A calibration is of a probe, and nothing else is."""

    code = "upkeep-probe"


@dataclass(frozen=True, slots=True)
class RecordUpkeep:
    """The command behind ``POST /api/v1/dewars/{id}/upkeep``. ``probe``: which one was calibrated, by its code.

    ``certificate``: what paper proves it. ``passed`` False: it did not, and the dewar is restricted.
    """

    actor: Principal
    dewar: str
    kind: str
    done_at: datetime
    valid_until: date | None
    passed: bool
    probe: str | None
    certificate: str | None
    note: str | None

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Done twice, it was done twice."""
        return None

    def needs(self) -> Needs:
        """The dewar."""
        return Needs(ids=frozenset({self.dewar}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it; a qualification or mapping that passed gives the dewar its dates.

        Raises:
            NotFoundError: there is no such dewar.
            InTheFutureError: it has not been done yet.
            ProbeMissingError: a calibration without its probe, or a probe with anything else.
        """
        dewar = world.get(self.dewar, self.tenant)
        if dewar is None or dewar.kind != "dewar":
            message = "no such dewar"
            raise NotFoundError(message)
        if self.done_at > moment.now:
            message = "done_at"
            raise InTheFutureError(message)
        if (self.kind == "calibration") != (self.probe is not None):
            message = "probe"
            raise ProbeMissingError(message)
        upkeep = moment.new_id()
        doc = {
            "id": upkeep,
            "dewar": dewar.id,
            "kind": self.kind,
            "done_at": rfc3339(self.done_at),
            "valid_until": self.valid_until.isoformat() if self.valid_until is not None else None,
            "passed": self.passed,
            "probe": self.probe,
            "certificate": self.certificate,
            "by": self.actor.subject_id,
        }
        noted = event(
            upkeep,
            "cryostore:upkeep:recorded",
            moment=moment,
            actor=self.actor.subject_id,
            doc=doc,
            private={"details": {"note": self.note}} if self.note is not None else None,
        )
        calibrated = self.passed and self.probe is not None
        told = Sample(ms_of(self.done_at), 1)
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(upkeep, "upkeep", parent=dewar.id, with_vault=True),),
            drafts=(noted, *self._of_dewar(dewar, upkeep, moment)),
            rows=(readings_arrived(self.tenant, dewar.id, f"{CALIBRATION}{self.probe}", [told]),) if calibrated else (),
        )

    def _of_dewar(self, dewar: Subject, upkeep: str, moment: Moment) -> tuple[Draft, ...]:
        day = self.done_at.date().isoformat()
        changes: dict[str, Any] = {}
        if not self.passed and dewar.doc["status"] == "qualified":
            changes["status"] = "restricted"
        if self.passed and self.kind == "qualification":
            until = self.valid_until.isoformat() if self.valid_until is not None else None
            changes |= {"qualified_on": day, "qualified_until": until}
        if self.passed and self.kind == "mapping":
            changes["mapped_on"] = day
        if not changes:
            return ()
        doc = {**dewar.doc, **changes}
        body = {"because_of": upkeep}
        return (
            event(dewar.id, "cryostore:dewar:changed", moment=moment, actor=self.actor.subject_id, body=body, doc=doc),
        )
