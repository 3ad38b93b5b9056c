"""One stretch of a bag's cold as its probes measured it: judged by the bag's limit, and drawn without losing a peak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.kit.clock import rfc3339
from app.reports.material import Series
from app.temperature.excursion import Excursion
from app.temperature.judgement import VERDICTS, Judgement, judge
from app.temperature.probes import disagreements
from app.temperature.reading import instant
from app.temperature.rules import Limit, Rules, Tolerance
from app.temperature.spans import Unknown, few
from app.temperature.thinning import thinned
from app.temperature.window import within

POINTS: Final = 800
"""More than the width of a printed page shows; every peak is among them."""
_RULES: Final = Rules()
AROUND_MS: Final = 3_600_000
"""An hour on either side is drawn with a stretch: what a bag came from, and what became of it."""
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when, in milliseconds since 1970, and what the bag is held against."""

    start_ms: int
    end_ms: int
    limit: Limit
    tolerance: Tolerance


def measured(series: Sequence[Series], stretch: Stretch) -> dict[str, Any]:
    """Return what is known of a stretch; of several probes the worst speaks, and its curve is drawn.

    Without a reading the status is unknown, and so is whatever a probe did not watch.
    """
    doubts = _disagreements(series)
    judged = [(one, _judged(one, stretch, doubts)) for one in series]
    if not judged:
        return {}
    worst, found = max(judged, key=lambda one: (VERDICTS.index(one[1].verdict), -one[1].coverage_permille))
    beyond = [one for one in found.excursions if one not in found.tolerated]
    lows = [one.lowest_milli for _, one in judged if one.lowest_milli is not None]
    highs = [one.highest_milli for _, one in judged if one.highest_milli is not None]
    return {
        "status": found.verdict,
        "logger": worst.name,
        "calibration": worst.calibration,
        "raw_sha256": worst.sha256,
        "limit_mC": stretch.limit.highest_milli,
        "min_mC": min(lows, default=None),
        "max_mC": max(highs, default=None),
        "above_limit_s": sum(one.most_seconds for one in beyond),
        "coverage_permille": min(one.coverage_permille for _, one in judged),
        "curve": _curve(worst, stretch, doubts),
        "readings": sum(one.readings for _, one in judged),
        "probes": len(judged),
        "excursions": [_excursion(one, tolerated=one in found.tolerated) for one in found.excursions],
        "unknown": [
            {"since": _at(one.start_ms), "until": _at(one.end_ms), "doubt": one.reason} for one in few(found.unknown)
        ],
    }


def _judged(series: Series, stretch: Stretch, doubts: tuple[Unknown, ...]) -> Judgement:
    return judge(
        series.blocks,
        stretch.start_ms,
        max(stretch.start_ms, stretch.end_ms),
        limit=stretch.limit,
        interval_ms=series.interval_ms,
        rules=_RULES,
        tolerance=stretch.tolerance,
        doubts=(*series.doubts, *doubts),
    )


def _disagreements(series: Sequence[Series]) -> tuple[Unknown, ...]:
    if len(series) != _PAIR:
        return ()
    gap = max(_RULES.gap_ms(one.interval_ms) for one in series)
    one, other = series
    return disagreements(one.blocks, other.blocks, more_than_milli=_RULES.disagreement_milli, gap_ms=gap)


def _excursion(one: Excursion, *, tolerated: bool) -> dict[str, Any]:
    return {
        "since": None if one.since_ms is None else _at(one.since_ms),
        "until": None if one.end_ms is None else _at(one.end_ms),
        "peak_mC": one.peak_milli,
        "peak_at": _at(one.peak_ms),
        "least_s": one.least_seconds,
        "most_s": one.most_seconds,
        "samples": one.samples,
        "tolerated": tolerated,
    }


def _curve(series: Series, stretch: Stretch, doubts: tuple[Unknown, ...]) -> dict[str, Any] | None:
    """Return the line: readings where the temperature is known or too warm, and nothing where it is not known."""
    if not series.blocks:
        return None
    first, last = series.blocks[0].times[0], series.blocks[-1].times[-1]
    start = min(stretch.start_ms, max(first, stretch.start_ms - AROUND_MS))
    end = max(stretch.end_ms, min(last, stretch.end_ms + AROUND_MS))
    points = thinned(within(series.blocks, start, end, reach_ms=0), POINTS)
    if not points:
        return None
    found = _judged(series, replace(stretch, start_ms=start, end_ms=end), doubts)
    shown: list[list[int | None]] = []
    for one in points:
        doubtful = any(span.start_ms < one.ms < span.end_ms for span in found.unknown)
        beyond = one.milli is not None and stretch.limit.side(one.milli) is not None
        if beyond or not doubtful:
            shown.append([(one.ms - start) // 1000, one.milli])
    # Each hole breaks the line in its middle, so that nobody draws a straight line over what nobody knows.
    shown += [[((one.start_ms + one.end_ms) // 2 - start) // 1000, None] for one in found.unknown]
    shown.sort(key=lambda point: (int(point[0] or 0), point[1] is None))
    return {"start": _at(start), "points": shown}


def _at(ms: int) -> str:
    return rfc3339(instant(ms))
