"""The board: every therapy under way with what is due, late and on hold, for the three who look at it all day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.access.principal import Principal
from app.actions.catalogue import Catalogue
from app.actions.reader import Scope, StoredSubject
from app.actions.views import bag_view, lateness, therapy_view
from app.custody.bag import LIVE, Bag
from app.custody.timers import timers
from app.kit.clock import rfc3339

VIEWS = ("coordinator", "pharmacist", "quality")
MOST_THERAPIES = 500
_NEVER = "9999"
_BAG = (
    *("id", "kind", "form", "state", "ordinal", "of", "custodian", "position_code", "shipment"),
    *("holds", "lot", "expires_at", "identifiers"),
)
_THERAPY = ("id", "coi", "product", "manufacturer", "state", "planned", "identity", "cautions", "second_dose")


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Therapies that are not over, all their bags, and how many things of quality's are open, by kind."""

    therapies: Sequence[StoredSubject]
    bags: Sequence[StoredSubject]
    open: Mapping[str, int]


class Boards(Protocol):
    """Reads for the board; three statements, however many therapies there are."""

    def under_way(self, scope: Scope, *, limit: int) -> UnderWay:
        """Return therapies of which a bag is live or none exists yet, at most ``limit`` and one more.

        Raises:
            NotAnsweringError: the database is away.
        """
        ...


def board(found: UnderWay, actor: Principal, catalogue: Catalogue, *, view: str, now: datetime) -> dict[str, Any]:
    """Return the board as its reader may see it: late first, then on hold, then what is due next.

    ``view``: a coordinator sees everything, a pharmacist what has a bag at their own site or on its way to anybody,
    quality what is late or on hold.
    """
    bags: dict[str, list[dict[str, Any]]] = {}
    for one in found.bags:
        bags.setdefault(one.doc["therapy"], []).append(_bag(one, actor, catalogue, now))
    rows = [_row(one, bags.get(one.id, []), actor) for one in found.therapies[:MOST_THERAPIES]]
    shown = [row for row in rows if _concerns(row, view, str(actor.site_id))]
    return {
        "view": view,
        "at": rfc3339(now),
        "complete": len(found.therapies) <= MOST_THERAPIES,
        "late": sum(row["late"] for row in rows),
        "on_hold": sum(row["on_hold"] for row in rows),
        "open": {kind: found.open.get(kind, 0) for kind in ("deviation", "settlement", "review")},
        "therapies": sorted(shown, key=_urgency),
    }


def _bag(stored: StoredSubject, actor: Principal, catalogue: Catalogue, now: datetime) -> dict[str, Any]:
    bag, view = Bag.from_doc(stored.doc), bag_view(stored.doc, actor)
    profile = catalogue.for_bag(bag).profile if bag.state in LIVE else None
    running = [one for one in (timers(bag, profile, now) if profile is not None else ()) if one.state in _RUNNING]
    return {
        **{name: view[name] for name in _BAG},
        **lateness(stored.doc, now),
        "live": bag.live,
        "countdowns": [
            {
                "from": one.rule.starts,
                "to": one.rule.ends,
                "due_at": rfc3339(one.due_at) if one.due_at is not None else None,
                "remaining_seconds": one.remaining_seconds,
                "binding": one.rule.binding,
            }
            for one in running
        ],
    }


_RUNNING = frozenset({"running", "overdue"})


def _row(stored: StoredSubject, bags: list[dict[str, Any]], actor: Principal) -> dict[str, Any]:
    view = therapy_view(stored.doc, actor)
    live = [one for one in bags if one["live"]]
    return {
        **{name: view[name] for name in _THERAPY if name in view},
        "due_at": min((one["due_at"] for one in live if one["due_at"] is not None), default=None),
        "late": any(one["late"] for one in live),
        "on_hold": any(one["holds"] for one in live),
        "bags": bags,
    }


def _concerns(row: Mapping[str, Any], view: str, site: str) -> bool:
    if view == "quality":
        return bool(row["late"] or row["on_hold"])
    if view == "pharmacist":
        return any(one["live"] and (one["custodian"] == site or one["state"] == "in_transit") for one in row["bags"])
    return True


def _urgency(row: Mapping[str, Any]) -> tuple[bool, bool, str, str]:
    return not row["late"], not row["on_hold"], row["due_at"] or _NEVER, row["id"]
