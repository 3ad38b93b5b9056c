"""The clocks of a thawed bag: each with its own anchor, per bag, as its profile says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.custody.bag import Bag
from app.custody.profile import Profile, TimerRule
from app.kit.clock import parse_rfc3339

_TOWARDS = ("thaw_started", "prepared", "issued", "infusion_started")
CLOCKS = ("retrieved", "thaw_started", "thaw_ended")
"""What the clocks of a thawed container hang on; a syringe inherits the earliest of its vials."""


@dataclass(frozen=True, slots=True)
class Timer:
    """One rule at one moment. ``remaining_seconds`` is negative once the limit has passed; None while it has not begun.

    ``state``: waiting, running, overdue, met or broken.
    """

    rule: TimerRule
    started_at: datetime | None
    due_at: datetime | None
    remaining_seconds: int | None
    state: str


def timers(bag: Bag, profile: Profile, now: datetime) -> tuple[Timer, ...]:
    """Read every timer of the profile against what happened to this bag."""
    return tuple(_read(rule, bag, now) for rule in profile.timers)


def overdue(bag: Bag, profile: Profile, *, at: datetime, step: str) -> TimerRule | None:
    """Return the rule that a step recorded as happening ``at`` would break, binding rules first; None if none.

    Thawing or issuing a bag or starting its infusion is also too late when any clock has already run out: it could no
    longer end in time.
    """
    broken = [
        rule
        for rule in profile.timers
        if rule.ends not in bag.marks and step in {rule.ends, *_TOWARDS} and _late(rule, bag, at)
    ]
    return min(broken, key=lambda rule: not rule.binding, default=None)


def next_end(bag: Bag, profile: Profile) -> datetime | None:
    """Return when the first of its running clocks runs out, those already overdue included; None while none runs."""
    running = (
        parse_rfc3339(bag.marks[rule.starts]) + timedelta(minutes=rule.max_minutes)
        for rule in profile.timers
        if rule.starts in bag.marks and rule.ends not in bag.marks
    )
    return min(running, default=None) if bag.live else None


def out_too_long(bag: Bag, profile: Profile, *, at: datetime) -> bool:
    """Say whether a clock that started when the bag left its position has run out: back in the cold, it starts anew."""
    return any(rule.starts == "retrieved" and _late(rule, bag, at) for rule in profile.timers)


def _late(rule: TimerRule, bag: Bag, at: datetime) -> bool:
    started = bag.marks.get(rule.starts)
    return started is not None and at > parse_rfc3339(started) + timedelta(minutes=rule.max_minutes)


def _read(rule: TimerRule, bag: Bag, now: datetime) -> Timer:
    started = bag.marks.get(rule.starts)
    if started is None:
        return Timer(rule, None, None, None, "waiting")
    begun = parse_rfc3339(started)
    due = begun + timedelta(minutes=rule.max_minutes)
    ended = bag.marks.get(rule.ends)
    if ended is not None:
        stopped = parse_rfc3339(ended)
        left = int((due - stopped).total_seconds())
        return Timer(rule, begun, due, left, "met" if stopped <= due else "broken")
    left = int((due - now).total_seconds())
    return Timer(rule, begun, due, left, "running" if left >= 0 else "overdue")
