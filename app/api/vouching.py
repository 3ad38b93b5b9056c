"""What was scanned a moment ago is proved best once the cosigners have vouched for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.actions.bag_evidence import checkpoint_for, current_log
from app.actions.reader import StoredSubject
from app.actions.services import Services

_PAUSE_SECONDS, _ASKED_AGAIN = 0.25, 20


async def until_vouched(services: Services, subjects: Sequence[StoredSubject], *, since: int | None = None) -> None:
    """Give the cosigners some seconds to vouch for a scan of just now; without them the file says so itself.

    Raises:
        NotPublishedError: nothing was published yet.
    """

    def missing() -> bool:
        log = current_log(services.log, subjects[0].tenant)
        return checkpoint_for(services.log, log, subjects, services.cosigners, since=since)[1]

    for _ in range(_ASKED_AGAIN):
        if not await asyncio.to_thread(missing):
            return
        await asyncio.sleep(_PAUSE_SECONDS)
