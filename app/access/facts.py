"""What rules need to know of a person, written small enough to travel in every token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.access.principal import Trainings
from app.kit.period import Period, merged

KEPT_PERIODS: Final = 3
"""How many periods of one training travel: the newest. A scan that is older than these is settled by a person."""


def trainings_claim(trainings: Trainings) -> dict[str, list[list[int]]] | None:
    """Write trainings as a claim: competence → [start, end] in seconds since 1970, the newest ones."""
    if trainings is None:
        return None
    return {
        competence: [[int(one.start.timestamp()), int(one.end.timestamp())] for one in merged(periods)[-KEPT_PERIODS:]]
        for competence, periods in sorted(trainings.items())
    }


def trainings_of(claim: Mapping[str, Any] | None) -> Trainings:
    """Read the claim again.

    Raises:
        AttributeError, TypeError, ValueError, OverflowError: it is not of that shape.
    """
    if claim is None:
        return None
    return {
        competence: tuple(Period(_instant(start), _instant(end)) for start, end in periods)
        for competence, periods in claim.items()
    }


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
