"""Scans that were not understood: what becomes of their place in their device's chain (docs/decisions/0147)."""

from __future__ import annotations

from collections.abc import Mapping

from app.access.principal import Principal
from app.actions.hand_in import HandIn
from app.actions.services import Services
from app.api.models.scans import ScanIn
from app.api.problem_texts import PROBLEMS
from app.api.scan_messages import digest_of, link_of
from app.kit.canonical import NotCanonicalError

_SENT_AGAIN = frozenset({401, 408, 425, 429})
"""What a device does not take for the end: it sends the scan again."""
_UNSIGNED: Mapping[str, bool | set[str]] = {"witness": True, "sent_at": True, "deviation": {"authoriser"}}


async def give_place(message: ScanIn, code: str, actor: Principal, services: Services) -> None:
    """Give a scan its place in its device's chain when the device will not send it again; others keep theirs.

    ``code``: what the service says of it. A device whose numbers cannot be hashed here says itself what it parked.
    """
    status = PROBLEMS[code].status
    if status in _SENT_AGAIN or not 400 <= status < 500:  # noqa: PLR2004  # the range of what the caller must mend
        return
    try:
        digest = digest_of(message)
    except NotCanonicalError:
        return
    link = link_of(message, actor, digest)
    if link is None:
        return
    shown = message.model_dump_json(exclude_none=True, exclude=_UNSIGNED)
    await services.recorder.submit(
        HandIn(actor, link, message.step, message.occurred_at, act=digest, code=code, message=shown)
    )
