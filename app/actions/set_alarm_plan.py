"""Set the alarm plan of a dewar. A rule that calls nobody any more is an alarm of its own, and restricts the dewar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.actions.alarm_ends import HOLD, QUALIFICATION, standing_ends
from app.actions.alarm_inbox import TESTS
from app.actions.alarm_record import Raised, Raising, ms_of, open_key, plan_register, raised, restricted
from app.actions.recorded import NotFoundError, done, event
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Subject, World
from app.alarms.plan import Plan, armed, weakened
from app.alarms.rule import Rule, RuleInvalidError
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

_DAY_S = 86_400


class ReasonMissingError(GivreError):
    """Rules that called somebody are switched off or gone, and nobody has said why."""

    code = "alarm-reason-missing"


@dataclass(frozen=True, slots=True)
class SetAlarmPlan:
    """The command behind ``POST /api/v1/alarms/rules``. ``contacts`` are those that exist and are in use.

    ``reason`` is asked for when a rule is switched off or taken away.
    """

    actor: Principal
    dewar: str
    plan: Plan
    contacts: frozenset[str]
    test_every_days: int | None
    reason: str | None = None
    probes: frozenset[str] = frozenset()
    """The dewar's probes: until when they are calibrated is told to rules that begin to watch for it."""
    shipper: str | None = None
    """What a shipper's symbol says: how long it holds on the journey it is on is told as well."""

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Set twice, it is the same plan twice."""
        return None

    def needs(self) -> Needs:
        """The dewar, its plan so far, and the alarms about rules that call again."""
        keys = {plan_register(self.dewar).key, *(self._disabled_key(rule) for rule in self.plan.rules)}
        keys |= set() if self.shipper is None else {self.shipper}
        return Needs(ids=frozenset({self.dewar, *self.probes}), keys=frozenset(f"{self.tenant}|{key}" for key in keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write the plan, and raise what its weakening asks for.

        Raises:
            NotFoundError: there is no such dewar.
            RuleInvalidError: it calls somebody who is no contact.
            ReasonMissingError: a rule is switched off without a word.
        """
        dewar = world.get(self.dewar, self.tenant)
        if dewar is None or dewar.kind not in {"dewar", "shipper"}:
            message = "no such dewar"
            raise NotFoundError(message)
        if dewar.kind == "shipper" and any(rule.source not in {QUALIFICATION, HOLD} for rule in self.plan.rules):
            message = "a shipper is watched for its qualification and its hold only"
            raise RuleInvalidError(message)
        if dewar.kind == "dewar" and any(rule.source == HOLD for rule in self.plan.rules):
            message = "a dewar has no hold that ends"
            raise RuleInvalidError(message)
        strangers = {one for step in self.plan.steps for one in step.contacts} - self.contacts
        if strangers:
            message = f"no contact {', '.join(sorted(strangers))}"
            raise RuleInvalidError(message)
        register = plan_register(self.dewar)
        known = register.found(world, self.tenant)
        before = Plan.from_doc(known.doc) if known is not None else Plan((), ())
        gone = weakened(before.rules, self.plan.rules)
        if gone and self.reason is None:
            message = ", ".join(one.id for one in gone)
            raise ReasonMissingError(message)
        version = int(known.doc["version"]) + 1 if known is not None else 1
        plan = armed(before.rules, self.plan, version)
        changes: dict[str, Any] = {**plan.to_doc(), "version": version, "test_every_days": self.test_every_days}
        written, subject, doc = self._written(known, changes, moment)
        alarms = self._disabled(gone, dewar, moment)
        taken_out = restricted(dewar, alarms[0].birth.id, moment, self.actor.subject_id) if alarms else ()
        closing = self._enabled(world, moment)
        return Decision(
            reply=done(plain_view(doc)),
            births=(*((Birth(subject, register.kind, parent=dewar.id),) if known is None else ()), *_births(alarms)),
            drafts=(written, *(draft for one in alarms for draft in one.drafts), *taken_out, *closing[0]),
            names=(
                *((Name(f"{self.tenant}|{register.key}", subject, exclusive=True),) if known is None else ()),
                *(one.name for one in alarms),
                *closing[1],
            ),
            rows=(
                *(row for one in alarms for row in one.rows),
                *standing_ends(self.tenant, dewar.doc, self._probes(world), self._journeys(world), plan, moment.now),
            ),
        )

    def _probes(self, world: World) -> list[dict[str, Any]]:
        return [one.doc for one in world.require(sorted(self.probes), self.tenant) if one.doc["state"] == "enrolled"]

    def _journeys(self, world: World) -> list[dict[str, Any]]:
        return [one.doc for one in world.find(self.shipper, self.tenant)] if self.shipper is not None else []

    def _written(
        self, known: Subject | None, changes: dict[str, Any], moment: Moment
    ) -> tuple[Draft, str, dict[str, Any]]:
        register = plan_register(self.dewar)
        subject = known.id if known is not None else moment.new_id()
        before = known.doc if known is not None else {"id": subject, **register.empty, "identifiers": [register.key]}
        doc = {**before, **changes}
        draft = event(subject, register.tag, moment=moment, actor=self.actor.subject_id, doc=doc)
        return draft, subject, doc

    def _disabled_key(self, rule: Rule) -> str:
        return open_key(self.dewar, f"rule_disabled/{rule.id}/action")

    def _disabled(self, gone: tuple[Rule, ...], dewar: Subject, moment: Moment) -> list[Raised]:
        # A rule that is switched on again has ended its alarm, so none of these names is taken.
        return [
            raised(
                Raising(
                    moment.new_id(),
                    f"rule_disabled/{rule.id}/action",
                    "rule_disabled",
                    rule.id,
                    "action",
                    ms_of(moment.now),
                    actor=self.actor.subject_id,
                    details={"rule_was": rule.to_doc()},
                    private={"details": {"reason": self.reason}},
                ),
                dewar,
                self.plan,
                moment,
            )
            for rule in gone
        ]

    def _enabled(self, world: World, moment: Moment) -> tuple[tuple[Draft, ...], tuple[Name, ...]]:
        """Return what ends the alarms about rules that call again."""
        drafts, names = [], []
        for rule in self.plan.rules:
            key = self._disabled_key(rule)
            for alarm in world.find(key, self.tenant) if rule.enabled else ():
                answered = alarm.doc["acknowledged"] is not None
                doc = {
                    **alarm.doc,
                    "cleared_at": rfc3339(moment.now),
                    "state": "closed" if answered else "open",
                }
                drafts.append(
                    event(alarm.id, "alarms:alarm:cleared", moment=moment, actor=self.actor.subject_id, doc=doc)
                )
                names.append(Name(f"{self.tenant}|{key}", alarm.id, active=False))
        return tuple(drafts), tuple(names)


def _births(alarms: list[Raised]) -> list[Birth]:
    return [one.birth for one in alarms]


def with_test_rule(plan: Plan, every_days: int | None) -> Plan:
    """Return the plan with the rule that watches its own tests, where a term is set (monthly: 31 days)."""
    if every_days is None:
        return plan
    rule = Rule(f"test_overdue/{TESTS}/warning", "test_overdue", TESTS, "warning", after_s=every_days * _DAY_S)
    others = tuple(one for one in plan.rules if one.kind != "test_overdue")
    return Plan((*others, rule), plan.steps, plan.repeat_s)
