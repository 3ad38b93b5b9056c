"""Was it cold enough, all the time? Yes, no, or nobody knows; and unknown never reads as yes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from app.temperature.calm import Unopened
from app.temperature.course import Course, Seen
from app.temperature.excursion import Excursion
from app.temperature.reading import Block
from app.temperature.reasons import Doubt
from app.temperature.rules import Limit, Rules, Tolerance
from app.temperature.spans import Unknown, clipped, total_ms
from app.temperature.window import windowed

Verdict: TypeAlias = Literal["in_range", "excursion", "unknown"]
Reason: TypeAlias = Literal["above-limit", "below-limit", "tolerated"] | Doubt

VERDICTS: Final[tuple[Verdict, ...]] = ("in_range", "unknown", "excursion")
"""From best to worst: of several probes, the worst speaks."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the cold of a window was worth, with everything that led to it.

    ``coverage_permille`` is how much of the window is known, in thousandths and rounded down: 1000 means all of it.
    ``unknown`` lies within the window, ``excursions`` may reach beyond it. ``tolerated`` are those a profile forgives.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    start_ms: int
    end_ms: int
    readings: int
    lowest_milli: int | None
    highest_milli: int | None
    excursions: tuple[Excursion, ...]
    tolerated: tuple[Excursion, ...]
    unknown: tuple[Unknown, ...]
    unknown_ms: int

    @property
    def coverage_permille(self) -> int:
        """How much of the window is known."""
        span = self.end_ms - self.start_ms
        return (span - self.unknown_ms) * 1000 // span


def judge(  # noqa: PLR0913  what is judged, and every rule it is judged by
    blocks: Iterable[Block | Unopened],
    start_ms: int,
    end_ms: int,
    *,
    limit: Limit,
    interval_ms: int | None,
    rules: Rules = Rules(),  # noqa: B008  a frozen value
    tolerance: Tolerance = Tolerance(),  # noqa: B008  a frozen value
    doubts: Iterable[Unknown] = (),
) -> Judgement:
    """Judge one probe's series over a window: the time a bag spent on a leg, or in a dewar.

    ``doubts`` are unknown spans that the readings of the window do not show by themselves: what the whole series shows
    (a sensor that had been stuck for long, a clock that stepped back before), a clock that is a day off, another probe
    that disagrees. At the ends of the window one interval of the logger may pass before the first or after the last
    reading. A window of no length counts as one millisecond.

    Raises:
        ValueError: the window ends before it starts.
    """
    if end_ms < start_ms:
        message = "a window ends after it starts"
        raise ValueError(message)
    end_ms = max(end_ms, start_ms + 1)
    course = Course(rules, limit, interval_ms)
    for block in windowed(blocks, start_ms, end_ms, reach_ms=rules.gap_ms(interval_ms)):
        course.feed(block)
    seen = course.seen()
    slack = min(interval_ms or 0, rules.gap_ceiling_ms)
    unknown = clipped([*seen.unknown, *doubts], start_ms, end_ms) + _edges(seen, start_ms, end_ms, slack)
    unknown_ms = total_ms(unknown)
    tolerated = _tolerated(seen.excursions, tolerance)
    beyond = [one for one in seen.excursions if one not in tolerated]
    verdict: Verdict = "in_range"
    if beyond:
        verdict = "excursion"
    elif unknown_ms > tolerance.unknown_ms or seen.highest_milli is None:
        verdict = "unknown"
    return Judgement(
        verdict=verdict,
        reasons=_reasons(beyond, tolerated, unknown),
        start_ms=start_ms,
        end_ms=end_ms,
        readings=seen.counts.total(),
        lowest_milli=seen.lowest_milli,
        highest_milli=seen.highest_milli,
        excursions=seen.excursions,
        tolerated=tolerated,
        unknown=tuple(sorted(unknown)),
        unknown_ms=unknown_ms,
    )


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict of several probes together: one that is warm outweighs one that is silent; none is unknown."""
    return max(verdicts, key=VERDICTS.index, default="unknown")


def _edges(seen: Seen, start_ms: int, end_ms: int, slack: int) -> list[Unknown]:
    if seen.first_ms is None or seen.last_ms is None:
        return [Unknown(start_ms, end_ms, "no-readings")]
    found: list[Unknown] = []
    if seen.first_ms - start_ms > (slack if seen.first_ok else 0):
        found.append(Unknown(start_ms, min(seen.first_ms, end_ms), "starts-late"))
    if end_ms - seen.last_ms > (slack if seen.last_ok else 0):
        found.append(Unknown(max(seen.last_ms, start_ms), end_ms, "ends-early"))
    return found


def _tolerated(excursions: Sequence[Excursion], tolerance: Tolerance) -> tuple[Excursion, ...]:
    """Return the excursions that are forgiven: few enough, and each of them fully watched, over and mild enough."""
    if len(excursions) > tolerance.count or tolerance.ceiling_milli is None:
        return ()
    ceiling, longest = tolerance.ceiling_milli, tolerance.longest_ms
    return tuple(
        one
        for one in excursions
        if one.side == "above"
        and one.peak_milli <= ceiling
        and one.since_ms is not None
        and one.end_ms is not None
        and one.unknown_ms == 0
        and (longest is None or one.finish_ms - one.begin_ms <= longest)
    )


def _reasons(
    beyond: Sequence[Excursion], tolerated: Sequence[Excursion], unknown: Sequence[Unknown]
) -> tuple[Reason, ...]:
    found: dict[Reason, None] = {}
    for one in beyond:
        found["above-limit" if one.side == "above" else "below-limit"] = None
    if tolerated:
        found["tolerated"] = None
    for span in sorted(unknown):
        found[span.reason] = None
    return tuple(found)
