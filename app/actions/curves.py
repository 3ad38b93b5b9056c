"""A stretch of a series as a picture needs it: few points, the limit, what is unknown, what was too warm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.kit.clock import rfc3339
from app.temperature.judgement import judge
from app.temperature.reading import Block, instant
from app.temperature.rules import Limit, Rules
from app.temperature.spans import Unknown
from app.temperature.thinning import MOST_POINTS, thinned
from app.temperature.window import within


def curve_of(  # noqa: PLR0913  the readings, the stretch, and what it is held against
    blocks: Sequence[Block],
    start_ms: int,
    end_ms: int,
    *,
    limit: Limit,
    interval_ms: int | None,
    rules: Rules,
    doubts: Iterable[Unknown] = (),
    most: int = MOST_POINTS,
) -> dict[str, Any]:
    """Return a curve: ``points`` as [milliseconds since 1970, milli-°C], no peak of them lost, and its bands.

    A line is drawn between two points only where no unknown band lies between them.
    """
    judged = judge(blocks, start_ms, end_ms, limit=limit, interval_ms=interval_ms, rules=rules, doubts=doubts)
    points = thinned(within(blocks, start_ms, end_ms, reach_ms=0), most)
    return {
        "interval_s": None if interval_ms is None else interval_ms // 1000,
        "readings": judged.readings,
        "verdict": judged.verdict,
        "coverage_permille": judged.coverage_permille,
        "lowest_mC": judged.lowest_milli,
        "highest_mC": judged.highest_milli,
        "points": [[one.ms, one.milli] for one in points],
        "unknown": [[one.start_ms, one.end_ms, one.reason] for one in judged.unknown],
        "excursions": [
            {
                "start_ms": one.begin_ms,
                "end_ms": None if one.end_ms is None else one.end_ms,
                "peak_ms": one.peak_ms,
                "peak_mC": one.peak_milli,
                "side": one.side,
            }
            for one in judged.excursions
        ],
    }


def stretch(start_ms: int, end_ms: int) -> dict[str, str]:
    """Return a stretch of time as it is told."""
    return {"since": rfc3339(instant(start_ms)), "until": rfc3339(instant(end_ms))}
