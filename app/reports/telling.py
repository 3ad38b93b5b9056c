"""How events are told: who, where and when, with every correction in its place, cut to what the reader may know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.custody.comparison import PERSONAL
from app.custody.corrections import as_value, correctable
from app.custody.steps import STEPS
from app.kit.clock import parse_rfc3339
from app.reports.copies import Audience, Copy
from app.reports.material import Event, Material, Person
from app.reports.model import Compared, Correction, Fact, Photo, Site, Who

CORRECTED = "custody:corrected:taken"
_NOBODY = Person(None, (), None)


class Telling:
    """One report in the making."""

    def __init__(self, material: Material, copy: Copy) -> None:
        """Read the corrections first: every value that is told is the corrected one."""
        self.material = material
        self.copy = copy
        # The same people stand in the trail, under the signatures and in the sections.
        self._known: dict[tuple[str, str], Who | None] = {}
        self.corrections: dict[str, list[Correction]] = {}
        for event in material.events:
            line = event.body.get("correction")
            if event.tag == CORRECTED and line is not None:
                self.corrections.setdefault(line["event"], []).append(self._correction(event, line))
        self._numbers = {event.id: number for number, event in enumerate(material.events)}
        # Each section asks for some steps out of hundreds of events.
        self._steps: dict[str, list[Event]] = {}
        for event in material.events:
            if event.kind == "bag":
                self._steps.setdefault(event.step, []).append(event)
        kept = ((event.id, event.body["photo"]) for event in material.events if "photo" in event.body)
        self._kept = {(photo["of"], photo["sha256"]): event for event, photo in kept}

    def text(self, fr: str, en: str) -> str:
        """Return a sentence in the report's language."""
        return en if self.copy.language == "en" else fr

    def steps(self, *tags: str, bag: str | None = None, taken: bool = True) -> Iterator[Event]:
        """Yield the events of some steps on the chains of bags, oldest first."""
        found = [event for tag in dict.fromkeys(tags) for event in self._steps.get(tag, ())]
        if len(tags) > 1:
            found.sort(key=lambda event: self._numbers[event.id])
        for event in found:
            if bag in {None, event.subject} and event.taken is taken:
                yield event

    def last(self, *tags: str, bag: str) -> Event | None:
        """Return the last of those events of a bag."""
        return max(self.steps(*tags, bag=bag), key=lambda event: self._numbers[event.id], default=None)

    def primary(self, event: Event) -> Event:
        """Return the event that says in full what this one notes."""
        if "details" in event.body:
            return event
        return self.material.primaries.get(str(event.body.get("scan_id")), event)

    def details(self, event: Event) -> dict[str, Any]:
        """Return what was stated, with every correction."""
        full = self.primary(event)
        stated: dict[str, Any] = {**full.body.get("details", {}), **full.notes}
        step = STEPS.get(full.step)
        for one in self.corrections.get(full.id, ()):
            field = correctable(step, one["field"]) if step is not None else None
            if field is not None and one["new"] is not None:
                stated[field.name] = as_value(field, one["new"])
        return stated

    def fact(self, event: Event | None) -> Fact | None:
        """Return an event as the sections tell it."""
        if event is None:
            return None
        full = self.primary(event)
        note = full.notes.get("note") if self.copy.notes else None
        return {
            "event": event.id,
            "bag": event.subject if event.kind == "bag" else None,
            "step": event.step,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "late": bool(full.body.get("late")),
            "by": self.actor(event),
            "witness": self.witness(event),
            "deviation": full.body.get("deviation"),
            "note": note,
            "photos": self.photos(full),
            "corrections": self.corrections.get(full.id, []),
        }

    def photos(self, event: Event) -> list[Photo]:
        """Return the photographs that an act names, and which event says that their bytes are there."""
        named = event.body.get("details", {}).get("photos", ())
        return [{"sha256": one, "kept": self._kept.get((event.id, one))} for one in named]

    def told(self, event: Event, *names: str, **more: Any) -> dict[str, Any]:
        """Return a fact with some of what was stated beside it; what was not stated is null."""
        stated = self.details(event)
        return {**self._fact(event), **{name: stated.get(name) for name in names}, **more}

    def _fact(self, event: Event) -> Mapping[str, Any]:
        return self.fact(event) or {}

    def actor(self, event: Event) -> Who | None:
        """Return who did it."""
        if (event.id, "actor") not in self._known:
            said = self.primary(event).body.get("actor")
            body = said if isinstance(said, Mapping) else {}
            self._known[event.id, "actor"] = self.who(event.actor, roles=body.get("roles"), site=body.get("site"))
        return self._known[event.id, "actor"]

    def witness(self, event: Event) -> Who | None:
        """Return the second person."""
        if (event.id, "witness") not in self._known:
            body = self.primary(event).body.get("witness") or {}
            self._known[event.id, "witness"] = self.who(event.witness or body.get("id"), site=body.get("site"))
        return self._known[event.id, "witness"]

    def who(self, person: str | None, *, roles: Iterable[str] | None = None, site: str | None = None) -> Who | None:
        """Return a person as this copy tells them: outsiders learn the role and the site of everybody but their own."""
        if person is None:
            return None
        known = self.material.people.get(person, _NOBODY)
        stands = self.site(site or known.site)
        named = self.copy.audience is not Audience.MAKER or self._own(stands)
        return {
            "id": person if named else None,
            "name": known.name if named else None,
            "roles": sorted(roles if roles is not None else known.roles),
            "site": stands,
        }

    def site(self, site: str | None) -> Site | None:
        """Return a site by its id."""
        return self.material.sites.get(site) if site is not None else None

    def compared(self, rows: Iterable[Mapping[str, Any]]) -> list[Compared]:
        """Return a comparison of labels; a maker sees no row about the patient (ACC-03)."""
        outside = self.copy.audience is Audience.MAKER
        return [
            {"field": row["field"], "values": dict(row["values"]), "verdict": row["verdict"]}
            for row in rows
            if not (outside and row["field"] in PERSONAL)
        ]

    def bag_name(self, bag: str) -> str:
        """Return what a bag is called among those of its therapy."""
        doc = self.material.bags[bag]
        if doc["kind"] == "collection":
            return self.text("Prélèvement", "Collection")
        form = {"vial": ("Flacon", "Vial"), "syringe": ("Seringue", "Syringe")}.get(doc["form"], ("Poche", "Bag"))
        return f"{self.text(*form)} {doc['ordinal']}/{doc['of']}"

    def _own(self, site: Site | None) -> bool:
        return site is not None and self.material.organisations.get(site["id"], {}).get("id") == self.copy.maker

    def _correction(self, event: Event, line: Mapping[str, Any]) -> Correction:
        return {
            "event": event.id,
            "field": line["field"],
            "old": event.notes.get("old", line.get("old")),
            "new": event.notes.get("new", line.get("new")),
            "reason": event.notes.get("reason"),
            "at": event.occurred_at,
            "by": self.actor(event),
        }


def seconds_between(start: str, end: str) -> int:
    """Return the whole seconds from one instant to another."""
    return int((parse_rfc3339(end) - parse_rfc3339(start)).total_seconds())
