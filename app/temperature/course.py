"""A series as it goes by: what is known of it, what is not, and every excursion; in memory that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low
from typing import Final

from app.temperature.calm import Calm, Unopened, calm_of, opened
from app.temperature.excursion import MOST_EXCURSIONS, Excursion, joined, worse
from app.temperature.flatness import Flatness
from app.temperature.reading import LATEST_MS, Block, State
from app.temperature.reasons import Doubt
from app.temperature.rules import Limit, Rules
from app.temperature.spans import Doubts, Unknown

_OK: Final = int(State.OK)
_SMALL: Final = 32
_REASONS: Final[dict[int, Doubt]] = {
    State.MISSING: "missing",
    State.SENSOR_ERROR: "sensor_error",
    State.PRE_START: "pre_start",
    State.POST_STOP: "post_stop",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a course saw: how many readings of each state, the extremes, the excursions, the unknown spans."""

    counts: Counter[State]
    first_ms: int | None
    last_ms: int | None
    first_ok: bool
    last_ok: bool
    lowest_milli: int | None
    highest_milli: int | None
    excursions: tuple[Excursion, ...]
    unknown: tuple[Unknown, ...]


class Course:
    """Follows one probe's readings, in the order they were recorded.

    What lies between two readings is known when both are ``OK``, no gap lies between them, and their values neither
    jump nor contradict each other; everything else is unknown. A reading beyond the limit is an excursion whatever is
    unknown around it. Once the clock steps back, everything from there on is unknown: nobody can say when it was.
    """

    def __init__(self, rules: Rules, limit: Limit, interval_ms: int | None) -> None:
        """Begin. ``interval_ms`` is how often the logger records, None when that is not known."""
        self._gap = rules.gap_ms(interval_ms)
        self._jump = LATEST_MS if rules.jump_milli is None else rules.jump_milli
        self._limit = limit
        self._flat_ms = rules.flat_ms
        self._flat = Flatness(rules.flat_ms)
        self._doubts = Doubts()
        self._counts: Counter[State] = Counter()
        self._excursions: list[Excursion] = []
        self._open: Excursion | None = None
        self._first: tuple[int, int] | None = None
        self._before: tuple[int, int, int] | None = None
        self._came_ms: int | None = None
        self._conflict = False
        self._last_ok_ms: int | None = None
        self._unwatched_ms = 0
        self._doubtful_ms: int | None = None
        self._extremes: tuple[int, int] | None = None

    def feed(self, block: Block | Unopened) -> Calm | None:
        """Take the readings of the next block; return what to remember of it, if nothing is to be said of it.

        One that is not opened yet is opened only if it has to be: what is remembered of it does for most limits.
        """
        if isinstance(block, Unopened) and block.calm is not None and self.skim(block.calm):
            return block.calm
        readings = opened(block)
        return self._take(readings, 0, len(readings))

    def skim(self, calm: Calm) -> bool:
        """Take a block by what is remembered of it, as ``feed`` would; False, and nothing taken, if it must be fed."""
        before = self._before
        if before is None or not self._settled:
            return False
        if (
            self._limit.side(calm.lowest)
            or self._limit.side(calm.highest)
            or not 0 < calm.first[0] - before[0] <= self._gap
            or calm.longest_step_ms > self._gap
            or max(calm.highest, before[1]) - min(calm.lowest, before[1]) > self._jump
            or not self._flat.calm(calm, before_ms=before[0])
        ):
            return False
        self._counts[State.OK] += calm.count
        self._widen(calm.lowest, calm.highest)
        self._before = (*calm.last, _OK)
        self._came_ms = calm.before_last_ms
        self._last_ok_ms = calm.last[0]
        self._unwatched_ms = 0
        return True

    def seen(self) -> Seen:
        """Return what was seen so far; an excursion that has not ended is open."""
        unknown = [*self._doubts.found, *self._flat.spans(None if self._before is None else self._before[0])]
        if self._doubtful_ms is not None:
            unknown.append(Unknown(self._doubtful_ms, LATEST_MS, "clock-backwards"))
        return Seen(
            counts=self._counts.copy(),
            first_ms=None if self._first is None else self._first[0],
            last_ms=None if self._before is None else self._before[0],
            first_ok=self._first is not None and self._first[1] == _OK,
            last_ok=self._before is not None and self._before[2] == _OK,
            lowest_milli=None if self._extremes is None else self._extremes[0],
            highest_milli=None if self._extremes is None else self._extremes[1],
            excursions=(*self._excursions, *(() if self._open is None else (self._open,))),
            unknown=tuple(sorted(unknown)),
        )

    @property
    def _settled(self) -> bool:
        """Whether what comes may be calm: after a good reading, in no excursion and no contradiction."""
        return self._before is not None and self._before[2] == _OK and self._open is None and not self._conflict

    def _take(self, block: Block, start: int, end: int) -> Calm | None:
        if end - start <= _SMALL:
            for reading in zip(block.times[start:end], block.values[start:end], block.states[start:end], strict=True):
                self._one(*reading)
            return None
        calm = calm_of(block, start, end, gap_ms=self._gap, flat_ms=self._flat_ms) if self._settled else None
        if calm is None or not self.skim(calm):
            # Whatever is out of the ordinary in here is looked at one by one, its calm neighbours are not.
            middle = (start + end) // 2
            self._take(block, start, middle)
            self._take(block, middle, end)
        return calm

    def _one(self, ms: int, milli: int, state: int) -> None:
        before, self._before = self._before, (ms, milli, state)
        self._counts[State(state)] += 1
        known, step = False, 0
        if before is None:
            self._first = (ms, state)
        else:
            step = ms - before[0]
            reason = self._reason(before, ms, milli, state)
            known = reason is None
            if reason is not None and step > 0:
                self._doubts.add(before[0], ms, reason)
            if step < 0:
                self._doubtful_ms = ms if self._doubtful_ms is None else min(ms, self._doubtful_ms)
            if step != 0:
                self._came_ms = before[0]
        self._flat.one(ms, milli, known=known, before_ms=None if before is None else before[0])
        if not known:
            self._unwatched_ms += max(step, 0)
        if self._open is not None:
            self._open = replace(
                self._open,
                known_ms=self._open.known_ms + (step if known and self._limit.side(milli) == self._open.side else 0),
                unknown_ms=self._open.unknown_ms + (0 if known else max(step, 0)),
            )
        if state == _OK:
            self._ok(ms, milli)

    def _reason(self, before: tuple[int, int, int], ms: int, milli: int, state: int) -> Doubt | None:
        """Say why what lies between two readings is unknown; None when it is known."""
        before_ms, before_milli, before_state = before
        if ms < before_ms:
            return "clock-backwards"
        if state != _OK or before_state != _OK:
            self._conflict = False
            return _REASONS[state if state != _OK else before_state]
        if ms == before_ms:
            if milli != before_milli:
                self._conflict = True
                self._doubts.add(ms if self._came_ms is None else self._came_ms, ms, "conflict")
            return "conflict" if self._conflict else None
        conflict, self._conflict = self._conflict, False
        if conflict:
            return "conflict"
        if ms - before_ms > self._gap:
            return "gap"
        return "jump" if abs(milli - before_milli) > self._jump else None

    def _ok(self, ms: int, milli: int) -> None:
        self._widen(milli, milli)
        side = self._limit.side(milli)
        if self._open is not None and self._open.side != side:
            self._close(self._open, ms)
        if side is not None:
            if self._open is None:
                since = None if self._last_ok_ms is None else min(ms, self._last_ok_ms)
                self._open = Excursion(side, since, ms, ms, None, milli, ms, 0, 0, self._unwatched_ms)
            found = replace(self._open, last_ms=max(ms, self._open.last_ms), samples=self._open.samples + 1)
            if worse(side, milli, found.peak_milli):
                found = replace(found, peak_milli=milli, peak_ms=ms)
            self._open = found
        self._last_ok_ms = ms
        self._unwatched_ms = 0

    def _close(self, ended: Excursion, ms: int) -> None:
        self._open = None
        done = replace(ended, end_ms=max(ms, ended.last_ms))
        if len(self._excursions) >= MOST_EXCURSIONS:
            self._excursions[-1] = joined(self._excursions[-1], done)
        else:
            self._excursions.append(done)

    def _widen(self, lowest: int, highest: int) -> None:
        if self._extremes is not None:
            lowest, highest = min(lowest, self._extremes[0]), max(highest, self._extremes[1])
        self._extremes = (lowest, highest)


def usual_interval_ms(blocks: Iterable[Block]) -> int | None:
    """Return how often a logger records that does not say so: the step that is in the middle; None without any."""
    steps = [later - sooner for block in blocks for sooner, later in pairwise(block.times) if later > sooner]
    return median_low(steps) if steps else None
