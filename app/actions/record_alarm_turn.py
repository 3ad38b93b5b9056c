"""Write down what the alarm engine came to: an alarm raised, or over."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.alarm_record import Raising, at_ms, found_plan, open_key, plan_register, raised, restricted
from app.actions.recorded import done, event
from app.actions.world import Decision, Moment, Name, Needs, Once, Subject, World
from app.alarms.kinds import KINDS
from app.kit.clock import rfc3339

_NOTHING = Decision(reply=done(None))


@dataclass(frozen=True, slots=True)
class AlarmTurn:
    """What the engine has stored and the ledger does not say yet; ``id`` becomes that of the alarm it raises."""

    id: str
    tenant: str
    dewar: str
    rule: str
    what: str
    since_ms: int
    at_ms: int
    value: int | None


@dataclass(frozen=True, slots=True)
class RecordAlarmTurn:
    """Recorded as often as it takes: the second time it is there already, and nothing happens."""

    turn: AlarmTurn

    @property
    def tenant(self) -> str:
        """The operator of the dewar."""
        return self.turn.tenant

    @property
    def once(self) -> Once | None:
        """The alarm's own id does it."""
        return None

    def needs(self) -> Needs:
        """The dewar, its plan, the alarm of that id, and the open one of that rule."""
        turn = self.turn
        keys = {plan_register(turn.dewar).key, open_key(turn.dewar, turn.rule)}
        return Needs(ids=frozenset({turn.id, turn.dewar}), keys=frozenset(f"{self.tenant}|{key}" for key in keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Raise it, or say that it is over."""
        turn = self.turn
        dewar = world.get(turn.dewar, self.tenant)
        standing = next(iter(world.find(open_key(turn.dewar, turn.rule), self.tenant)), None)
        if dewar is None:
            return _NOTHING
        if turn.what == "cleared":
            return self._over(standing, moment) if standing is not None else _NOTHING
        if world.get(turn.id, self.tenant) is not None:
            return _NOTHING
        plan = found_plan(turn.dewar, world, self.tenant)[1]
        kind, source, severity = parts_of(turn.rule)
        made = raised(
            Raising(turn.id, turn.rule, kind, source, severity, turn.since_ms, turn.value), dewar, plan, moment
        )
        taken_out = restricted(dewar, turn.id, moment, None) if KINDS[kind].restricts else ()
        # One that still stands belongs to a rule that was switched off meanwhile: nobody saw it end.
        before = self._over(standing, moment) if standing is not None else _NOTHING
        return Decision(
            reply=done(None),
            births=(made.birth,),
            drafts=(*before.drafts, *made.drafts, *taken_out),
            names=(*before.names, made.name),
            rows=made.rows,
        )

    def _over(self, alarm: Subject, moment: Moment) -> Decision:
        answered = alarm.doc["acknowledged"] is not None
        # A warning that is over calls nobody any more. What asked for action is looked at by a person all the same.
        quiet = answered or alarm.doc["severity"] == "warning"
        doc = {
            **alarm.doc,
            "cleared_at": rfc3339(at_ms(self.turn.at_ms)),
            "state": "closed" if answered else "open",
            "call_ms": None if quiet else alarm.doc["call_ms"],
        }
        key = f"{self.tenant}|{open_key(self.turn.dewar, self.turn.rule)}"
        return Decision(
            reply=done(None),
            drafts=(event(alarm.id, "alarms:alarm:cleared", moment=moment, actor=None, doc=doc),),
            names=(Name(key, alarm.id, active=False),),
        )


def parts_of(rule: str) -> tuple[str, str, str]:
    """Return kind, source and severity of a rule's id; a source may hold a slash."""
    kind, _, rest = rule.partition("/")
    source, _, severity = rest.rpartition("/")
    return kind, source, severity
