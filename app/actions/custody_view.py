"""Who answered for a bag at every instant, read from the events of its chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.actions.erased_view import erased_bodies, kept_changes
from app.actions.reader import StoredEvent
from app.custody.bag import TERMINAL
from app.custody.custodians import Change, gaps, timeline
from app.kit.clock import parse_rfc3339, rfc3339


def custody_view(events: Iterable[StoredEvent]) -> dict[str, Any]:
    """Show the intervals of custody and the gaps between them; nobody answers for a bag whose life is over."""
    changes: list[Change] = []
    ended: datetime | None = None
    chain = list(events)
    said = erased_bodies(chain)
    for event in chain:
        changed = kept_changes(event, said)
        at = parse_rfc3339(event.occurred_at)
        if "custodian" in changed:
            changes.append(Change(event.id, event.tag.split(":")[1], at, changed["custodian"]))
        if changed.get("state") in TERMINAL:
            ended = at
    intervals = timeline(changes, ended=ended)
    return {
        "intervals": [
            {
                "since": rfc3339(one.start),
                "until": rfc3339(one.end) if one.end is not None else None,
                "custodian": one.custodian,
                "step": one.step,
                "event": one.event,
            }
            for one in intervals
        ],
        "gaps": _stretches(gaps(intervals)),
    }


def _stretches(found: Sequence[tuple[datetime, datetime]]) -> list[dict[str, str]]:
    return [{"since": rfc3339(start), "until": rfc3339(end)} for start, end in found]
