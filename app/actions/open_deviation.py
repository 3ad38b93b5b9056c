"""A deviation begins in the same transaction as the event it explains (NCF-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    return _opened(bag, {"bag": bag, "therapy": therapy}, cause, moment, reason)


def opened_about_no_bag(count: str, position: str, cause: Cause, moment: Moment) -> tuple[str, Birth, Draft]:
    """Return the same for what lies in a position and is no bag of ours: it hangs on the count in which it came up.

    ``count`` is the id of that count, whose key it shares; what was read there stays sealed with the count.
    """
    about = {"bag": None, "therapy": None, "count": count, "position": position}
    return _opened(count, about, cause, moment, None)


def _opened(
    parent: str, about: Mapping[str, str | None], cause: Cause, moment: Moment, reason: str | None
) -> tuple[str, Birth, Draft]:
    opened = moment.new_id()
    doc = {
        "id": opened,
        **about,
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
        body={"v": 1, "scan_id": cause.scan_id, "because_of": parent, "rules": list(cause.rules)},
        occurred_at=cause.at,
        actor=cause.by,
        doc=doc,
        private={"deviation_reason": reason} if reason is not None else None,
        scan_id=cause.scan_id,
    )
    return opened, Birth(opened, "deviation", parent=parent, vault_of=parent), draft
