"""The list of late scans whose world had changed: recorded as they happened, for a person to settle."""

from __future__ import annotations

from app.actions.resolve import Resolved
from app.actions.scan_request import ScanRequest
from app.actions.world import Birth, Draft, Moment
from app.custody.verdict import Refused
from app.kit.clock import rfc3339


def settlement(request: ScanRequest, verdict: Refused, found: Resolved, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item for a scan that was made offline and refused on arrival; nothing is dropped."""
    opened = moment.new_id()
    doc = {
        "id": opened,
        "bag": found.bag.id if found.bag is not None else None,
        "step": request.step.tag,
        "code": verdict.breach.code,
        "scan_id": request.scan_id,
        "site": request.actor.site_id,
        "device": request.device_id,
        "occurred_at": rfc3339(request.occurred_at),
        "opened_at": rfc3339(moment.now),
        "state": "open",
    }
    draft = Draft(
        subject=opened,
        tag="custody:settle:opened",
        body={"v": 1, "scan_id": request.scan_id, "code": verdict.breach.code},
        occurred_at=request.occurred_at,
        actor=request.actor.subject_id,
        doc=doc,
        scan_id=request.scan_id,
    )
    bag = found.bag.id if found.bag is not None else None
    return Birth(opened, "settlement", parent=bag, vault_of=bag, with_vault=bag is None), draft
