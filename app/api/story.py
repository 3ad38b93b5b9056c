"""The chain of one item of quality's as people read it: what was done, by whom, and the sealed texts."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from app.actions.reader import StoredSubject
from app.actions.services import Services


async def story_of(stored: StoredSubject, services: Services) -> list[dict[str, Any]]:
    """Return every event of the item, oldest first; for those who may read its notes."""
    events = await asyncio.to_thread(services.reader.history, stored.id)
    people = {event.actor for event in events if event.actor is not None}
    names = await asyncio.to_thread(services.reader.names, people)
    told = []
    for event in events:
        notes: dict[str, Any] = {}
        if event.private is not None and stored.vault_key is not None:
            sealed = services.keyring.open(stored.vault_key, stored.id, event.private, context=event.id)
            private = json.loads(sealed)
            notes = {**private.get("details", {})}
            if "deviation_reason" in private:
                notes["reason"] = private["deviation_reason"]
        by = {"id": event.actor, "name": names.get(event.actor)} if event.actor is not None else None
        told.append({"tag": event.tag, "at": event.occurred_at, "by": by, "notes": notes})
    return told
