"""An invented hospital, its people, one bag of each kind, and a scan of every step that the rules take."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from app.actions.details import checked_details
from app.custody.bag import Bag, Kind, Shipment, State, Therapy
from app.custody.comparison import Row, compare, shown_layers
from app.custody.competences import COMPETENCES
from app.custody.corrections import Statement, as_text, correctable
from app.custody.counting import Count, Seen
from app.custody.effects import Effects
from app.custody.machine import changes, judge
from app.custody.profile import Profile, parse_profile
from app.custody.relocating import Relocation
from app.custody.situation import Delegation, Person, Place, Situation
from app.custody.step import Step
from app.custody.steps import STEPS
from app.custody.verdict import Breach, Refused, Taken
from app.kit.period import Period

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EFS, PUI, WARD, PLANT, VAN = "site-efs", "site-pui", "site-ward", "site-plant", "site-van"
OURS, THEIRS = "patient-ours", "patient-theirs"


TRAINED = {one.tag: (Period(NOW - timedelta(days=365), NOW + timedelta(days=365)),) for one in COMPETENCES}
"""Trained for everything, since a year and for another."""


PROTOCOL = "GT1-01"
TRUSTED = Delegation(PROTOCOL, frozenset(TRAINED), TRAINED["thaw"][0])


def person(name: str, site: str, *roles: str, organisation: str = "org-chu") -> Person:
    return Person(name, site, organisation, frozenset(roles), TRAINED, (TRUSTED,))


PHARMACIST = person("pharmacist-1", PUI, "pharmacist")
SECOND_PHARMACIST = person("pharmacist-2", PUI, "pharmacist")
TECHNICIAN = person("technician-1", PUI, "pharmacy_technician")
QUALITY = person("quality-1", PUI, "quality")
COORDINATOR = person("coordinator-1", PUI, "coordinator")
NURSE = person("nurse-1", WARD, "nurse")
PHYSICIAN = person("physician-1", WARD, "physician")
COLLECTOR = person("collector-1", EFS, "collection_nurse", organisation="org-efs")
SECOND_COLLECTOR = person("collector-2", EFS, "collection_nurse", organisation="org-efs")
MAKER = person("maker-1", PLANT, "manufacturer", organisation="org-maker")
SECOND_MAKER = person("maker-2", PLANT, "manufacturer", organisation="org-maker")
OTHER_MAKER = person("maker-3", PLANT, "manufacturer", organisation="org-other")
DRIVER = person("driver-1", VAN, "carrier", organisation="org-van")
ADMINISTRATOR = person("admin-1", PUI, "admin")

QUARANTINED = {"id": "hold-1-quarantine", "reason": "quarantine", "since": "2026-11-22T08:00:00.000Z"}
HOLD = QUARANTINED | {"lift": [["pharmacist"], ["physician", "quality"]]}


def profile_document(name: str = "kymriah.v1.json") -> dict[str, Any]:
    text = resources.files("app.custody").joinpath("profiles", name).read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


KYMRIAH: Profile = parse_profile(profile_document())
YESCARTA: Profile = parse_profile(profile_document("yescarta.v1.json"))
BREYANZI: Profile = parse_profile(profile_document("breyanzi.v1.json"))
AUCATZYL: Profile = parse_profile(profile_document("aucatzyl.v1.json"))
EBVALLO: Profile = parse_profile(profile_document("ebvallo.v1.json"))


def bag(kind: Kind, state: str, custodian: str, **values: Any) -> Bag:
    told: dict[str, Any] = {
        "id": "bag-1",
        "therapy": "therapy-1",
        "patient": OURS,
        "kind": kind.value,
        "form": "bag",
        "state": state,
        "custodian": custodian,
        "product": "kymriah",
        "profile_version": 1,
        "manufacturer": "org-maker",
        "ordinal": 1,
        "of": 1,
        "identifiers": ["coi:isbt128:CHA999926000001"],
    }
    return Bag(**(told | values))


def product(state: str, custodian: str = PUI, **values: Any) -> Bag:
    told = {"expires_at": "2027-06-30T21:59:00.000Z", "certificate": "COA-0001"}
    return bag(Kind.PRODUCT, state, custodian, **(told | values))


def collection(state: str, custodian: str = EFS, **values: Any) -> Bag:
    return bag(Kind.COLLECTION, state, custodian, **values)


def shipment(**values: Any) -> Shipment:
    told: dict[str, Any] = {
        "id": "shipment-1",
        "shipper": "SHIP-1",
        "from_site": PLANT,
        "to_site": PUI,
        "carrier_site": VAN,
        "manufacturer": "org-maker",
        "state": "in_transit",
        "bags": ["bag-1"],
        "received": [],
        "seals": ["SEAL-0001"],
        "logger": None,
        "charged_at": None,
        "waybill": None,
    }
    return Shipment(**(told | values))


def place(**values: Any) -> Place:
    told: dict[str, Any] = {
        "id": "position-1",
        "code": "D1-T1-R1-B1-P1",
        "dewar": "dewar-1",
        "site": PUI,
        "occupant": None,
        "limit_c": -150,
        "status": "qualified",
    }
    return Place(**(told | values))


THERAPY = Therapy(
    id="therapy-1",
    coi_issuer="isbt128",
    coi="CHA999926000001",
    patient=OURS,
    product="kymriah",
    profile_version=1,
    manufacturer="org-maker",
    state="open",
    bags=["bag-0"],
    hospital=PUI,
    planned={},
)
OFF_THE_SHELF = replace(THERAPY, product="ebvallo", bags=[], blinded=["dose"])
SHELF = place()
HERE = place(occupant="bag-1")
STORED = product("stored", position="position-1", position_code="D1-T1-R1-B1-P1")
LEAVING = shipment(state="open", bags=[], seals=[], from_site=EFS, to_site=PLANT)
IDENTIFIED = {"patient": OURS, "by": "nurse-1", "with": "physician-1", "at": "2026-11-22T08:55:00.000Z"}
TRAVELLING = product("in_transit", VAN, shipment="shipment-1")

AGREEING = compare([("recorded", {"lot": "LOT0001"}), ("cassette", {"lot": "LOT0001"})])


def differing(field: str = "lot") -> tuple[Row, ...]:
    """Two labels that say different things of one field."""
    return compare([("bag", {field: "2027-01"}), ("cassette", {field: "2027-02"})])


VIAL = product("thawed", form="vial", marks={"retrieved": "2026-11-22T08:30:00.000Z"})


def statement(tag: str, field: str, site: str = WARD, **changed: Any) -> Statement:
    """The statement a correction is about: a step's examples, one of which is put right."""
    step = STEPS[tag]
    before = {one.name: one.example for one in step.fields if one.example is not None} | changed.pop("before", {})
    told: dict[str, Any] = {
        "event": "01939c2e-6f0a-7b3c-8d11-5a2f4e6b7c80",
        "step": step,
        "site": site,
        "field": correctable(step, field),
        "recorded": as_text(before.get(field)),
        "before": before,
        "after": before | changed.pop("after", {}),
    }
    return Statement(**(told | changed))


CORRECTABLE = statement("infusion_ended", "volume_ml", before={"volume_ml": 180}, after={"volume_ml": 181})

SCENES: dict[str, dict[str, Any]] = {
    "enrolled": {"actor": COORDINATOR, "bag": None, "profile": KYMRIAH},
    "collected": {
        "actor": COLLECTOR,
        "witness": SECOND_COLLECTOR,
        "bag": collection("expected"),
        "patient": OURS,
        "new_identifiers": ("din::A999926123456", "coi:isbt128:CHA999926000001"),
    },
    "labelled": {"actor": TECHNICIAN, "bag": STORED, "label": ("givre-bag::B2",), "void": ("givre-bag::B1",)},
    "packed": {"actor": COLLECTOR, "bag": collection("collected"), "shipment": LEAVING},
    "handed_over": {
        "actor": MAKER,
        "witness": DRIVER,
        "bag": product("packed", PLANT, shipment="shipment-1"),
        "shipment": shipment(state="open"),
    },
    "received": {"actor": PHARMACIST, "witness": TECHNICIAN, "bag": TRAVELLING, "shipment": shipment()},
    "manufactured": {
        "actor": MAKER,
        "bag": collection("received", PLANT),
        "therapy": THERAPY,
        "newborn": (("bag-2", ("container::A2",)), ("bag-3", ("container::A3",))),
        "said": {"bags": [{"symbols": ["=A99972612345600=<S1295400"]}, {"symbols": ["=A99972612345600=<S12954B0"]}]},
    },
    "allocated": {
        "actor": MAKER,
        "bag": None,
        "therapy": OFF_THE_SHELF,
        "profile": EBVALLO,
        "document_therapy": "therapy-1",
        "newborn": (("bag-2", ("container::A2",)), ("bag-3", ("container::A3",))),
        "donor": "blind::d0",
        "said": {
            "bags": [
                {"symbols": ["=A99972612345600=<S1295400"], "volume_ml": 1},
                {"symbols": ["=A99972612345600=<S12954B0"], "form": "bag"},
            ]
        },
    },
    "oos_stated": {"actor": MAKER, "bag": product("announced", PLANT)},
    "released": {"actor": MAKER, "bag": product("announced", PLANT)},
    "inspected": {
        "actor": PHARMACIST,
        "witness": TECHNICIAN,
        "bag": product("received"),
        "layers": shown_layers({"bag", "document"}),
    },
    "stored": {"actor": TECHNICIAN, "witness": PHARMACIST, "bag": product("accepted"), "place": SHELF},
    "moved": {"actor": TECHNICIAN, "witness": PHARMACIST, "bag": STORED, "place": place(id="position-2")},
    "retrieved": {"actor": TECHNICIAN, "witness": PHARMACIST, "bag": STORED, "place": HERE},
    "thaw_started": {"actor": TECHNICIAN, "witness": PHARMACIST, "bag": product("retrieved")},
    "thaw_ended": {"actor": TECHNICIAN, "witness": PHARMACIST, "bag": product("thawing")},
    "relocated": {
        "actor": TECHNICIAN,
        "witness": PHARMACIST,
        "bag": None,
        "relocation": Relocation("dewar-1", PUI, "D1-T1-R1-B1", "D2-T1-R1-B1"),
    },
    "counted": {
        "actor": TECHNICIAN,
        "bag": None,
        "count": Count("dewar-1", PUI, "D1-T1-R1-B1", (Seen("D1-T1-R1-B1-P1", "bag", "bag-1"),)),
    },
    "prepared": {
        "actor": TECHNICIAN,
        "witness": PHARMACIST,
        "bag": VIAL,
        "therapy": THERAPY,
        "newborn": (("syringe-1", ("givre-bag::SYR-0001",)),),
    },
    "followed_up": {
        "actor": PHYSICIAN,
        "bag": None,
        "therapy": THERAPY,
        "document_therapy": "therapy-1",
        "companions": (product("infused", WARD),),
    },
    "issued": {"actor": PHARMACIST, "witness": NURSE, "bag": product("thawed")},
    "identified": {
        "actor": NURSE,
        "witness": PHYSICIAN,
        "bag": product("issued", WARD),
        "patient": OURS,
        "document_therapy": "therapy-1",
        "layers": shown_layers({"bag", "patient", "document"}),
    },
    "infusion_started": {
        "actor": NURSE,
        "witness": PHYSICIAN,
        "bag": product("issued", WARD, identified=IDENTIFIED),
        "patient": OURS,
    },
    "infusion_ended": {"actor": NURSE, "witness": PHYSICIAN, "bag": product("infusing", WARD)},
    "held": {"actor": PHARMACIST, "witness": QUALITY, "bag": STORED},
    "hold_lifted": {
        "actor": PHARMACIST,
        "witness": PHYSICIAN,
        "bag": replace(STORED, holds=[HOLD]),
        "said": {"hold": HOLD["id"]},
    },
    "corrected": {
        "actor": NURSE,
        "witness": PHYSICIAN,
        "bag": product("infused", WARD),
        "corrects": CORRECTABLE,
    },
    "observed": {"actor": DRIVER, "bag": TRAVELLING},
    "destroyed": {"actor": PHARMACIST, "witness": QUALITY, "bag": STORED},
    "returned": {
        "actor": PHARMACIST,
        "witness": QUALITY,
        "bag": STORED,
        "shipment": shipment(id="shipment-2", state="open", bags=[], from_site=PUI, to_site=PLANT),
    },
    "lost": {"actor": NURSE, "bag": STORED},
    "found": {
        "actor": PHARMACIST,
        "witness": TECHNICIAN,
        "bag": product("lost", before_loss="stored"),
        "place": SHELF,
    },
}


def said(step: Step) -> dict[str, Any]:
    """Return what the catalogue shows as an example of every field, as a caller would send it."""
    return checked_details(step.fields, {one.name: one.example for one in step.fields if one.example is not None})


def scan(tag: str, **changed: Any) -> Situation:
    """Return the scan of a step that is taken, with some of it ``changed``; ``said`` adds to what is stated."""
    step = STEPS[tag]
    told = {"profile": KYMRIAH, "hold_id": "hold-9", "occurred_at": NOW, "now": NOW} | SCENES[tag] | changed
    details = said(step) | SCENES[tag].get("said", {}) | changed.get("said", {})
    details = {name: value for name, value in details.items() if name not in changed.get("unsaid", ())}
    told.pop("said", None)
    told.pop("unsaid", None)
    return Situation(step=step, details=details, **told)


def codes(situation: Situation) -> tuple[str, ...]:
    """Return the codes of a refusal, the one that is told first in front; empty when the scan is taken."""
    verdict = judge(situation)
    if isinstance(verdict, Refused):
        return (verdict.breach.code, *(one.code for one in verdict.others))
    return ()


def refusal(situation: Situation, code: str) -> Breach:
    """Return the breach of that code."""
    verdict = judge(situation)
    assert isinstance(verdict, Refused), "it was taken"
    return next(one for one in (verdict.breach, *verdict.others) if one.code == code)


def done(situation: Situation) -> Effects:
    """Return what a scan changes; it must be taken."""
    verdict = judge(situation)
    assert isinstance(verdict, Taken), verdict
    return changes(situation, verdict)


def bag_after(situation: Situation) -> Bag:
    """Return the bag as it is afterwards."""
    after = done(situation).bag
    assert after is not None
    return after


def with_hold(one: Bag, *reasons: str) -> Bag:
    return replace(one, holds=[*one.holds, *(HOLD | {"id": f"hold-{reason}", "reason": reason} for reason in reasons)])


def state_of(situation: Situation) -> State:
    return State(bag_after(situation).state)
