"""What happened while a bag's cold was measured: where it went, in whose hands, its holds, excursions, alarms."""

from __future__ import annotations

from typing import Final

from app.kit.clock import parse_rfc3339
from app.reports.copies import Audience
from app.reports.model import Happened
from app.reports.telling import Telling
from app.temperature.reading import milliseconds

SHOWN: Final = frozenset(
    {"packed", "handed_over", "received", "stored", "moved", "retrieved", "thaw_started", "held", "hold_lifted"}
)
"""The steps that a curve is read with; the others stand in the trail."""


def happened(tell: Telling, bag: str, where: str | None, start_ms: int, end_ms: int) -> list[Happened]:
    """Return what happened from ``start_ms`` to ``end_ms``, in the order of time; ``where``: a shipment or a dewar.

    Alarms are those of the dewar. A maker is not told of them: they are the hospital's own.
    """
    cold = tell.material.cold
    found: list[Happened] = [
        {"at": one.occurred_at, "what": f"step:{one.step}", "event": one.id}
        for one in tell.material.events
        if one.subject == bag and one.taken and one.step in SHOWN
    ]
    found += [
        {"at": one["opened_at"], "what": "mark:excursion", "event": None}
        for one in cold.evaluations
        if one["of"]["id"] == where and any(share["bag"] == bag for share in one["bags"])
    ]
    if tell.copy.audience is not Audience.MAKER:
        found += [
            {"at": one["raised_at"], "what": f"alarm:{one['kind']}", "event": None}
            for one in cold.alarms
            if one["dewar"] == where
        ]
    within = [one for one in found if start_ms <= milliseconds(parse_rfc3339(one["at"])) <= end_ms]
    return sorted(within, key=lambda one: (one["at"], one["what"]))
