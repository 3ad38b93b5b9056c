"""What rules need to know of a person, written small enough to travel in every token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.access.claims import instant_of
from app.access.principal import Delegation, Lent, Trainings
from app.access.roles import Role
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
        competence: tuple(Period(instant_of(start), instant_of(end)) for start, end in periods)
        for competence, periods in claim.items()
    }


def delegations_claim(delegations: Iterable[Delegation]) -> list[list[Any]]:
    """Write delegations as a claim: protocol, tasks, start and end in seconds since 1970."""
    return [
        [one.protocol, sorted(one.tasks), int(one.period.start.timestamp()), int(one.period.end.timestamp())]
        for one in delegations
    ]


def delegations_of(claim: Sequence[Sequence[Any]]) -> tuple[Delegation, ...]:
    """Read the claim again.

    Raises:
        AttributeError, TypeError, ValueError, OverflowError: it is not of that shape.
    """
    return tuple(
        Delegation(protocol, frozenset(tasks), Period(instant_of(start), instant_of(end)))
        for protocol, tasks, start, end in claim
    )


def lent_claim(lent: Lent | None) -> list[str] | None:
    """Write a lent role as a claim."""
    return None if lent is None else [lent.id, lent.role.value]


def lent_of(claim: Sequence[str] | None) -> Lent | None:
    """Read the claim again.

    Raises:
        TypeError, ValueError: it is not of that shape.
    """
    if claim is None:
        return None
    broken, role = claim
    return Lent(broken, Role(role))
