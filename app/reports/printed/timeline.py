"""Who answered for each bag, drawn over time: custodians as bands, events as marks.

A bag waits weeks in a dewar and is thawed in minutes. So the axis is not even: each stretch between two instants is as
wide as the logarithm of its length, and every tick says its date and time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from math import log
from typing import Any, Final

from app.kit.clock import parse_rfc3339
from app.kit.texts import Text
from app.reports.printed.blocks import Block, heading
from app.reports.printed.said import Saying, duration, instant

NOBODY: Final = Text("Sans dépositaire", "Without a custodian")
OUTSIDE: Final = Text("lacune", "gap")
LEGEND: Final = Text(
    "Les numéros sont ceux de la piste d'audit. L'axe n'est pas régulier : la largeur croît avec le logarithme de la"
    " durée. Losange : refus ; triangle : déviation ou saisie tardive. Heures UTC.",
    "Numbers are those of the audit trail. The axis is not even: widths grow with the logarithm of time. Diamond:"
    " refusal; triangle: deviation or late entry. Times in UTC.",
)
ALT: Final = Text("Chaîne de garde de {bag} : {told}", "Custody of {bag}: {told}")
_UNIT_SECONDS, _LEAST = 120, 0.18
_BETWEEN_LABELS, _BETWEEN_NUMBERS = 0.098, 0.021


class Axis:
    """Places instants between 0 and 1."""

    def __init__(self, instants: Iterable[datetime]) -> None:
        """Take every instant that will be placed."""
        known = sorted(set(instants))
        steps = [0.0, *(_LEAST + log(1 + (b - a).total_seconds() / _UNIT_SECONDS) for a, b in pairwise(known))]
        whole = sum(steps) or 1.0
        self._at = dict(zip(known, (along / whole for along in accumulate(steps)), strict=True))

    def __call__(self, one: datetime) -> float:
        """Return where an instant stands, to four decimals: the same on every machine."""
        return round(self._at[one], 4)


def timelines(
    say: Saying, legs: Mapping[str, Any], trail: Sequence[Mapping[str, Any]], end: str, deviated: Collection[str]
) -> list[Block]:
    """Return one drawing a bag; what is open ends at ``end``, the time of the checkpoint."""
    bags = dict.fromkeys(interval["bag"] for interval in legs["intervals"])
    tones = {entry["event"]: _tone(entry, deviated) for entry in trail}
    drawn = []
    for bag in bags:
        own = [entry for entry in trail if entry["bag"] == bag]
        drawn += [heading(say.bag(bag)), _timeline(say, bag, legs, own, end, tones)]
    return [*drawn, {"kind": "legend", "text": say.text(LEGEND)}] if drawn else []


def _timeline(  # noqa: PLR0913, PLR0917  # what is drawn
    say: Saying,
    bag: str,
    legs: Mapping[str, Any],
    trail: Sequence[Mapping[str, Any]],
    end: str,
    tones: Mapping[str, str],
) -> Block:
    intervals = [one for one in legs["intervals"] if one["bag"] == bag]
    gaps = [one for one in legs["uncovered"] if one["bag"] == bag]
    spans = [(parse_rfc3339(one["since"]), parse_rfc3339(one["until"] or end)) for one in (*intervals, *gaps)]
    opened = min(start for start, _ in spans)
    marked = [entry for entry in trail if opened <= parse_rfc3339(entry["occurred_at"]) <= parse_rfc3339(end)]
    across = Axis([*(moment for pair in spans for moment in pair), *(parse_rfc3339(e["occurred_at"]) for e in marked)])
    lanes = dict.fromkeys(_lane(one) for one in intervals)
    rows = {lane: row for row, lane in enumerate([*lanes, *([""] if gaps else [])])}
    bands = [
        {
            "lane": rows["" if at >= len(intervals) else _lane(intervals[at])],
            "start": across(start),
            "end": across(stop),
            "text": duration(int((stop - start).total_seconds())),
            "tone": "bad" if at >= len(intervals) else "plain",
        }
        for at, (start, stop) in enumerate(spans)
    ]
    told = "; ".join(f"{say.site(one['custodian'])} {instant(one['since'])}" for one in intervals)
    return {
        "kind": "timeline",
        "lanes": [*(_named(say, one) for one in _first_of(intervals, lanes)), *([_nobody(say)] if gaps else [])],
        "ticks": _ticks(across, spans),
        "bands": bands,
        "marks": _marks(say, across, marked, bands, tones),
        "alt": say.text(ALT).format(bag=say.bag(bag), told=told),
    }


def _lane(interval: Mapping[str, Any]) -> str:
    return interval["custodian"]["id"] if interval["custodian"] else "?"


def _first_of(intervals: Sequence[Mapping[str, Any]], lanes: Iterable[str]) -> list[Mapping[str, Any]]:
    return [next(one for one in intervals if _lane(one) == lane) for lane in lanes]


def _named(say: Saying, interval: Mapping[str, Any]) -> dict[str, str]:
    site = interval["custodian"]
    return {"name": say.site(site), "kind": say.code("site", site["kind"]) if site else ""}


def _nobody(say: Saying) -> dict[str, str]:
    return {"name": say.text(NOBODY), "kind": say.text(OUTSIDE)}


def _ticks(across: Axis, spans: Sequence[tuple[datetime, datetime]]) -> list[dict[str, Any]]:
    ticks, last = [], -1.0
    for moment in sorted({moment for pair in spans for moment in pair}):
        at = across(moment)
        said = at - last >= _BETWEEN_LABELS
        last = at if said else last
        day, time = moment.strftime("%Y-%m-%d"), moment.strftime("%H:%M")
        ticks.append({"x": at, "day": day if said else "", "time": time if said else ""})
    return ticks


def _marks(
    say: Saying,
    across: Axis,
    trail: Sequence[Mapping[str, Any]],
    bands: Sequence[Mapping[str, Any]],
    tones: Mapping[str, str],
) -> list[dict[str, Any]]:
    marks, last = [], -1.0
    for entry in sorted(trail, key=lambda one: (one["occurred_at"], one["index"])):
        at = across(parse_rfc3339(entry["occurred_at"]))
        # A hand-over belongs to the one who takes: the last band that has begun.
        lane = max((band for band in bands if band["start"] <= at), key=lambda band: band["start"])["lane"]
        said = at - last >= _BETWEEN_NUMBERS
        last = at if said else last
        marks.append(
            {"x": at, "lane": lane, "tone": tones[entry["event"]], "text": say.line(entry["event"]) if said else ""}
        )
    return marks


def _tone(entry: Mapping[str, Any], deviated: Collection[str]) -> str:
    if entry["outcome"] == "refused":
        return "bad"
    return "watch" if entry["late"] or entry["event"] in deviated else "plain"
