"""The list of scans for a person to settle: late ones whose world had changed, and breaks in a device's chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.actions.resolve import Resolved
from app.actions.scan_request import ScanRequest
from app.actions.world import Birth, Draft, Moment
from app.custody.device_chain import UNREAD, Break
from app.custody.verdict import Refused
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class Origin:
    """Which scan an item is about: ``step`` as the device named it, ``site`` and ``by`` of whoever sent it."""

    step: str
    scan_id: str
    site: str | None
    device: str
    occurred_at: datetime
    by: str


def origin_of(request: ScanRequest) -> Origin:
    """Return where an item about a scan that was understood comes from."""
    actor = request.actor
    return Origin(
        request.step.tag, request.scan_id, actor.site_id, request.device_id, request.occurred_at, actor.subject_id
    )


def settlement(request: ScanRequest, verdict: Refused, found: Resolved, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for a scan that was made offline and refused on arrival; nothing is dropped."""
    bag = found.bag.id if found.bag is not None else None
    return _item(origin_of(request), verdict.breach.code, bag, moment)


def unchained(origin: Origin, found: Break, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for a scan that does not fit its device's chain: it names no bag, as what is missing is unknown."""
    return _item(origin, found.value, None, moment)


def unread(origin: Origin, told: Mapping[str, Any], message: str, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for a scan whose message was not understood; ``told`` is its link, ``message`` is kept sealed."""
    return _item(origin, UNREAD, None, moment, told=told, sealed={"message": message})


AWAITED = "countersignature-awaited"
"""The code of an item that waits for the second person of an act done without a network."""


def awaiting(request: ScanRequest, second: str, about: str, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for an act that is taken, and whose second person was only named; ``about``: where it stands."""
    bag = about if request.step.subject == "bag" else None
    more = {"second": second, "about": about, "by": request.actor.subject_id}
    return _item(origin_of(request), AWAITED, bag, moment, more=more)


def _item(  # noqa: PLR0913  # what one item holds
    origin: Origin,
    code: str,
    bag: str | None,
    moment: Moment,
    *,
    more: Mapping[str, str] | None = None,
    told: Mapping[str, Any] | None = None,
    sealed: Mapping[str, str] | None = None,
) -> tuple[Birth, Draft]:
    opened = moment.new_id()
    doc = {
        "id": opened,
        "bag": bag,
        "step": origin.step,
        "code": code,
        "scan_id": origin.scan_id,
        "site": origin.site,
        "device": origin.device,
        "occurred_at": rfc3339(origin.occurred_at),
        "opened_at": rfc3339(moment.now),
        "state": "open",
        **(more or {}),
    }
    draft = Draft(
        subject=opened,
        tag="custody:settle:opened",
        body={"v": 1, "scan_id": origin.scan_id, "code": code, **(told or {})},
        occurred_at=origin.occurred_at,
        actor=origin.by,
        doc=doc,
        private={"details": sealed} if sealed is not None else None,
        scan_id=origin.scan_id,
    )
    return Birth(opened, "settlement", parent=bag, vault_of=bag, with_vault=bag is None), draft
