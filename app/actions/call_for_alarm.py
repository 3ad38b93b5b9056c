"""Call the next person: an alarm nobody has acknowledged in time goes one step up."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.alarm_record import called, found_plan, ms_of, plan_register
from app.actions.recorded import done
from app.actions.world import Decision, Moment, Needs, Once, World


@dataclass(frozen=True, slots=True)
class CallForAlarm:
    """One call of one alarm. Two processes that find it due at once call once: the second finds it done."""

    tenant_of: str
    alarm: str
    dewar: str

    @property
    def tenant(self) -> str:
        """The operator of the dewar."""
        return self.tenant_of

    @property
    def once(self) -> Once | None:
        """How many calls there were is in the alarm itself."""
        return None

    def needs(self) -> Needs:
        """The alarm and the dewar's plan."""
        key = f"{self.tenant}|{plan_register(self.dewar).key}"
        return Needs(ids=frozenset({self.alarm}), keys=frozenset({key}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Call, if it is still due."""
        alarm = world.get(self.alarm, self.tenant)
        plan = found_plan(self.dewar, world, self.tenant)[1]
        if alarm is None or plan is None or alarm.doc["call_ms"] is None or alarm.doc["call_ms"] > ms_of(moment.now):
            return Decision(reply=done(None))
        draft, rows = called(alarm.doc, plan, self.tenant, moment)
        return Decision(reply=done(None), drafts=(draft,), rows=rows)
