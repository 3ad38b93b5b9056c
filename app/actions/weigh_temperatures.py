"""What a temperature file says of each bag it travelled with: its limit, its time on the way, the judgement. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.actions.catalogue import Catalogue
from app.custody.bag import Bag
from app.custody.profile import Profile
from app.kit.clock import parse_rfc3339, rfc3339
from app.temperature.calm import Unopened, opened
from app.temperature.excursion import Excursion
from app.temperature.importing import Chunk, Series
from app.temperature.judgement import Judgement, Verdict, judge, worst
from app.temperature.probes import disagreements
from app.temperature.reading import instant, milliseconds
from app.temperature.rules import Limit, Rules, Tolerance
from app.temperature.spans import Unknown

FRESH: Final = Limit(8_000, 2_000)
"""+2 to +8 °C: what a fresh apheresis travels at (data-standards page: the limit belongs to the leg)."""
_TOLD: Final = 100


@dataclass(frozen=True, slots=True)
class Window:
    """When a bag was on its way: from ``packed`` to ``received``, or to now while it is."""

    packed: str | None
    received: str | None

    @classmethod
    def of(cls, bag: Mapping[str, Any]) -> Window:
        """Return the window of a bag's stored form; a reception before the packing was that of another journey."""
        packed, received = bag["marks"].get("packed"), bag["marks"].get("received")
        if packed is not None and received is not None and received < packed:
            received = None
        return cls(packed, received)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One bag's share of a file: the worst verdict of its probes, and each probe's judgement.

    Without a packing, or without a profile that gives a limit, there is nothing to judge by: that is unknown too.
    """

    bag: str
    window: Window
    verdict: Verdict
    limit: Limit | None
    judgements: tuple[Judgement, ...]


def weigh(  # noqa: PLR0913  the bags, the file, and every rule they are judged by
    bags: Iterable[Mapping[str, Any]],
    series: Sequence[Series],
    chunks: Sequence[Chunk],
    catalogue: Catalogue,
    *,
    now: datetime,
    rules: Rules,
) -> tuple[Weighed, ...]:
    """Judge every bag's time on the way by every probe of the file; opens no chunk of which nothing is to be said."""
    blocks = [[chunk.unopened for chunk in chunks if chunk.probe == number] for number in range(len(series))]
    doubts = _disagreements(blocks, series, rules)
    known: dict[tuple[Window, Limit, Tolerance], tuple[Judgement, ...]] = {}
    found: list[Weighed] = []
    for doc in bags:
        bag, window = Bag.from_doc(doc), Window.of(doc)
        held = limit_of(bag, catalogue.for_bag(bag).profile)
        judgements: tuple[Judgement, ...] = ()
        if window.packed is not None and held is not None:
            # Bags that travelled together are judged once.
            key = (window, *held)
            if key not in known:
                known[key] = _judged(blocks, series, key, now=now, rules=rules, doubts=doubts)
            judgements = known[key]
        verdict = worst([one.verdict for one in judgements])
        found.append(Weighed(bag.id, window, verdict, None if held is None else held[0], judgements))
    return tuple(found)


def limit_of(bag: Bag, profile: Profile | None) -> tuple[Limit, Tolerance] | None:
    """Return what a bag is held against on a journey; None when nothing says.

    What a label tolerates is said of the stored product, so a collection is forgiven nothing.
    """
    if profile is None:
        return None
    if bag.kind == "collection":
        return (FRESH if profile.collection == "fresh" else Limit(profile.limit_c * 1000)), Tolerance()
    ceiling = profile.excursions.ceiling_c
    return (
        Limit(profile.limit_c * 1000),
        Tolerance(profile.excursions.max_count, None if ceiling is None else ceiling * 1000),
    )


def weighed_view(weighed: Weighed) -> dict[str, Any]:
    """Return one bag's share as it stands in the record: whole numbers of milli-°C and seconds; 100 excursions."""
    limit = weighed.limit
    return {
        "bag": weighed.bag,
        "verdict": weighed.verdict,
        "packed_at": weighed.window.packed,
        "received_at": weighed.window.received,
        "highest_allowed_mC": None if limit is None else limit.highest_milli,
        "lowest_allowed_mC": None if limit is None else limit.lowest_milli,
        "probes": [judgement_view(one) for one in weighed.judgements],
    }


def judgement_view(one: Judgement) -> dict[str, Any]:
    """Return a judgement as it stands in the record."""
    return {
        "verdict": one.verdict,
        "reasons": list(one.reasons),
        "readings": one.readings,
        "lowest_mC": one.lowest_milli,
        "highest_mC": one.highest_milli,
        "coverage_permille": one.coverage_permille,
        "unknown_s": -(-one.unknown_ms // 1000),
        "excursion_count": len(one.excursions),
        "excursions": [_excursion_view(each, tolerated=each in one.tolerated) for each in one.excursions[:_TOLD]],
    }


def _excursion_view(one: Excursion, *, tolerated: bool) -> dict[str, Any]:
    return {
        "side": one.side,
        "since": None if one.since_ms is None else rfc3339(instant(one.since_ms)),
        "start": rfc3339(instant(one.start_ms)),
        "last": rfc3339(instant(one.last_ms)),
        "end": None if one.end_ms is None else rfc3339(instant(one.end_ms)),
        "peak_mC": one.peak_milli,
        "peak_at": rfc3339(instant(one.peak_ms)),
        "samples": one.samples,
        "least_s": one.least_seconds,
        "most_s": one.most_seconds,
        "coverage_permille": one.coverage_permille,
        "tolerated": tolerated,
    }


def _disagreements(blocks: Sequence[list[Unopened]], series: Sequence[Series], rules: Rules) -> tuple[Unknown, ...]:
    """Compare two probes; of one there is nothing to compare, and more have no common rule yet."""
    if len(blocks) != 2:  # noqa: PLR2004  a pair
        return ()
    gap = max(rules.gap_ms(one.interval_ms) for one in series)
    one, other = (map(opened, own) for own in blocks)
    return disagreements(one, other, more_than_milli=rules.disagreement_milli, gap_ms=gap)


def _judged(  # noqa: PLR0913  the readings, what they are held against, and what is doubtful already
    blocks: Sequence[list[Unopened]],
    series: Sequence[Series],
    key: tuple[Window, Limit, Tolerance],
    *,
    now: datetime,
    rules: Rules,
    doubts: tuple[Unknown, ...],
) -> tuple[Judgement, ...]:
    window, limit, tolerance = key
    start = milliseconds(parse_rfc3339(str(window.packed)))
    end = milliseconds(now if window.received is None else parse_rfc3339(window.received))
    return tuple(
        judge(
            own,
            start,
            max(start, end),
            limit=limit,
            interval_ms=one.interval_ms,
            rules=rules,
            tolerance=tolerance,
            doubts=(*one.doubts, *doubts),
        )
        for own, one in zip(blocks, series, strict=True)
    )
