"""The step catalogue: what each step needs, in both languages; a tablet draws its screens from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.guarded_route import GuardedRoute
from app.api.lists import as_json, tagged_answer
from app.api.models.base import Output
from app.custody.rules import RULES
from app.custody.step import Field, Slot, Step
from app.custody.steps import STEPS
from app.kit.texts import Text

ROUTER = APIRouter(prefix="/api/v1/steps", tags=["steps"], route_class=GuardedRoute)


class StepOut(Output):
    """One step of the catalogue."""

    tag: str
    labels: dict[str, str]
    subject: str
    roles: list[str]
    moves: list[dict[str, str]]
    scans: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    witness: dict[str, Any] | None
    training: str | None
    rules: list[dict[str, Any]]
    offline: bool


class StepsOut(Output):
    """Every step, in the order of a bag's life."""

    items: list[StepOut]
    next_cursor: str | None


@ROUTER.get("", response_model=StepsOut, summary="The step catalogue")
async def steps(request: Request) -> Response:
    """Return every step with its scans, its fields, its second person and its rules."""
    return tagged_answer(request, {"items": _catalogue(), "next_cursor": None})


@cache
def catalogue_digest() -> str:
    """Return the version of the catalogue: the SHA-256 of its answer, whose first half is its entity tag."""
    return hashlib.sha256(as_json({"items": _catalogue(), "next_cursor": None}).encode()).hexdigest()


@cache
def _catalogue() -> list[dict[str, Any]]:
    return [_step(step) for step in STEPS]


def _step(step: Step) -> dict[str, Any]:
    witness = step.witness
    return {
        "tag": step.tag,
        "labels": _text(step.labels),
        "hint": _text(step.hint),
        "subject": step.subject,
        "roles": sorted(step.roles),
        "moves": [{"kind": str(move.kind), "from": str(move.before), "to": str(move.after)} for move in step.moves],
        "scans": [_slot(slot) for slot in step.slots],
        "fields": _fields(step.fields),
        "witness": None
        if witness is None
        else {"roles": sorted(witness.roles), "receiver": witness.receiver, "meaning": _text(witness.meaning)},
        "training": step.training,
        "rules": [
            {
                "code": code,
                "rung": RULES[code].rung.value,
                "title": _text(RULES[code].title),
                "authorisers": [sorted(group) for group in RULES[code].authorisers],
            }
            for code in step.rules
        ],
        "physical": step.physical,
        "compares": step.layers is not None,
        "layers": sorted(step.layers or ()),
        "offline": step.offline,
        "epcis": {
            "event": step.epcis.event,
            "action": step.epcis.action,
            "biz_step": step.epcis.biz_step,
            "disposition": step.epcis.disposition,
        },
    }


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "role": slot.role,
        "subject": slot.subject,
        "required": slot.required,
        "new": slot.new,
        "labels": _text(slot.labels),
    }


def _fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [_field(one) for one in fields if not one.retired]


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind,
        "required": field.required,
        "unit": field.unit,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "choices": list(field.choices),
        "example": field.example,
        "private": field.private,
        "labels": _text(field.labels),
        "fields": _fields(field.fields),
    }


def _text(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}
