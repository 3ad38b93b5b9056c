"""Record what was done to a dewar or its probe: qualified, mapped, calibrated, serviced; and until when it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.access.principal import Principal
from app.actions.alarm_ends import calibrated_until, qualified_until
from app.actions.alarm_inbox import CALIBRATION, readings_arrived
from app.actions.alarm_record import ms_of
from app.actions.recorded import done, event, existing, happened, noted
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, Row, Subject, World
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
        """The dewar, and the probe that was calibrated."""
        keys = frozenset() if self.probe is None else frozenset({f"{self.tenant}|probe::{self.probe}"})
        return Needs(ids=frozenset({self.dewar}), keys=keys)

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it; a qualification or mapping that passed gives the dewar its dates.

        Raises:
            NotFoundError: there is no such dewar.
            InTheFutureError: it has not been done yet.
            ProbeMissingError: a calibration without its probe, or a probe with anything else.
        """
        dewar = existing(world, "dewar", self.dewar, self.tenant)
        happened(self.done_at, stated="done_at", moment=moment)
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
        told = event(
            upkeep,
            "cryostore:upkeep:recorded",
            moment=moment,
            actor=self.actor.subject_id,
            doc=doc,
            private=noted(self.note),
        )
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(upkeep, "upkeep", parent=dewar.id, with_vault=True),),
            drafts=(told, *self._of_dewar(dewar, upkeep, moment), *self._of_probe(world, upkeep, moment)),
            rows=self._told(dewar.id, moment),
        )

    def _told(self, dewar: str, moment: Moment) -> tuple[Row, ...]:
        """Return what alarm rules hear of it."""
        until = self.valid_until.isoformat() if self.valid_until is not None else None
        if not self.passed:
            return ()
        if self.kind == "qualification":
            return (qualified_until(self.tenant, dewar, until, moment.now),)
        if self.probe is None:
            return ()
        calibrated = readings_arrived(
            self.tenant, dewar, f"{CALIBRATION}{self.probe}", [Sample(ms_of(self.done_at), 1)]
        )
        return (calibrated, calibrated_until(self.tenant, dewar, self.probe, until, moment.now))

    def _of_probe(self, world: World, upkeep: str, moment: Moment) -> tuple[Draft, ...]:
        """Return what gives the probe its new date, where the code is one of this dewar's."""
        found = world.find(f"probe::{self.probe}", self.tenant) if self.passed and self.probe is not None else []
        until = self.valid_until.isoformat() if self.valid_until is not None else None
        return tuple(
            event(
                one.id,
                "temperature:probe:calibrated",
                moment=moment,
                actor=self.actor.subject_id,
                body={"because_of": upkeep},
                doc={**one.doc, "calibration_due": until},
            )
            for one in found
            if one.doc["dewar"] == self.dewar
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
