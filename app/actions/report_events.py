"""Rows of the log as the events of a report, and whom and what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from app.actions.bag_evidence import ReadBody, read_body
from app.actions.log_reader import ToldEvent
from app.actions.reader import StoredSubject
from app.reports.material import ERASURE, Event, Place

_DEWAR = ("id", "code", "name")
_LEVELS = ("tower", "rack", "box", "position")


def bodies_of(rows: Iterable[ToldEvent]) -> dict[str, ReadBody]:
    """Return what the bodies say that were not erased, by the ids of their events."""
    return {row.logged.id: read_body(row.logged.body) for row in rows if row.logged.body is not None}


def events_of(rows: Iterable[ToldEvent], bodies: Mapping[str, ReadBody]) -> list[Event]:
    """Return the events, none of their sealed parts opened; an erased one keeps what its erasure says of it."""
    events = [_event(row, bodies.get(row.logged.id, _ERASED)) for row in rows]
    kept = {event.body["erased"]: event.body.get("kept", {}) for event in events if event.tag == ERASURE}
    return [replace(event, kept=kept[event.id]) if event.id in kept else event for event in events]


def companions_of(events: Iterable[Event]) -> set[str]:
    """Return the chains on which stands in full what these events only note: a bag travels along with another."""
    return {
        str(one.body["because_of"])
        for one in events
        if one.kind == "bag" and "details" not in one.body and {"scan_id", "because_of"} <= one.body.keys()
    }


def people_of(event: Event) -> set[str]:
    """Return the ids of everybody an event names."""
    changes = event.changes
    said = [event.actor, event.witness, changes.get("owner"), changes.get("opened_by")]
    said += [event.body[part].get("id") for part in ("witness", "authoriser") if isinstance(event.body.get(part), dict)]
    said += [one.get("by") for one in (changes.get("oos") or {}).values()]
    return {one for one in said if one is not None}


def places_of(subjects: Iterable[StoredSubject]) -> dict[str, Place]:
    """Return the positions among some subjects, each with the dewar it is in."""
    known = {one.id: one for one in subjects}
    found = {}
    for one in known.values():
        if one.kind == "position":
            dewar = known[one.doc["dewar"]].doc
            told = {**{name: dewar[name] for name in _DEWAR}, "limit_mC": dewar["limit_c"] * 1000}
            found[one.id] = Place(one.doc["code"], told, {name: one.doc[name] for name in _LEVELS})
    return found


_ERASED: Final = ReadBody({}, canonical=False)


def _event(row: ToldEvent, body: ReadBody) -> Event:
    return Event(
        id=row.logged.id,
        subject=row.subject,
        kind=row.kind,
        seq=row.seq,
        index=row.logged.index,
        tag=row.tag,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        actor=row.actor,
        witness=row.witness,
        leaf=row.leaf.hex(),
        body=body.said,
    )
