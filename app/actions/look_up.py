"""Say what scanned symbols name and what may follow; only the looking-up itself is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.actions.badge import person_named
from app.actions.recorded import done, event
from app.actions.resolve import label_container, visible
from app.actions.scan_request import ReadSymbol
from app.actions.views import bag_view, plain_view, steps_after, therapy_view
from app.actions.world import Decision, Moment, Needs, Once, Subject, World
from app.barcodes.reading import Identified
from app.custody.bag import Bag
from app.identity.cautions import cautions_of

_TYPES = {
    "bag": "bag",
    "position": "position",
    "shipment": "shipper",
    "patient": "patient",
    "therapy": "document",
    "person": "person",
}


@dataclass(frozen=True, slots=True)
class LookUp:
    """The command behind ``POST /api/v1/scans/read``."""

    actor: Principal
    symbols: tuple[ReadSymbol, ...]

    @property
    def tenant(self) -> str:
        """The reader's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Looking twice is looking twice."""
        return None

    def needs(self) -> Needs:
        """Everything the symbols name, and the site whose chain keeps the look-up."""
        return Needs(
            ids=frozenset({str(self.actor.site_id), *self._badges()}),
            keys=frozenset(f"{self.tenant}|{key}" for key in self._keys()),
        )

    def decide(self, world: World, moment: Moment) -> Decision:
        """Find, show, and record that somebody looked."""
        found: dict[str, Subject] = {}
        container = label_container(self.symbols)
        for key in self._keys():
            if container is not None and key.startswith("din:"):
                continue  # the donation names several bags; DIN, product code and division together name one
            for subject in world.find(key, self.tenant):
                if subject.kind in _TYPES and visible(subject, self.actor):
                    found[subject.id] = subject
        for person in world.require(self._badges(), self.tenant):
            if person.kind == "person" and visible(person, self.actor):
                found[person.id] = person
        bags = [Bag.from_doc(one.doc) for one in found.values() if one.kind == "bag"]
        steps = dict.fromkeys(tag for bag in bags for tag in steps_after(bag, self.actor))
        content: dict[str, Any] = {
            "subjects": [self._shown(one) for one in found.values()],
            "next_steps": list(steps),
        }
        looked = event(
            str(self.actor.site_id),
            "custody:look_up:done",
            moment=moment,
            actor=self.actor.subject_id,
            body={
                "subjects": sorted(found),
                "readings": [
                    one.reading.format if isinstance(one.reading, Identified) else one.reading.reason
                    for one in self.symbols
                ],
            },
        )
        return Decision(reply=done(content), drafts=(looked,))

    def _keys(self) -> Iterable[str]:
        keys = {key: None for one in self.symbols for key in one.lookups.values()}
        container = label_container(self.symbols)
        if container is not None:
            keys[container] = None
        return keys

    def _badges(self) -> list[str]:
        return [person for one in self.symbols if (person := person_named(one.reading)) is not None]

    def _shown(self, subject: Subject) -> dict[str, Any]:
        if subject.kind == "bag":
            shown = bag_view(subject.doc, self.actor)
        elif subject.kind == "therapy":
            shown = therapy_view(subject.doc, self.actor)
        elif subject.kind == "person":
            shown = {"id": subject.id, "site": subject.doc["site"], "roles": subject.doc["roles"]}
        elif subject.kind == "patient":
            shown = {"id": subject.id, "status": subject.doc["status"], "cautions": cautions_of(subject.doc)}
        else:
            shown = plain_view(subject.doc)
        return {"type": _TYPES[subject.kind], **shown}
