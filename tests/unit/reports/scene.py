"""A small therapy written by hand, for reports of what no recorder would let happen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.bootstrap import load_seeds
from app.custody.bag import Bag, Therapy
from app.custody.profile import Profile, parse_profile
from app.kit.clock import rfc3339
from app.ledger.signers import Ed25519Signer
from app.ledger.verify import Report as Examined
from app.ledger.verify import Step
from app.reports.compose import compose
from app.reports.copies import Audience, Copy
from app.reports.material import Checkpoint, Event, Material, Person
from app.reports.model import Report, Site

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
PUI: Site = {"id": "pui", "code": "PUI", "name": "Pharmacie", "kind": "hospital"}
MAKER: Site = {"id": "mak", "code": "MAK", "name": "Fabricant", "kind": "manufacturer"}
SIGNER = Ed25519Signer("hospital.example/cct/log1/receipts", bytes(32))
VALID = Examined("valid", (Step(1, "replayed", "ok", "rejoué", "replayed"),))


def instant(minutes: int) -> str:
    return rfc3339(NOON + timedelta(minutes=minutes))


def profile() -> Profile:
    return parse_profile(next(one for one in load_seeds() if one["tag"] == "yescarta"))


def bag(name: str, **more: Any) -> dict[str, Any]:
    """Return a product bag's state."""
    told: dict[str, Any] = {
        "id": name,
        "therapy": "the",
        "patient": "pat",
        "kind": "product",
        "form": "bag",
        "state": "stored",
        "custodian": "pui",
        "product": "yescarta",
        "profile_version": 1,
        "manufacturer": "org",
        "ordinal": 1,
        "of": 1,
        "identifiers": ["din:isbt128:A99972612345600"],
    }
    return Bag(**{**told, **more}).to_doc()


@dataclass
class Scene:
    """What a report is made from; change what a test is about, then ask for the report."""

    bags: dict[str, dict[str, Any]]
    events: list[Event] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def happened(self, tag: str, *, subject: str = "bag", kind: str = "bag", minutes: int = 0, **more: Any) -> Event:
        """Add an event; ``body`` is what it says."""
        number = len(self.events)
        body = more.pop("body", {})
        step = tag.split(":")[1]
        event = Event(
            id=f"e{number}",
            subject=subject,
            kind=kind,
            seq=sum(one.subject == subject for one in self.events),
            index=number,
            tag=tag,
            occurred_at=instant(minutes or number),
            recorded_at=instant(more.pop("recorded", minutes or number)),
            actor=more.pop("actor", "ann"),
            witness=more.pop("witness", "bob"),
            leaf=f"{number:064x}",
            body={"step": step, **body} if body is not None else {},
            **more,
        )
        self.events.append(event)
        return event

    def step(self, name: str, *, details: dict[str, Any] | None = None, **more: Any) -> Event:
        """Add a step that was taken, with what was stated and changed."""
        body = {"details": details or {}, "changes": more.pop("changes", {}), **more.pop("body", {})}
        return self.happened(f"custody:{name}:taken", body=body, **more)

    def material(self) -> Material:
        therapy = Therapy(
            id="the",
            coi_issuer="isbt128",
            coi="CHA999926000001",
            patient="pat",
            product="yescarta",
            profile_version=1,
            manufacturer="org",
            state="open",
            bags=list(self.bags),
            hospital="pui",
            planned={},
        ).to_doc()
        made: dict[str, Any] = {
            "scope": "bag",
            "subject": next(iter(self.bags)),
            "tenant": "chu",
            "software": "givre 0",
            "checkpoint": Checkpoint("hospital.example/cct/log1", 100, bytes(32), instant(600), ("w",)),
            "therapy": therapy,
            "patient": {"id": "pat", "status": "qualified"},
            "identity": None,
            "bags": self.bags,
            "chosen": list(self.bags),
            "shipments": {},
            "deviations": {},
            "events": tuple(self.events),
            "primaries": {},
            "places": {},
            "sites": {"pui": PUI, "mak": MAKER},
            "organisations": {"mak": {"id": "org", "code": "org", "name": "Fabricant", "kind": "manufacturer"}},
            "people": {"ann": Person("Ann", ("pharmacist",), "pui"), "bob": Person("Bob", (), None)},
            "profiles": {one: (profile(), True) for one in self.bags},
            "brackets": {},
            "examined": dict.fromkeys(self.bags, VALID),
            "evidence": {},
            "spelled": b"{}",
        }
        return Material(**{**made, **self.more})

    def report(self, audience: Audience = Audience.HOSPITAL, language: str = "en", **more: Any) -> Report:
        maker = "org" if audience is Audience.MAKER else None
        return compose(self.material(), Copy(audience, language, maker, **more), SIGNER)

    def gaps(self, audience: Audience = Audience.HOSPITAL) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for gap in self.report(audience)["gaps"]:
            found.setdefault(gap["code"], []).append(dict(gap))
        return found


def copied(report: Report) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(report))
    return told
