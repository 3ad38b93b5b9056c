"""Sections 14, 15 and 16: what became of everything, who signed, and every event behind it."""

from __future__ import annotations

from typing import Any

from app.custody.bag import State
from app.kit.clock import parse_rfc3339
from app.reports.material import Event
from app.reports.model import Entry, Late, Quantity, Signature
from app.reports.telling import Telling

_COLUMNS = ("infused", "destroyed", "returned", "stored", "pending", "lost")
_ENDS = {State.INFUSED: "infused", State.DESTROYED: "destroyed", State.RETURNED: "returned", State.LOST: "lost"}
_SHOWN = ("bag", "therapy", "shipment", "deviation")
_OUTSIDE = ("bag", "shipment")


def disposition(tell: Telling) -> dict[str, Any]:
    """Return section 14: where every bag ended, and whether what came in is what went out."""
    whole = [bag for bag in tell.material.products if tell.material.bags[bag]["form"] != "syringe"]
    arrived = [bag for bag in whole if "received" in tell.material.bags[bag]["marks"]]
    # What never arrived is in no column; what was given without ever having arrived must show.
    columns = [one for bag in whole if (one := column(tell, bag)) == "infused" or bag in arrived]
    quantities = [_quantity("containers", None, len(arrived), {one: columns.count(one) for one in _COLUMNS})]
    if columns:
        quantities.append(_quantity("doses", None, 1 if arrived else 0, {_dose(columns): 1}))
    quantities += [
        _volume(tell, bag) for bag in tell.material.products if tell.material.bags[bag]["state"] != State.CONSUMED
    ]
    return {"bags": [_ended(tell, bag) for bag in tell.material.chosen], "quantities": quantities}


def column(tell: Telling, bag: str) -> str:
    """Return what became of a container; of a vial that was drawn up, what became of its syringes."""
    doc = tell.material.bags[bag]
    state = doc["state"]
    if state == State.CONSUMED:
        made = [column(tell, one) for one, other in tell.material.bags.items() if bag in other["parents"]]
        return next((one for one in ("pending", "infused") if one in made), made[0] if made else "pending")
    if state == State.STORED:
        return "stored"
    return _ENDS.get(state, "pending")


def signatures(tell: Telling) -> list[Signature]:
    """Return section 15, in the order of the log: who performed, who stood beside, who authorised."""
    found: list[Signature] = []
    for event in _events(tell):
        body = tell.primary(event).body
        witness, authoriser = body.get("witness") or {}, body.get("authoriser")
        if event.actor is not None:
            meaning = tell.text("exécuté", "performed") if event.outcome != "refused" else tell.text("tenté", "tried")
            found.append(_signed(tell, event, "actor", tell.actor(event), meaning, "session"))
        if event.witness is not None or witness:
            meaning = str(witness.get("meaning") or tell.text("vérifié en second", "verified as second person"))
            method = str(witness.get("method") or "token")
            found.append(_signed(tell, event, "witness", tell.witness(event), meaning, method))
        if authoriser is not None:
            meaning = tell.text("dérogation autorisée", "deviation authorised")
            found.append(_signed(tell, event, "authoriser", tell.who(authoriser["id"]), meaning, "token"))
    return found


def trail(tell: Telling) -> list[Entry]:
    """Return section 16: every event in the order of the log, with what is proved of the time of a late one."""
    return [_entry(tell, event) for event in _events(tell)]


def _events(tell: Telling) -> list[Event]:
    kinds, proved = _SHOWN if tell.copy.inside else _OUTSIDE, tell.material.examined
    return [event for event in tell.material.events if event.kind in kinds or event.subject in proved]


def _ended(tell: Telling, bag: str) -> dict[str, Any]:
    last = next((one for one in reversed(tell.material.events) if one.subject == bag and "state" in one.changes), None)
    return {
        "bag": bag,
        "state": tell.material.bags[bag]["state"],
        "at": last.occurred_at if last is not None else None,
        "event": last.id if last is not None else None,
    }


def _dose(columns: list[str]) -> str:
    # A dose is still to come while any of it is; once some of it was given, it was given.
    return next((one for one in ("pending", "stored", "infused") if one in columns), columns[0])


def _quantity(of: str, bag: str | None, received: int | None, parts: dict[str, int]) -> Quantity:
    out = sum(parts.values())
    return {
        "of": of,
        "bag": bag,
        "received": received,
        "infused": parts.get("infused", 0),
        "destroyed": parts.get("destroyed", 0),
        "returned": parts.get("returned", 0),
        "stored": parts.get("stored", 0),
        "pending": parts.get("pending", 0),
        "lost": parts.get("lost", 0),
        "difference": received - out if received is not None else None,
        "balanced": received == out if received is not None else None,
    }


def _volume(tell: Telling, bag: str) -> Quantity:
    doc = tell.material.bags[bag]
    whole = doc["volume_ml"]
    given = sum(_stated(tell, event, "volume_ml") for event in tell.steps("infusion_ended", bag=bag))
    burnt = sum(_stated(tell, event, "quantity_ml") for event in tell.steps("destroyed", bag=bag))
    parts = {"infused": given, "destroyed": burnt}
    where = column(tell, bag)
    if where == "infused":
        parts["pending"] = doc["rest_ml"] or 0
    elif where != "destroyed":
        parts[where] = whole or 0
    return _quantity("volume_ml", bag, whole, parts)


def _stated(tell: Telling, event: Event, name: str) -> int:
    return int(tell.details(event).get(name) or 0)


def _signed(tell: Telling, event: Event, part: str, who: Any, meaning: str, method: str) -> Signature:  # noqa: PLR0913, PLR0917  # the columns
    return {
        "event": event.id,
        "leaf": event.leaf,
        "bag": event.subject if event.kind == "bag" else None,
        "step": event.step,
        "who": who,
        "part": part,
        "meaning": meaning,
        "at": event.occurred_at,
        "method": method,
        "status": _status(tell, event),
    }


def _status(tell: Telling, event: Event) -> str:
    if not disclosed(tell, event):
        return "not_disclosed"
    examined = tell.material.examined.get(event.subject)
    if examined is None:
        return "not_proved"
    return "invalid" if examined.verdict == "invalid" else "valid"


def disclosed(tell: Telling, event: Event) -> bool:
    """Say whether the evidence in this report shows the body that the signature stands on."""
    examined = tell.material.examined.get(event.subject)
    return bool(event.body) and (tell.copy.inside if examined is None else event.seq not in examined.undisclosed)


def _entry(tell: Telling, event: Event) -> Entry:
    body = tell.primary(event).body
    return {
        "subject": event.kind,
        "id": event.subject,
        "bag": event.subject if event.kind == "bag" else None,
        "seq": event.seq,
        "index": event.index,
        "event": event.id,
        "leaf": event.leaf,
        "tag": event.tag,
        "step": event.body.get("step"),
        "outcome": event.body.get("outcome"),
        "code": event.body.get("code"),
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "by": tell.actor(event),
        "witness": tell.witness(event),
        "device": body.get("device"),
        # As it was first recorded: the corrections stand beside it, old and new.
        "stated": {**body.get("details", {}), **tell.primary(event).notes} if tell.copy.inside else {},
        "disclosed": disclosed(tell, event),
        "late": _late(tell, event) if body.get("late") else None,
        "corrections": tell.corrections.get(event.id, []),
    }


def _late(tell: Telling, event: Event) -> Late:
    by = parse_rfc3339(event.recorded_at) - parse_rfc3339(event.occurred_at)
    full = tell.primary(event)
    return {
        "by_seconds": int(by.total_seconds()),
        "reason": full.reason,
        "offline": bool(full.body.get("offline")),
        "bracket": tell.material.brackets.get(
            event.index,
            {"claimed": event.occurred_at, "recorded_at": event.recorded_at, "after": None, "by": None},
        ),
    }
