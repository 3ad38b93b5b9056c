"""The state machine of a rule: idle, pending, raised; readings and the passing of time move it. Pure.

Whatever is stored between two rounds is in the state, so a process that ends at any instant and another that goes on
from the stored state come to the same alarms as one that never ended: none missed, none twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from app.alarms.kind import Kind
from app.alarms.kinds import KINDS
from app.alarms.rule import Rule
from app.alarms.sample import Sample, believed

Phase: TypeAlias = Literal["idle", "pending", "raised"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A rule that began to call, or whose reason to call is over.

    ``since_ms``: when it became bad; ``at_ms``: when it was told. ``value``: the last good one before, in thousandths.
    """

    rule: str
    what: Literal["raised", "cleared"]
    since_ms: int
    at_ms: int
    value: int | None


@dataclass(slots=True)
class Standing:
    """How one rule stands: ``since_ms`` is when it became bad, None while idle."""

    phase: Phase
    memory: dict[str, Any]
    since_ms: int | None = None
    value: int | None = None

    def to_doc(self) -> list[Any]:
        """Return it as JSON."""
        return [self.phase, self.memory, self.since_ms, self.value]


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a round came to: the states to store, who is to be told what, and when time alone changes something."""

    states: dict[str, list[Any]]
    turns: tuple[Turn, ...]
    due_ms: int | None
    seen_ms: int | None


def advance(
    rules: Iterable[Rule],
    states: Mapping[str, Sequence[Any]],
    samples: Iterable[Sample],
    now_ms: int,
    *,
    seen_ms: int | None = None,
) -> Advanced:
    """Take the samples of one source, then the time that has passed, through each of its rules.

    A rule that has no state yet is armed now. The state of a rule that is gone or disabled is dropped. What is not
    later than ``seen_ms``, the last one taken, is passed over: sent twice, or overtaken on its way.
    """
    heard = [one for one in believed(samples, now_ms) if seen_ms is None or one.ms > seen_ms]
    kept: dict[str, list[Any]] = {}
    turns: list[Turn] = []
    dues: list[int] = []
    for rule in rules:
        if not rule.enabled:
            continue
        kind = KINDS[rule.kind]
        stored = states.get(rule.key)
        standing = Standing(*stored) if stored is not None else Standing("idle", kind.start(_armed(heard, now_ms)))
        machine = _Machine(rule, kind, standing, turns, now_ms)
        for sample in heard:
            machine.hear(sample)
        machine.pass_time(now_ms)
        kept[rule.key] = standing.to_doc()
        due = machine.due
        if due is not None:
            dues.append(due)
    return Advanced(kept, tuple(turns), min(dues, default=None), heard[-1].ms if heard else seen_ms)


def _armed(heard: Sequence[Sample], now_ms: int) -> int:
    return min(now_ms, heard[0].ms) if heard else now_ms


@dataclass(slots=True)
class _Machine:
    rule: Rule
    kind: Kind
    standing: Standing
    turns: list[Turn]
    now_ms: int

    @property
    def due(self) -> int | None:
        """When the passing of time alone changes something, if nothing is heard."""
        standing = self.standing
        if standing.phase == "raised":
            return None
        if standing.since_ms is not None:
            return standing.since_ms + self.rule.for_s * 1000
        return self.kind.bad_from(self.rule, standing.memory)

    def hear(self, sample: Sample) -> None:
        """Take one sample; what the time before it brought about comes first."""
        self.pass_time(sample.ms - 1)
        standing = self.standing
        standing.memory, finding = self.kind.see(self.rule, standing.memory, sample)
        if sample.value is not None:
            standing.value = sample.value
        if finding == "bad" and standing.phase == "idle":
            standing.phase, standing.since_ms = "pending", sample.ms
        elif finding == "fine" and not self._bad_again:
            if standing.phase == "raised":
                self._turn("cleared", sample.ms)
            standing.phase, standing.since_ms = "idle", None
        self.pass_time(sample.ms)

    @property
    def _bad_again(self) -> bool:
        """Whether it is bad again by now for want of anything later.

        A probe whose clock runs hours behind, or that hands in what it kept, would else end and begin an alarm with
        every reading.
        """
        bad_from = self.kind.bad_from(self.rule, self.standing.memory)
        return bad_from is not None and bad_from <= self.now_ms

    def pass_time(self, at_ms: int) -> None:
        """Let time pass up to an instant, in which nothing was heard."""
        standing = self.standing
        if standing.phase == "idle":
            bad_from = self.kind.bad_from(self.rule, standing.memory)
            if bad_from is not None and bad_from <= at_ms:
                standing.phase, standing.since_ms = "pending", bad_from
        if standing.phase == "pending" and standing.since_ms is not None:
            told_ms = standing.since_ms + self.rule.for_s * 1000
            if told_ms <= at_ms:
                standing.phase = "raised"
                self._turn("raised", told_ms)

    def _turn(self, what: Literal["raised", "cleared"], at_ms: int) -> None:
        standing = self.standing
        since = standing.since_ms if standing.since_ms is not None else at_ms
        self.turns.append(Turn(self.rule.id, what, since, at_ms, standing.value))
