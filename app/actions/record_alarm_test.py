"""Record that the alarm of a dewar was tried: whether it rang, and who heard it. One that did not ring is an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.access.principal import Principal
from app.actions.alarm_inbox import TESTS, readings_arrived
from app.actions.alarm_record import Raising, found_plan, ms_of, open_key, plan_register, raised, restricted
from app.actions.recorded import NotFoundError, done, event, happened, noted
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, World
from app.alarms.sample import Sample
from app.kit.clock import rfc3339

_FAILED = "test_failed/tests/action"


@dataclass(frozen=True, slots=True)
class RecordAlarmTest:
    """The command behind ``POST /api/v1/alarms/tests``. ``rang``: it did, and those who were to be called were."""

    actor: Principal
    dewar: str
    tested_at: datetime
    rang: bool
    note: str | None

    @property
    def tenant(self) -> str:
        """The operator of who tests."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Two tests are two tests."""
        return None

    def needs(self) -> Needs:
        """The dewar, its plan, and whether the last test had failed."""
        keys = {plan_register(self.dewar).key, open_key(self.dewar, _FAILED)}
        return Needs(ids=frozenset({self.dewar}), keys=frozenset(f"{self.tenant}|{key}" for key in keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it; a bell that did not ring restricts the dewar until it is tried again and does.

        Raises:
            NotFoundError: there is no such dewar, or it has no alarm plan.
            InTheFutureError: it has not been tested yet.
        """
        dewar = world.get(self.dewar, self.tenant)
        subject, plan = found_plan(self.dewar, world, self.tenant)
        if dewar is None or dewar.kind != "dewar" or subject is None:
            message = "no such dewar, or none with an alarm plan"
            raise NotFoundError(message)
        happened(self.tested_at, stated="tested_at", moment=moment)
        test, who = moment.new_id(), self.actor.subject_id
        doc = {
            "id": test,
            "dewar": dewar.id,
            "dewar_code": dewar.doc["code"],
            "tested_at": rfc3339(self.tested_at),
            "by": who,
            "rang": self.rang,
            "plan_version": subject.doc["version"],
        }
        births = [Birth(test, "alarm_test", parent=dewar.id, with_vault=True)]
        drafts = [event(test, "alarms:test:recorded", moment=moment, actor=who, doc=doc, private=noted(self.note))]
        names, rows = list[Name](), []
        failed = next(iter(world.find(open_key(dewar.id, _FAILED), self.tenant)), None)
        if self.rang:
            last = max(filter(None, (subject.doc["last_test_at"], doc["tested_at"])))
            told = {**subject.doc, "last_test_at": last}
            drafts.append(event(subject.id, "alarms:plan:tested", moment=moment, actor=who, doc=told))
            rows.append(readings_arrived(self.tenant, dewar.id, TESTS, [Sample(ms_of(self.tested_at), 1)]))
            if failed is not None:
                over = {**failed.doc, "cleared_at": rfc3339(moment.now)}
                over["state"] = "closed" if over["acknowledged"] is not None else "open"
                drafts.append(event(failed.id, "alarms:alarm:cleared", moment=moment, actor=who, doc=over))
                names.append(Name(f"{self.tenant}|{open_key(dewar.id, _FAILED)}", failed.id, active=False))
        elif failed is None:
            raising = Raising(
                moment.new_id(), _FAILED, "test_failed", TESTS, "action", ms_of(self.tested_at), actor=who
            )
            made = raised(raising, dewar, plan, moment)
            births.append(made.birth)
            drafts += [*made.drafts, *restricted(dewar, raising.id, moment, who)]
            names.append(made.name)
            rows += made.rows
        return Decision(
            reply=done(plain_view(doc)),
            births=tuple(births),
            drafts=tuple(drafts),
            names=tuple(names),
            rows=tuple(rows),
        )
