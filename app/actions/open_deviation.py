"""A deviation begins in the same transaction as the event it explains (NCF-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.actions.world import Birth, Draft, Moment
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a deviation is opened: the step and the rules, who did it, where and when; ``scan_id`` names the act."""

    step: str
    rules: Sequence[str]
    by: str
    site: str | None
    at: datetime
    scan_id: str


def opened_deviation(
    bag: str, therapy: str, cause: Cause, moment: Moment, *, reason: str | None
) -> tuple[str, Birth, Draft]:
    """Return the id of the new deviation and what brings it into being; the reason may hold a name and is sealed."""
    opened = moment.new_id()
    doc = {
        "id": opened,
        "bag": bag,
        "therapy": therapy,
        "step": cause.step,
        "rules": list(cause.rules),
        "site": cause.site,
        "opened_by": cause.by,
        "opened_at": rfc3339(cause.at),
        "scan_id": cause.scan_id,
        "state": "open",
        "owner": None,
        "decision": None,
        "capa": None,
        "closed": None,
    }
    draft = Draft(
        subject=opened,
        tag="quality:deviation:opened",
        body={"v": 1, "scan_id": cause.scan_id, "because_of": bag, "rules": list(cause.rules)},
        occurred_at=cause.at,
        actor=cause.by,
        doc=doc,
        private={"deviation_reason": reason} if reason is not None else None,
        scan_id=cause.scan_id,
    )
    return opened, Birth(opened, "deviation", parent=bag, vault_of=bag), draft
