"""The machine: compiled from the registered steps, it judges one scan and says what it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from app.custody.bag import TERMINAL, Bag, Kind, State
from app.custody.effects import Effects
from app.custody.entitlement import undelegated, untrained
from app.custody.holds import covered, placed, reasons_of
from app.custody.labels import instant_name, joined, role_names, state_name
from app.custody.rules import RULES, strictness
from app.custody.situation import Situation
from app.custody.step import Step
from app.custody.steps import STEPS
from app.custody.timers import next_end
from app.custody.verdict import Breach, Refused, Rung, Taken, Verdict
from app.kit.clock import parse_rfc3339, rfc3339

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far two tablets' clocks may lie apart, or one ahead of ours (DAT-03: drift beyond a limit is refused)."""

_FROM: dict[tuple[str, str], tuple[Step, ...]] = {
    (kind, state): tuple(step for step in STEPS if step.subject == "bag" and step.after(kind, state) is not None)
    for kind in Kind
    for state in State
}
"""The steps that start from each state of each kind, in the order of the registry."""
CLOCK_BELIEVED = timedelta(hours=12)
"""Beyond half a day a device's times may belong to another shift or date: no clock of a bag may run from them."""

NAMES_NOTHING = {
    "bag": "unknown-bag",
    "patient": "unknown-patient",
    "position": "unknown-position",
    "shipper": "unknown-shipper",
    "document": "wrong-document",
    "label": "unknown-label",
    "dewar": "unknown-dewar",
}
"""Slot → the rule that is broken when what it needs was not found."""


def next_steps(bag: Bag, roles: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the tags of the steps that may follow for this bag, in the order of the registry.

    With ``roles``, only what a person holding them may do. A hold leaves only physical steps and its own lifting.
    """
    held = frozenset(roles) if roles is not None else None
    return tuple(
        step.tag
        for step in _FROM.get((bag.kind, bag.state), ())
        if (held is None or step.roles & held) and (step.physical or not bag.holds) and step.offered(bag)
    )


def judge(situation: Situation) -> Verdict:
    """Judge one scan against every rule, strictest answer first. Pure: the same situation gives the same verdict."""
    missing = tuple(_missing(situation))
    if missing:
        return Refused(missing[0], missing[1:])
    breaches = [*_general(situation), *(found for check in situation.step.checks if (found := check(situation)))]
    standing = sorted((one for one in breaches if not _overridden(one, situation)), key=strictness)
    if standing:
        return Refused(standing[0], tuple(standing[1:]))
    return Taken(tuple(breaches))


def changes(situation: Situation, verdict: Taken) -> Effects:
    """Return what a taken step changes: the step's own effect, then state, mark, and the hold of a deviation."""
    step, effects, before = situation.step, situation.step.effect(situation), situation.bag
    bag = effects.bag
    if bag is None or before is None:
        return effects
    after = step.after(before.kind, before.state)
    state = after if after is not None and bag.state == before.state and not effects.stays else bag.state
    bag = _timed(bag.changed(state=state, marks={**bag.marks, step.tag: rfc3339(situation.occurred_at)}), situation)
    if effects.children:
        effects = replace(effects, children=tuple(_timed(one, situation) for one in effects.children))
    if not any(RULES[breach.code].rung is Rung.SENIOR for breach in verdict.overridden):
        return replace(effects, bag=bag)
    # NCF-01: a deviation holds its bag until quality has looked at it. What has come to its end goes nowhere any more,
    # and what was drawn from it waits in its place.
    held = placed(situation, "deviation")
    if bag.state not in TERMINAL:
        return replace(effects, bag=replace(bag, holds=[*bag.holds, *held]))
    return replace(
        effects, bag=bag, children=tuple(replace(one, holds=[*one.holds, *held]) for one in effects.children)
    )


def _timed(bag: Bag, situation: Situation) -> Bag:
    due = next_end(bag, situation.profile) if situation.profile is not None else None
    told = rfc3339(due) if due is not None else None
    return bag if bag.clock_due_at == told else replace(bag, clock_due_at=told)


def _missing(situation: Situation) -> Iterable[Breach]:
    step = situation.step
    found = {
        "bag": situation.bag,
        "patient": situation.patient,
        "position": situation.place,
        "shipper": situation.shipment,
        "document": situation.document_therapy,
        "label": situation.label,
        "dewar": situation.count or situation.relocation,
    }
    needed = {slot.role for slot in step.slots if slot.required} | ({"bag"} if step.subject == "bag" else set())
    return (Breach(code) for role, code in NAMES_NOTHING.items() if role in needed and found[role] is None)


def _general(situation: Situation) -> Iterable[Breach]:
    step, actor = situation.step, situation.actor
    if not step.roles & actor.roles:
        yield Breach("not-your-role", {"roles": role_names(step.roles)})
    if not actor.site:
        yield Breach("no-site")
    yield from _clock(situation)  # a clock that runs ahead explains why a time lies in the future, so it is told first
    if situation.occurred_at - situation.now > CLOCK_TOLERANCE:
        yield Breach("future-occurred-at")
    made_for = situation.bag or situation.therapy
    if situation.offline and not step.offline:
        yield Breach("never-offline")
    if "manufacturer" in actor.roles and made_for is not None and made_for.manufacturer != actor.organisation:
        yield Breach("not-your-product")
    if situation.bag is not None:
        yield from _bag(situation, situation.bag)
    if situation.told_wrong is not None:
        known = RULES.get(situation.told_wrong)
        yield Breach("told-wrong", {"said": situation.told_wrong if known is None else known.title})
    yield from _witness(situation)
    yield from untrained(situation)
    yield from undelegated(situation)
    late = situation.now - situation.occurred_at
    if situation.late_after is not None and late > situation.late_after and not situation.offline:
        yield Breach("late-entry-unjustified", {"minutes": str(int(late.total_seconds()) // 60)})


def _clock(situation: Situation) -> Iterable[Breach]:
    off = abs(timedelta(seconds=situation.clock_drift_s or 0))
    if off > CLOCK_BELIEVED:
        yield Breach("device-clock-far-off", {"hours": str(off // timedelta(hours=1))})
    elif off > CLOCK_TOLERANCE:
        yield Breach("device-clock-off", {"minutes": str(off // timedelta(minutes=1))})


def _bag(situation: Situation, bag: Bag) -> Iterable[Breach]:
    step = situation.step
    if step.after(bag.kind, bag.state) is None:
        steps = joined([STEPS[tag].labels for tag in next_steps(bag)])
        yield Breach("out-of-order", {"state": state_name(bag.state), "next_steps": steps})
    elif step.tag in _SEQUENCE:
        last = max((parse_rfc3339(at) for tag, at in bag.marks.items() if tag in _SEQUENCE), default=None)
        if last is not None and last - situation.occurred_at > CLOCK_TOLERANCE:
            yield Breach("earlier-than-last-step", {"last": instant_name(last)})
    if bag.holds and not step.physical:
        yield Breach("on-hold", {"reasons": reasons_of(bag)})
    if not step.anywhere and bag.custodian != situation.actor.site and bag.state not in TERMINAL:
        yield Breach("not-your-site")


def _witness(situation: Situation) -> Iterable[Breach]:
    rule, witness = situation.step.witness, situation.witness
    receives = rule is not None and rule.receiver
    if situation.witness_fault is not None:
        yield Breach(situation.witness_fault)
    elif witness is None:
        if rule is not None:
            yield Breach("witness-required")
        elif situation.typed and not any(slot.by_hand for slot in situation.step.slots):
            yield Breach("typed-needs-second-person")
    elif witness.id == situation.actor.id:
        yield Breach("witness-same-person")
    elif rule is not None and not rule.roles & witness.roles:
        yield Breach("witness-wrong-role", {"roles": role_names(rule.roles)})
    elif receives and not witness.site:
        yield Breach("no-site")
    elif not receives and witness.site != situation.actor.site:
        yield Breach("witness-other-site")


def _overridden(breach: Breach, situation: Situation) -> bool:
    rule = RULES[breach.code]
    if rule.rung is Rung.NEVER or breach.code not in situation.overrides or not (situation.reason or "").strip():
        return False
    return covered(rule.authorisers, tuple(one for one in situation.present if one.id not in breach.by))


def _in_sequence(step: Step) -> bool:
    # A note, a hold or a correction may be written down later; what moves a bag through its life comes one by one.
    return step.tag == "identified" or any(move.before != move.after for move in step.moves)


_SEQUENCE = frozenset(step.tag for step in STEPS if _in_sequence(step))
