"""Patients who could be taken for each other: who enrols or renames one writes on what the name sounds like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.actions.register import Register, Written, together, written_on
from app.actions.world import Moment, World

TAG = "identity:likeness:changed"


def namesakes(likeness: str) -> Register:
    """Return the record of a likeness (a keyed digest, no name): the patients who share it."""
    return Register("likeness", likeness, TAG, {"patients": []})


def found_alike(likenesses: Iterable[str], patient: str | None, world: World, tenant: str) -> set[str]:
    """Return the ids of the other patients that share one of these likenesses."""
    shared = (namesakes(one).found(world, tenant) for one in likenesses)
    return {other for one in shared if one is not None for other in one.doc["patients"]} - {patient}


def renamed(  # noqa: PLR0913, PLR0917  # whose likenesses, and where it is written
    patient: str,
    before: Mapping[str, str],
    after: Iterable[str],
    world: World,
    tenant: str,
    moment: Moment,
    actor: str,
) -> tuple[dict[str, str], Written]:
    """Take a patient off the likenesses they have no more, and put them on those they have now.

    ``before`` is what this returned last: likeness → id of its record. The new such mapping comes first.
    """

    def joined(record: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"patients": [*record["patients"], patient]}

    def left(record: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"patients": [one for one in record["patients"] if one != patient]}

    now = set(after)
    gone = world.require([before[one] for one in sorted(before.keys() - now)], tenant)
    come = {one: namesakes(one).entered(joined, world, tenant, moment, actor) for one in sorted(now - before.keys())}
    index = {one: before[one] if one in before else come[one].drafts[0].subject for one in sorted(now)}
    return index, together([*come.values(), *(written_on(one, left, TAG, moment, actor) for one in gone)])
