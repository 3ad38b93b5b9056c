"""The alarm plan of one dewar: its rules, and who is called, one after the other, until somebody answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.alarms.kinds import KINDS
from app.alarms.rule import MAX_FOR_S, MAX_SECONDS, Rule, RuleInvalidError

MAX_RULES: Final = 64
MAX_STEPS: Final = 8
MOST_CALLS: Final = 100
"""Calls of one alarm in all; by then it has been escalated for a day at the default pace."""
REPEAT_S: Final = 900
"""Seconds between two calls of the last step while nobody answers; ours, a site sets its own."""
_MINUTE_S: Final = 60
_HOTTEST: Final = 200_000
_COLDEST: Final = -273_150


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the escalation: who is called, so many seconds after the alarm was raised."""

    after_s: int
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Rules and escalation of one dewar."""

    rules: tuple[Rule, ...]
    steps: tuple[Step, ...]
    repeat_s: int = REPEAT_S

    def to_doc(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "rules": [one.to_doc() for one in self.rules],
            "steps": [{"after_s": one.after_s, "contacts": list(one.contacts)} for one in self.steps],
            "repeat_s": self.repeat_s,
        }

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Plan:
        """Read a plan back from JSON."""
        return cls(
            tuple(Rule.from_doc(one) for one in doc["rules"]),
            tuple(Step(one["after_s"], tuple(one["contacts"])) for one in doc["steps"]),
            doc["repeat_s"],
        )

    def of_source(self, source: str) -> tuple[Rule, ...]:
        """Return the rules that watch one source."""
        return tuple(one for one in self.rules if one.source == source)

    def call_at(self, raised_ms: int, call: int) -> tuple[int, Step] | None:
        """Return when the alarm's call number ``call`` (from 0) is due, and whom it calls; None when it was the last.

        ``raised_ms`` is when we told it first: who is called late because we were down is called at once, not never.
        """
        if not self.steps or call >= MOST_CALLS:
            return None
        if call < len(self.steps):
            return raised_ms + self.steps[call].after_s * 1000, self.steps[call]
        last = self.steps[-1]
        repeats = call - len(self.steps) + 1
        return raised_ms + (last.after_s + repeats * self.repeat_s) * 1000, last


def rule_id(kind: str, source: str, severity: str) -> str:
    """Return what a rule is called for ever: what is stored of it never meets a rule of another kind."""
    return f"{kind}/{source}/{severity}"


def checked(plan: Plan) -> Plan:
    """Return the plan if it can be followed.

    Raises:
        RuleInvalidError: a rule of an unknown kind, one with a member its kind does not take or lacks, two of one
            kind, source and severity, or steps that are not later one after the other.
    """
    if len(plan.rules) > MAX_RULES or len(plan.steps) > MAX_STEPS:
        message = f"at most {MAX_RULES} rules and {MAX_STEPS} steps"
        raise RuleInvalidError(message)
    ids = [one.id for one in plan.rules]
    for rule in plan.rules:
        fault = _fault(rule, ids)
        if fault is not None:
            message = f"{rule.id}: {fault}"
            raise RuleInvalidError(message)
    _check_steps(plan.steps, plan.repeat_s)
    return plan


def weakened(before: Iterable[Rule], after: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules that called somebody and do so no more: switched off, or gone."""
    calling = {one.id for one in after if one.enabled}
    return tuple(one for one in before if one.enabled and one.id not in calling)


def armed(before: Iterable[Rule], after: Plan, version: int) -> Plan:
    """Return the plan as this version of it: a rule that called before goes on, and every other begins now."""
    calling = {one.id: one.armed for one in before if one.enabled}
    rules = tuple(replace(one, armed=calling.get(one.id, version)) for one in after.rules)
    return replace(after, rules=rules)


def _fault(rule: Rule, ids: Sequence[str]) -> str | None:
    kind = KINDS.get(rule.kind)
    if kind is None:
        return "unknown kind"
    if ids.count(rule.id) > 1:
        return "twice"
    if kind.source is not None and not _own_source(rule.source, kind.source):
        return f"its source is {kind.source}"
    named = {"margin": rule.margin, "for_s": rule.for_s, "after_s": rule.after_s, "clear": rule.clear}
    strange = [name for name, value in named.items() if value and name not in kind.takes]
    if rule.limit is not None and "limit" not in kind.takes:
        strange.append("limit")
    if strange:
        return f"takes no {', '.join(strange)}"
    return _out_of_range(rule, kind.takes)


def _out_of_range(rule: Rule, takes: frozenset[str]) -> str | None:
    if "after_s" in takes and not 1 <= rule.after_s <= MAX_SECONDS:
        return f"after_s is from 1 to {MAX_SECONDS}"
    if not 0 <= rule.for_s <= MAX_FOR_S:
        return f"for_s is from 0 to {MAX_FOR_S}"
    if "limit" in takes and rule.limit is None and "margin" not in takes:
        return "needs a limit"
    if rule.limit is not None and rule.margin:
        return "a margin goes with the limit of the content, not with one of its own"
    if rule.limit is not None and not _COLDEST <= rule.limit <= _HOTTEST:
        return "no such limit"
    return "margin and clear are not negative" if rule.margin < 0 or rule.clear < 0 else None


def _own_source(source: str, own: str) -> bool:
    return source == own if not own.endswith("/") else source.startswith(own) and source != own


def _check_steps(steps: Sequence[Step], repeat_s: int) -> None:
    times = [one.after_s for one in steps]
    if times != sorted(set(times)) or any(not one.contacts for one in steps):
        message = "each step is later than the one before, and calls somebody"
        raise RuleInvalidError(message)
    if repeat_s < _MINUTE_S or any(not 0 <= one <= MAX_FOR_S for one in times):
        message = f"steps are from 0 to {MAX_FOR_S} s, and repeated after a minute or more"
        raise RuleInvalidError(message)
