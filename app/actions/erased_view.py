"""What is said where something was erased: that it was, why and when, and the codes that stayed on record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.actions.erase_body import TAG
from app.actions.reader import StoredEvent
from app.kit.texts import Text

ERASED: Final = Text("effacé", "erased")


def erased_bodies(events: Iterable[StoredEvent]) -> dict[str, Mapping[str, Any]]:
    """Return, for each event of a chain whose body was erased, the body of the event that says so."""
    said = {one.id: json.loads(one.body) for one in events if one.tag == TAG and not one.erased}
    return {body["erased"]: {**body, "event": event} for event, body in said.items()}


def erased_view(event: StoredEvent, said: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, Any] | None:
    """Show why and when the body of an event was erased; None when it is there."""
    if not event.erased:
        return None
    saying = said.get(event.id, {})
    return {
        "event": saying.get("event"),
        "reason": saying.get("reason"),
        "at": saying.get("recorded_at"),
        "text": ERASED.say(language),
    }


def kept_changes(event: StoredEvent, said: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what an event changed: as its body says, or what was kept of it when that was erased."""
    if event.erased:
        return dict(said.get(event.id, {}).get("kept", {}))
    body = json.loads(event.body)
    # What was told again when something was erased changed nothing.
    return {} if event.tag == TAG else dict(body.get("changes", {}))
