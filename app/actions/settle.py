"""The list of scans for a person to settle: late ones whose world had changed, and breaks in a device's chain."""

from __future__ import annotations

from app.actions.resolve import Resolved
from app.actions.scan_request import ScanRequest
from app.actions.world import Birth, Draft, Moment
from app.custody.device_chain import Break
from app.custody.verdict import Refused
from app.kit.clock import rfc3339


def settlement(request: ScanRequest, verdict: Refused, found: Resolved, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for a scan that was made offline and refused on arrival; nothing is dropped."""
    return _item(request, verdict.breach.code, found.bag.id if found.bag is not None else None, moment)


def unchained(request: ScanRequest, found: Break, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for a scan that does not fit its device's chain: it names no bag, as what is missing is unknown."""
    return _item(request, found.value, None, moment)


AWAITED = "countersignature-awaited"
"""The code of an item that waits for the second person of an act done without a network."""


def awaiting(request: ScanRequest, second: str, about: str, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for an act that is taken, and whose second person was only named; ``about``: where it stands."""
    bag = about if request.step.subject == "bag" else None
    return _item(request, AWAITED, bag, moment, second=second, about=about, by=request.actor.subject_id)


def _item(request: ScanRequest, code: str, bag: str | None, moment: Moment, **more: str) -> tuple[Birth, Draft]:
    opened = moment.new_id()
    doc = {
        "id": opened,
        "bag": bag,
        "step": request.step.tag,
        "code": code,
        "scan_id": request.scan_id,
        "site": request.actor.site_id,
        "device": request.device_id,
        "occurred_at": rfc3339(request.occurred_at),
        "opened_at": rfc3339(moment.now),
        "state": "open",
        **more,
    }
    draft = Draft(
        subject=opened,
        tag="custody:settle:opened",
        body={"v": 1, "scan_id": request.scan_id, "code": code},
        occurred_at=request.occurred_at,
        actor=request.actor.subject_id,
        doc=doc,
        scan_id=request.scan_id,
    )
    return Birth(opened, "settlement", parent=bag, vault_of=bag, with_vault=bag is None), draft
