"""Section 13: deviations with what was decided, holds with who lifted them, and the rules that were passed over."""

from __future__ import annotations

from typing import Any

from app.custody.rules import RULES
from app.reports.material import Event
from app.reports.telling import Telling


def deviations(tell: Telling) -> dict[str, Any]:
    """Return section 13; a maker is told of the holds alone."""
    told = tell.copy.inside
    return {
        "disclosed": told,
        "items": [_deviation(tell, one) for one in tell.material.deviations] if told else [],
        "holds": [hold for bag in tell.material.chosen for hold in _holds(tell, bag)],
        "overridden": [
            {"event": event.id, "bag": event.subject, "code": code, "text": rule_text(tell, code)}
            for event in tell.material.events
            if event.kind == "bag"
            for code in event.body.get("overridden", ())
        ]
        if told
        else [],
    }


def rule_text(tell: Telling, code: str) -> str:
    """Return what a rule is called; a cause that is no rule (a hold, a loss) is called by its code."""
    rule = RULES.get(code)
    return rule.title.say(tell.copy.language) if rule is not None else code


def _deviation(tell: Telling, deviation: str) -> dict[str, Any]:
    doc = tell.material.deviations[deviation]
    events = [event for event in tell.material.events if event.subject == deviation]
    decided, closed, capa = doc["decision"] or {}, doc["closed"] or {}, doc["capa"]
    return {
        "id": deviation,
        "bag": doc["bag"],
        "step": doc["step"],
        "rules": [{"code": code, "text": rule_text(tell, code)} for code in doc["rules"]],
        "opened_at": doc["opened_at"],
        "opened_by": tell.who(doc["opened_by"]),
        "reason": _said(events, "opened"),
        "state": doc["state"],
        "owner": tell.who(doc["owner"]),
        "decision": decided.get("choice"),
        "decision_text": _said(events, "decided"),
        "decided_at": decided.get("at"),
        "decided_by": tell.who(decided.get("by")),
        "capa": {**capa, "by": tell.who(capa["by"]), "text": _said(events, "capa")} if capa is not None else None,
        "closed_at": closed.get("at"),
        "closed_by": tell.who(closed.get("by")),
    }


def _said(events: list[Event], move: str) -> str | None:
    # Sealed text: no copy that leaves the hospital has it.
    for event in reversed(events):
        if event.outcome == move:
            return event.reason or event.notes.get("text")
    return None


def _holds(tell: Telling, bag: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for event in tell.material.events:
        holds = event.changes.get("holds") if event.subject == bag else None
        if holds is None:
            continue
        standing = {hold["id"] for hold in holds}
        for known in found.values():
            if known["id"] not in standing and known["lifted_at"] is None:
                known |= {"lifted_at": event.occurred_at, "lifted_by": tell.actor(event)}
        for hold in holds:
            found.setdefault(
                hold["id"],
                {
                    "bag": bag,
                    "id": hold["id"],
                    "reason": hold["reason"],
                    "since": hold["since"],
                    "lifted_at": None,
                    "lifted_by": None,
                    "event": event.id,
                },
            )
    return list(found.values())
