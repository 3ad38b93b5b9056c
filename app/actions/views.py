"""How things are shown: the same shape in a scan's answer and in a list, cut to what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.access.blinding import blinded, hidden, sees_all
from app.access.principal import Principal
from app.actions.settle import AWAITED
from app.custody.bag import Bag, Shipment
from app.custody.comparison import PERSONAL, Row
from app.custody.device_chain import BREAKS, UNREAD, UNREAD_TITLE, Break
from app.custody.legs import legs_of
from app.custody.machine import next_steps
from app.custody.profile import Profile
from app.custody.rules import RULES
from app.custody.timers import Timer, timers
from app.identity.cautions import CAUTIONS, cautions_of
from app.identity.status import Status
from app.kit.clock import rfc3339
from app.kit.texts import Text
from app.temperature.journey import hold_view

_AWAITED = Text(
    "Acte fait à deux sans réseau : la seconde personne ne l'a pas encore contresigné.",
    "Done by two people without a network: the second one has not countersigned yet.",
)
_CLINICAL = ("patient", "reactions", "second_dose")
_OUTSIDERS = frozenset({"manufacturer", "sponsor", "carrier"})


def is_outside(principal: Principal) -> bool:
    """Say whether somebody works for a maker or a carrier, who treat no patient."""
    return principal.organisation_kind in _OUTSIDERS


def bag_view(doc: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
    """Show a bag. Makers and carriers see no patient, not even the pseudonym (ACC-03)."""
    return shown_bag(doc, outside=is_outside(principal), unblind=sees_all(principal.roles))


def shown_bag(doc: Mapping[str, Any], *, outside: bool, unblind: bool) -> dict[str, Any]:
    """Show a bag to somebody inside or outside, blinded or not; nothing else about them changes what they see."""
    shown = {name: value for name, value in doc.items() if name != "identifiers"}
    shown["identifiers"] = [_identifier(key) for key in doc["identifiers"]]
    shown["on_hold"] = bool(doc["holds"])
    shown.setdefault("specification", "in")
    if outside:
        shown.pop("patient")
        shown.pop("serology", None)
        shown["identified"] = None
    seen: dict[str, Any] = shown if unblind else hidden(shown, doc.get("blinded", ()))
    return seen


def lateness(doc: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Show when something about a bag is due, and whether that has passed."""
    due = Bag.from_doc(doc).due_at
    return {"due_at": due, "late": due is not None and due < rfc3339(now)}


def unblinded(shown: Mapping[str, Any], doc: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
    """Return what is shown of a bag or a therapy, with what its trial blinds only for those who may read it."""
    seen: dict[str, Any] = blinded(shown, doc.get("blinded", ()), principal.roles)
    return seen


def therapy_view(doc: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
    """Show a therapy, pseudonymised for outsiders."""
    shown = {name: value for name, value in doc.items() if name != "identifiers"}
    if is_outside(principal):
        for clinical in _CLINICAL:
            shown.pop(clinical, None)
    return unblinded(shown, doc, principal)


def comparison_view(rows: Iterable[Row | Mapping[str, Any]], principal: Principal) -> list[dict[str, Any]]:
    """Show what labels say side by side; makers and carriers see no row about the patient (ACC-03)."""
    shown = [row.to_doc() if isinstance(row, Row) else dict(row) for row in rows]
    outside = is_outside(principal)
    return [row for row in shown if not (outside and row["field"] in PERSONAL)]


def caution_views(patient: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    """Show what is to be minded about a patient's identity, as codes and sentences."""
    return [{"code": code, "detail": CAUTIONS[code].say(language)} for code in cautions_of(patient)]


def patient_view(doc: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Show a patient's record: status and flags; who it is, only ``/therapies/{id}/identity`` tells."""
    shown = {name: value for name, value in doc.items() if name not in {"identifiers", "index", "digest"}}
    return {**shown, "provisional": doc["status"] == Status.PROVISIONAL, "cautions": caution_views(doc, language)}


def plain_view(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Show a thing that hides nothing from those who may see it at all."""
    return {name: value for name, value in doc.items() if name != "identifiers"}


def settlement_view(doc: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Show what waits to be settled, with what is the matter in the reader's language."""
    return {**plain_view(doc), "title": _matter(doc["code"]).say(language)}


def _matter(code: str) -> Text:
    own = {AWAITED: _AWAITED, UNREAD: UNREAD_TITLE}.get(code)
    return own or (BREAKS[Break(code)] if code in BREAKS else RULES[code].title)


def shipment_view(doc: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Show a shipment with its legs, with what is missing, and with how long its shipper holds the cold."""
    shipment = Shipment.from_doc(doc)
    shown = {name: value for name, value in plain_view(doc).items() if name != "cold"}
    return {
        **shown,
        "legs": legs_of(shipment),
        "missing": shipment.missing,
        "awaited": shipment.awaited,
        "stances": shipment.stances,
        "hold": hold_view(doc, now),
    }


def timer_views(bag: Bag, profile: Profile | None, now: datetime, language: str) -> list[dict[str, Any]]:
    """Show the clocks of a bag; empty while nothing runs."""
    if profile is None:
        return []
    return [_timer(timer, language) for timer in timers(bag, profile, now) if timer.state != "waiting"]


def steps_after(bag: Bag, principal: Principal) -> list[str]:
    """Return what this person may do next with a bag."""
    return list(next_steps(bag, principal.acting_roles))


def _timer(timer: Timer, _language: str) -> dict[str, Any]:
    return {
        "from": timer.rule.starts,
        "to": timer.rule.ends,
        "max_minutes": timer.rule.max_minutes,
        "binding": timer.rule.binding,
        "state": timer.state,
        "started_at": rfc3339(timer.started_at) if timer.started_at is not None else None,
        "due_at": rfc3339(timer.due_at) if timer.due_at is not None else None,
        "remaining_seconds": timer.remaining_seconds,
    }


def _identifier(key: str) -> dict[str, str]:
    scheme, issuer, value = key.split(":", 2)
    return {"scheme": scheme, "issuer": issuer, "value": value}
