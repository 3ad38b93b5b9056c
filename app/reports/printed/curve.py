"""A temperature curve with its limit: what was measured as a line, what is unknown as a shaded gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.texts import Text
from app.reports.printed.blocks import Block
from app.reports.printed.said import NOTHING, Saying, celsius, instant

LIMIT: Final = Text("limite {limit}", "limit {limit}")
ALT: Final = Text(
    "Courbe de température de {since} à {until} : minimum {low}, maximum {high}, limite {limit}.",
    "Temperature curve from {since} to {until}: minimum {low}, maximum {high}, limit {limit}.",
)
LEVELS: Final = 4
MOST_POINTS: Final = 1200
"""More than a printed line can show; beyond, each stretch keeps its lowest, its highest and an unknown reading."""
_AIR_MC: Final = 2_000
MOST_EVENTS: Final = 24
"""More flags than that hide the line; the others are counted, and stand in the trail."""
FLAG_WIDTH, FLAG_ROWS = 0.025, 4
MORE: Final = Text("et {count} de plus", "and {count} more")


def curve(say: Saying, told: Mapping[str, Any]) -> Block:
    """Return the curve of one stretch; its highest reading and its limit are always on the page."""
    start, points = told["curve"]["start"], thinned(told["curve"]["points"])
    limit = told["limit_mC"]
    known = [value for _, value in points if value is not None] + ([] if limit is None else [limit])
    low, high = min(known, default=0) - _AIR_MC, max(known, default=0) + _AIR_MC
    last = max((seconds for seconds, _ in points), default=0) or 1

    def down(value: int) -> float:
        return round((value - low) / (high - low), 4)

    until = rfc3339(parse_rfc3339(start) + timedelta(seconds=last))
    ends = {"since": instant(start), "until": instant(until)}
    said = [NOTHING if value is None else celsius(value) for value in (told["min_mC"], told["max_mC"], limit)]
    steps = [low + (high - low) * step // LEVELS for step in range(LEVELS + 1)]
    return {
        "kind": "curve",
        "runs": _runs([(round(seconds / last, 4), value) for seconds, value in points], down),
        "unknown": _unknown([(round(seconds / last, 4), value) for seconds, value in points]),
        "levels": [{"y": down(level), "text": celsius(round(level, -2))} for level in steps],
        "limit": None if limit is None else {"y": down(limit), "text": say.text(LIMIT).format(limit=said[2])},
        "marks": _marks(told, start, last),
        "events": _flags([place for place, _, _ in events(say, told)]),
        **ends,
        "alt": say.text(ALT).format(**ends, low=said[0], high=said[1], limit=said[2]),
    }


def legend(say: Saying, told: Mapping[str, Any]) -> list[Block]:
    """Return what the numbers in the picture stand for; nothing where nothing happened."""
    found = events(say, told)
    parts = [f"{number} {what} {instant(at)}" for number, (_, at, what) in enumerate(found[:MOST_EVENTS], 1)]
    if len(found) > MOST_EVENTS:
        parts.append(say.text(MORE).format(count=len(found) - MOST_EVENTS))
    return [{"kind": "legend", "text": " · ".join(parts)}] if parts else []


def events(say: Saying, told: Mapping[str, Any]) -> list[tuple[float, str, str]]:
    """Return where in the picture something happened, when, and what it is called."""
    start, points = told["curve"]["start"], told["curve"]["points"]
    last = max((seconds for seconds, _ in points), default=0) or 1
    began = parse_rfc3339(start)
    found = []
    for one in told.get("happened", ()):
        place = round((parse_rfc3339(one["at"]) - began).total_seconds() / last, 4)
        if 0 <= place <= 1:
            family, _, code = one["what"].partition(":")
            found.append((place, one["at"], say.code(family, code)))
    return found


def _flags(places: Sequence[float]) -> list[dict[str, Any]]:
    """Return a numbered flag for each of the first events, one below the other where they stand too close."""
    reached = [-1.0] * FLAG_ROWS
    flags = []
    for number, place in enumerate(places[:MOST_EVENTS], 1):
        free = [row for row in range(FLAG_ROWS) if place - reached[row] >= FLAG_WIDTH]
        row = free[0] if free else number % FLAG_ROWS
        reached[row] = place
        flags.append({"x": place, "row": row, "text": str(number)})
    return flags


def _marks(told: Mapping[str, Any], start: str, last: int) -> list[float]:
    """Return where the bag was packed or stored, and received or taken out, when it is inside the picture."""
    began = parse_rfc3339(start)
    ends = [parse_rfc3339(one) for one in (told["since"], told["until"]) if one is not None]
    places = [round((end - began).total_seconds() / last, 4) for end in ends]
    return [place for place in places if 0 < place < 1]


def thinned(points: Sequence[Sequence[int | None]]) -> list[tuple[int, int | None]]:
    """Return at most about ``MOST_POINTS`` of the points; no peak, no trough and no gap is lost."""
    whole = [(int(at or 0), value) for at, value in points]
    if len(whole) <= MOST_POINTS:
        return whole
    stretch = -(-len(whole) * 3 // MOST_POINTS)
    kept: list[tuple[int, int | None]] = []
    for first in range(0, len(whole), stretch):
        part = whole[first : first + stretch]
        known = [point for point in part if point[1] is not None]
        unknown = [point for point in part if point[1] is None][:1]
        ends = [min(known, key=_reading), max(known, key=_reading)] if known else []
        kept += sorted(dict.fromkeys((*ends, *unknown)), key=lambda point: point[0])
    return kept


def _reading(point: tuple[int, int | None]) -> int:
    return point[1] or 0


def _runs(points: Sequence[tuple[float, int | None]], down: Any) -> list[list[list[float]]]:
    runs: list[list[list[float]]] = [[]]
    for across, value in points:
        if value is not None:
            runs[-1].append([across, down(value)])
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _unknown(points: Sequence[tuple[float, int | None]]) -> list[list[float]]:
    # From the last reading before to the first one after: between them nothing is known.
    gaps: list[list[float]] = []
    since = 0.0
    inside = False
    for across, value in points:
        if value is None and not inside:
            inside = True
        elif value is not None:
            if inside:
                gaps.append([since, across])
            inside, since = False, across
    return [*gaps, *([[since, 1.0]] if inside else [])]
