"""What a dewar's warm readings mean for each bag that was in it: by its own limit, for its own time in its position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.actions.catalogue import Catalogue
from app.actions.stays import Stay
from app.actions.weigh_temperatures import judgement_view, limit_of
from app.custody.bag import Bag
from app.kit.clock import rfc3339
from app.temperature.course import Course
from app.temperature.excursion import Excursion
from app.temperature.judgement import Judgement, Verdict, judge
from app.temperature.reading import Block, instant
from app.temperature.rules import Limit, Rules, Tolerance

LOOK_BACK_MS: Final = 86_400_000
"""How far before the first unjudged reading is looked, so that an excursion is seen from its beginning."""


@dataclass(frozen=True, slots=True)
class Share:
    """What an excursion was for one bag. ``staying``: it lies in that position still."""

    stay: Stay
    verdict: Verdict
    limit: Limit
    judgement: Judgement

    @property
    def staying(self) -> bool:
        """Whether the bag is there now."""
        return self.stay.end_ms is None

    def view(self) -> dict[str, Any]:
        """Return the share as it stands in the record."""
        end = self.stay.end_ms
        return {
            "bag": self.stay.bag,
            "verdict": self.verdict,
            "position": self.stay.position,
            "stored_at": rfc3339(instant(self.stay.start_ms)),
            "left_at": None if end is None else rfc3339(instant(end)),
            "highest_allowed_mC": self.limit.highest_milli,
            "lowest_allowed_mC": None,
            "probes": [judgement_view(self.judgement)],
        }


@dataclass(frozen=True, slots=True)
class Warm:
    """One excursion of a dewar beyond the limit it was held against, and what it was for each bag it touched."""

    excursion: Excursion
    limit: Limit
    shares: tuple[Share, ...]

    @property
    def began_ms(self) -> int:
        """The earliest instant at which it may have begun."""
        return self.excursion.begin_ms

    @property
    def until_ms(self) -> int | None:
        """The latest at which it may have ended; None while it lasts."""
        return self.excursion.end_ms


def strictest(dewar: Mapping[str, Any], bags: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> Limit:
    """Return the limit of a dewar: its own, or that of the strictest bag in it where that is colder."""
    limits = [int(dewar["limit_c"]) * 1000]
    for doc in bags:
        held = limit_of(Bag.from_doc(doc), catalogue.for_bag(Bag.from_doc(doc)).profile)
        if held is not None:
            limits.append(held[0].highest_milli)
    return Limit(min(limits))


def coldest(dewar: Mapping[str, Any], catalogue: Catalogue) -> int:
    """Return a temperature that no limit lies below: what is colder needs no look at what lies in the dewar."""
    return min(
        [int(dewar["limit_c"]) * 1000, *(one.profile.limit_c * 1000 for one in catalogue.versions)],
    )


def warm_spells(  # noqa: PLR0913  the readings, who was there, and every rule they are held against
    blocks: Sequence[Block],
    since_ms: int,
    *,
    dewar: Mapping[str, Any],
    stays: Sequence[Stay],
    bags: Mapping[str, Mapping[str, Any]],
    catalogue: Catalogue,
    interval_ms: int,
    rules: Rules,
    forgiven: Mapping[str, int],
) -> list[Warm]:
    """Return the excursions that reach ``since_ms`` or later, each with its bags.

    The dewar is held against the strictest bag that was in it at any time in question, each bag against its own limit.
    ``forgiven``: bag → how many of its excursions were tolerated before; a label tolerates so many, not so many each.
    """
    if not blocks:
        return []
    last_ms = blocks[-1].times[-1]
    present = [stay for stay in stays if stay.within(blocks[0].times[0], last_ms) and stay.bag in bags]
    limit = strictest(dewar, (bags[stay.bag] for stay in present), catalogue)
    course = Course(rules, limit, interval_ms)
    for block in blocks:
        course.feed(block)
    found = [one for one in course.seen().excursions if one.finish_ms >= since_ms]
    return [
        Warm(one, limit, _shares(one, blocks, present, bags, catalogue, dewar, interval_ms, rules, forgiven))
        for one in found
    ]


def _shares(  # noqa: PLR0913, PLR0917  as above
    excursion: Excursion,
    blocks: Sequence[Block],
    stays: Sequence[Stay],
    bags: Mapping[str, Mapping[str, Any]],
    catalogue: Catalogue,
    dewar: Mapping[str, Any],
    interval_ms: int,
    rules: Rules,
    forgiven: Mapping[str, int],
) -> tuple[Share, ...]:
    found = []
    for stay in stays:
        # Seen beyond the limit from its first to its last reading; what may have been around it is what the share says.
        if not stay.within(excursion.begin_ms, excursion.finish_ms):
            continue
        bag = Bag.from_doc(bags[stay.bag])
        held = limit_of(bag, catalogue.for_bag(bag).profile) or (Limit(int(dewar["limit_c"]) * 1000), Tolerance())
        limit, tolerance = held
        left = max(0, tolerance.count - forgiven.get(stay.bag, 0))
        start = max(stay.start_ms, excursion.begin_ms)
        end = excursion.finish_ms if stay.end_ms is None else min(stay.end_ms, excursion.finish_ms)
        judgement = judge(
            blocks,
            start,
            max(start, end),
            limit=limit,
            interval_ms=interval_ms,
            rules=rules,
            tolerance=Tolerance(left, tolerance.ceiling_milli, tolerance.longest_ms, tolerance.unknown_ms),
        )
        found.append(Share(stay, judgement.verdict, limit, judgement))
    return tuple(found)
