"""From the event a correction names to the statement it is about: its whole line, opened and put together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.actions.details import DetailsInvalidError, checked_details
from app.actions.keyring import Keyring
from app.actions.scan_request import ScanRequest
from app.actions.world import Logged, Subject, World
from app.custody.bag import Shipment
from app.custody.corrections import Statement, as_text, as_value, correctable
from app.custody.step import Field
from app.custody.steps import STEPS
from app.ledger.vault import VaultError

CORRECTION = "custody:corrected:taken"
"""The tag of an event that corrects another one."""


def statement_of(request: ScanRequest, bag: Subject, world: World, keyring: Keyring) -> Statement | None:
    """Return what a scan of ``corrected`` is about, or None when the event it names is no statement about this bag."""
    chain = sorted((one for one in world.events.values() if one.subject == bag.id), key=lambda one: one.seq)
    named = world.events.get(str(request.details["event"]))
    if named is None or named.subject != bag.id:
        return None
    first = world.events.get(_corrects(named) or named.id)
    if first is None:
        return None
    body = json.loads(first.body)
    step = STEPS.get(str(body.get("step")))
    if step is None or body.get("outcome") != "taken" or "details" not in body or "site" not in _author(body):
        return None
    before = {**body["details"], **_notes(first, bag, keyring)}
    line = [one for one in chain if one.tag == CORRECTION and _corrects(one) == first.id]
    for one in line:
        told = {**json.loads(one.body)["details"], **_notes(one, bag, keyring)}
        corrected = correctable(step, told["field"])
        if corrected is not None and "new" in told:
            before[corrected.name] = as_value(corrected, told["new"])
    name = str(request.details["field"])
    field = correctable(step, name)
    after, fault = _with(before, field, str(request.details["new"]))
    recorded = as_text(before.get(name))
    if field is not None and field.kind == "instant":
        recorded = _same_instant(field, recorded, str(request.details["old"]))
    shipment = _shipment(body, world, request.actor.tenant)
    return Statement(first.id, step, str(_author(body)["site"]), field, recorded, before, after, fault, shipment)


def line_of(details: Mapping[str, Any], about: Statement) -> dict[str, Any]:
    """Return what a correction's event says openly: a value that may hold a name stays in the sealed part."""
    told: dict[str, Any] = {"event": about.event, "step": about.step.tag, "field": details["field"]}
    if about.field is not None and not about.field.private:
        told |= {"old": details["old"], "new": details["new"]}
    return told


def _with(before: Mapping[str, Any], field: Field | None, text: str) -> tuple[dict[str, Any], str | None]:
    if field is None:
        return dict(before), None
    try:
        checked = checked_details([replace(field, required=True)], {field.name: as_value(field, text)})
    except DetailsInvalidError as invalid:
        return dict(before), invalid.faults[field.name]
    return {**before, **checked}, None


def _same_instant(field: Field, recorded: str, told: str) -> str:
    # Two ways to write one instant are the same value.
    try:
        return told if checked_details([field], {field.name: told})[field.name] == recorded else recorded
    except DetailsInvalidError:
        return recorded


def _corrects(event: Logged) -> str | None:
    if event.tag != CORRECTION:
        return None
    correction = json.loads(event.body).get("correction")
    return str(correction["event"]) if correction is not None else None


def _shipment(body: Mapping[str, Any], world: World, tenant: str) -> Shipment | None:
    named = body["subjects"].get("shipment")
    found = world.get(named, tenant) if named is not None else None
    return Shipment.from_doc(found.doc) if found is not None else None


def _author(body: Mapping[str, Any]) -> Mapping[str, Any]:
    actor = body.get("actor")
    return actor if isinstance(actor, Mapping) else {}


def _notes(event: Logged, bag: Subject, keyring: Keyring) -> dict[str, Any]:
    """Open the sealed statements of an event; none where the person behind them was forgotten."""
    if event.private is None or bag.vault_key is None:
        return {}
    try:
        sealed = keyring.open(bag.vault_key, bag.id, event.private, context=event.id)
    except VaultError:
        return {}
    details: dict[str, Any] = json.loads(sealed).get("details", {})
    return details


def lines(items: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return event → its corrections, oldest first, from the items of a bag's history."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        correction = item["body"].get("correction")
        if item["tag"] != CORRECTION or correction is None:
            continue
        found.setdefault(correction["event"], []).append(
            {
                "event": item["id"],
                "field": correction["field"],
                "old": item["notes"].get("old", correction.get("old")),
                "new": item["notes"].get("new", correction.get("new")),
                "reason": item["notes"].get("reason"),
                "at": item["occurred_at"],
                "by": item["actor"],
            }
        )
    return found
