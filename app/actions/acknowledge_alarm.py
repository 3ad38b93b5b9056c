"""A person answers an alarm: who, when, and what is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.access.principal import Principal
from app.actions.alarm_record import OWN_KINDS, found_plan, ms_of, open_key, plan_register
from app.actions.recorded import AlreadyClosedError, done, event, existing, noted
from app.actions.views import plain_view
from app.actions.world import Decision, Moment, Name, Needs, Once, World
from app.kit.clock import rfc3339

ACTIONS: Final = (
    "filled",
    "bags_moved",
    "lid_closed",
    "checked",
    "probe_replaced",
    "supplier_called",
    "false_alarm",
    "other",
)
"""What may be done about an alarm; the note says more."""


@dataclass(frozen=True, slots=True)
class AcknowledgeAlarm:
    """The command behind ``POST /api/v1/alarms/{id}/acknowledgement``. ``note`` may hold a name, and is sealed."""

    actor: Principal
    alarm: str
    dewar: str
    action: str
    note: str | None

    @property
    def tenant(self) -> str:
        """The person's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """An alarm is acknowledged once anyway."""
        return None

    def needs(self) -> Needs:
        """The alarm and the dewar's plan, which says until when it is in time."""
        key = f"{self.tenant}|{plan_register(self.dewar).key}"
        return Needs(ids=frozenset({self.alarm}), keys=frozenset({key}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write down who answers; nobody is called any more.

        Raises:
            NotFoundError: there is no such alarm.
            AlreadyClosedError: somebody has acknowledged it before.
        """
        alarm = existing(world, "alarm", self.alarm, self.tenant)
        if alarm.doc["acknowledged"] is not None:
            message = "somebody has acknowledged it"
            raise AlreadyClosedError(message)
        plan = found_plan(self.dewar, world, self.tenant)[1]
        raised_ms = ms_of(datetime.fromisoformat(alarm.doc["raised_at"]))
        # In time is before anybody else had to be called.
        second = plan.call_at(raised_ms, 1) if plan is not None else None
        # A rule that watches no more will never say that it is over: whoever answers ends it.
        watched = alarm.doc["kind"] in OWN_KINDS or (
            plan is not None and any(one.id == alarm.doc["rule"] and one.enabled for one in plan.rules)
        )
        ended = alarm.doc["cleared_at"] or (None if watched else rfc3339(moment.now))
        doc = {
            **alarm.doc,
            "state": "acknowledged" if ended is None else "closed",
            "cleared_at": ended,
            "call_ms": None,
            "acknowledged": {
                "by": self.actor.subject_id,
                "at": rfc3339(moment.now),
                "action": self.action,
                "in_time": second is None or ms_of(moment.now) <= second[0],
            },
        }
        draft = event(
            alarm.id,
            "alarms:alarm:acknowledged",
            moment=moment,
            actor=self.actor.subject_id,
            doc=doc,
            private=noted(self.note),
        )
        key = f"{self.tenant}|{open_key(self.dewar, alarm.doc['rule'])}"
        return Decision(
            reply=done(plain_view(doc)),
            drafts=(draft,),
            names=() if watched else (Name(key, alarm.id, active=False),),
        )
