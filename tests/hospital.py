"""A small hospital in memory of the test: real services over a real database, spoken to over HTTP (ASGI)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio.from_thread
import httpx2
from fastapi import FastAPI

from app.access.passwords import dummy_hash
from app.access.principal import Principal
from app.access.roles import CLINICAL, Role
from app.actions.found_operator import FoundOperator, OpenDoor
from app.actions.person_record import principal_of
from app.actions.profile_record import digest_of as digest_of_profile
from app.actions.record_training import RecordTraining, Training
from app.actions.register_dewar import RegisterDewar
from app.actions.register_person import RegisterPerson
from app.actions.register_site import RegisterOrganisation, RegisterSite
from app.actions.services import Services
from app.actions.sign_delegation import SignDelegation
from app.actions.sign_profile import SignProfile
from app.actions.world import Command
from app.api.application import create_api
from app.api.models.scans import ActIn
from app.api.scan_messages import digest_of
from app.barcodes.build import din, internal
from app.bootstrap import Assembly, assemble, make_keys
from app.cryostore.dewar import Shape
from app.cryostore.layout import Layout
from app.custody.competences import COMPETENCES
from app.custody.steps import STEPS
from app.db.inspections import Inspections
from app.db.sequencer import Sequencer
from app.kit.ids import new_id
from app.settings import Settings
from app.watch.watch import Watch
from app.witnesses.offerings import Offerings

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
_ORGANISATIONS = {
    "efs": ("EFS Centre-Pays de la Loire (essai)", "blood_service"),
    "novartis": ("Fabricant N (essai)", "manufacturer"),
    "kite": ("Fabricant K (essai)", "manufacturer"),
    "cryo": ("Cryo Express (essai)", "carrier"),
    "fret": ("Fret Polaire (essai)", "carrier"),
}
_SITES = {"HEMATO": "chu", "EFS": "efs", "NOV": "novartis", "KITE": "kite", "CRYO": "cryo", "FRET": "fret"}
_PEOPLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    "efs1": ("EFS", (Role.COLLECTION_NURSE,)),
    "efs2": ("EFS", (Role.COLLECTION_NURSE,)),
    "pharm1": ("PUI", (Role.PHARMACIST,)),
    "pharm2": ("PUI", (Role.PHARMACIST,)),
    "tech1": ("PUI", (Role.PHARMACY_TECHNICIAN,)),
    "coord1": ("HEMATO", (Role.COORDINATOR,)),
    "nurse1": ("HEMATO", (Role.NURSE,)),
    "nurse2": ("HEMATO", (Role.NURSE,)),
    "doctor1": ("HEMATO", (Role.PHYSICIAN,)),
    "doctor2": ("HEMATO", (Role.PHYSICIAN,)),
    "biologist1": ("HEMATO", (Role.BIOLOGIST,)),
    "quality1": ("PUI", (Role.QUALITY,)),
    "auditor1": ("PUI", (Role.AUDITOR,)),
    "carrier1": ("CRYO", (Role.CARRIER,)),
    "carrier2": ("FRET", (Role.CARRIER,)),
    "nov1": ("NOV", (Role.MANUFACTURER,)),
    "nov2": ("NOV", (Role.MANUFACTURER,)),
    "kite1": ("KITE", (Role.MANUFACTURER,)),
    "kite2": ("KITE", (Role.MANUFACTURER,)),
}
PROTOCOL = "GT1-01"
"""The trial everybody is delegated to."""
_TEN_YEARS = timedelta(days=3650)
_NUMBERS = itertools.count(1)


def family_name(ipp: str) -> str:
    """Return the name of the patient with that number: alike for none but this one, and always a DUPONT."""
    syllables = ("BA", "DO", "FI", "GU", "LA", "MO", "NI", "RU", "TA", "VO")
    return "DUPONT-" + "".join(syllables[int(one)] if one.isdigit() else one for one in ipp[5:] if one.isalnum())


@dataclass
class TestClock:
    """A clock the test moves."""

    __test__ = False
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Hospital:
    """The service under test and everybody in it. Answers are httpx responses."""

    services: Services
    client: httpx2.AsyncClient
    portal: anyio.from_thread.BlockingPortal
    clock: TestClock
    api: FastAPI
    tenant: str = "chu"
    people: dict[str, Principal] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    sequencer: Sequencer | None = None
    inspections: Inspections | None = None
    witnesses: Offerings | None = None
    watch: Watch | None = None

    def publish(self) -> int:
        """Publish everything recorded so far, as the sequencer does every second."""
        assert self.sequencer is not None
        return self.sequencer.round()

    def submit(self, command: Command) -> Any:
        outcome = self.portal.call(self.services.recorder.submit, command)
        return outcome.reply.content if outcome.reply is not None else None

    def token(self, login: str) -> str:
        principal = self.people[login]
        return self.services.authority.issue_access(principal, self.clock.now(), timedelta(minutes=10), jti=new_id())

    def refreshed(self, login: str) -> Principal:
        """Take up what was recorded about somebody since, as their next token would."""
        principal = self.people[login]
        stored = self.services.reader.subject(principal.subject_id, principal.tenant)
        found = self.services.reader.credential_of(principal.subject_id)
        assert stored is not None
        assert found is not None
        self.people[login] = principal_of(found, stored.doc, principal.session_id, self.clock.now())
        return self.people[login]

    def request(self, method: str, path: str, login: str | None = None, **options: Any) -> httpx2.Response:
        headers = dict(options.pop("headers", {}))
        if login is not None:
            headers["Authorization"] = f"Bearer {self.token(login)}"

        async def send() -> httpx2.Response:
            return await self.client.request(method, path, headers=headers, **options)

        return self.portal.call(send)

    def get(self, path: str, login: str | None = None, **options: Any) -> httpx2.Response:
        return self.request("GET", path, login, **options)

    def post(self, path: str, login: str | None = None, **options: Any) -> httpx2.Response:
        return self.request("POST", path, login, **options)

    def act(self, step: str, symbols: Sequence[Any] = (), **members: Any) -> dict[str, Any]:
        """Write a scan message; symbols are texts or whole members."""
        return {
            "scan_id": members.pop("scan_id", new_id()),
            "step": step,
            "symbols": [{"text": one} if isinstance(one, str) else one for one in symbols],
            "occurred_at": members.pop("occurred_at", self.clock.now()).isoformat(),
            "device_id": members.pop("device_id", "TAB-1"),
            "details": self.stated(step, members.pop("details", {})),
            **members,
        }

    def stated(self, step: str, details: Mapping[str, Any]) -> dict[str, Any]:
        """Complete a statement with the catalogue's own examples; ``...`` leaves a field out."""
        known = STEPS.get(step)
        examples = {
            field.name: self.clock.now().isoformat() if field.kind == "instant" else field.example
            for field in (known.fields if known is not None else ())
            if field.required and field.example is not None
        }
        return {name: value for name, value in {**examples, **details}.items() if value is not ...}

    def sign(self, login: str, act: Mapping[str, Any]) -> str:
        """Return the one-time token by which somebody witnesses this act."""
        signed = {name: value for name, value in act.items() if name not in {"witness", "sent_at"}}
        return self.services.authority.issue_witness(
            self.people[login],
            step_digest=digest_of(ActIn.model_validate(signed)),
            meaning="vérifié",
            method="pin",
            now=self.clock.now(),
            jti=new_id(),
        )

    def scan(
        self, login: str, step: str, symbols: Sequence[Any] = (), *, witness: str | None = None, **members: Any
    ) -> httpx2.Response:
        """Record a step, witnessed by somebody when ``witness`` names them."""
        act = self.act(step, symbols, **members)
        if witness is not None:
            act["witness"] = self.sign(witness, act)
        return self.post("/api/v1/scans", login, json=act)

    def taken(self, login: str, step: str, symbols: Sequence[Any] = (), **members: Any) -> dict[str, Any]:
        """Record a step that must be taken, a minute after the last one; return the answer."""
        self.clock.forward(minutes=members.pop("minutes", 1))
        answer = self.scan(login, step, symbols, **members)
        assert answer.status_code == 201, (step, answer.status_code, answer.text)
        return answer.json()  # type: ignore[no-any-return]  # JSON is Any

    def enrol(self, *, product: str = "yescarta", maker: str = "kite", ipp: str | None = None, **more: Any) -> Journey:
        """Open a therapy of a new patient (or of the one of that local number)."""
        number = next(_NUMBERS)
        coi, patient = f"CHA999926{number:06d}", ipp or f"A9990-{number:06d}"
        answer = self.taken(
            "coord1",
            "enrolled",
            details={
                "coi": coi,
                "product": product,
                "manufacturer": maker,
                "collection_site": "EFS",
                "prescriber": "Dr Martin",
                "patient": {
                    "ipp": patient,
                    "family_name": family_name(patient),
                    "given_name": "Camille",
                    "birth_date": "1958-03-14",
                    "sex": "F",
                },
                **more,
            },
        )
        return Journey(self, number, coi, patient, maker, answer["therapy"]["id"], (answer["bag"] or {"id": ""})["id"])


@dataclass
class Journey:
    """One therapy on the main road; each method is one leg and returns the last answer."""

    hospital: Hospital
    number: int
    coi: str
    ipp: str
    maker: str
    therapy: str
    collection: str
    """Empty for a product that is made from nobody's collection."""
    products: list[str] = field(default_factory=list)

    @property
    def makers(self) -> tuple[str, str]:
        short = {"novartis": "nov", "kite": "kite"}[self.maker]
        return f"{short}1", f"{short}2"

    @property
    def maker_site(self) -> str:
        return {"novartis": "NOV", "kite": "KITE"}[self.maker]

    @property
    def collection_label(self) -> str:
        return din("A9991", 26, self.number, flags="00") + "=<S1295100"

    def product_label(self, ordinal: int = 1) -> str:
        return din("A9991", 26, self.number, flags="00") + f"=<S12954{chr(64 + ordinal)}0"

    @property
    def wristband(self) -> str:
        return internal("W", self.ipp)

    @property
    def document(self) -> str:
        return f"&/{self.coi}"

    def layers(self, ordinal: int = 1) -> list[dict[str, str]]:
        """The other labels that came with a bag, and its papers."""
        label = self.product_label(ordinal)
        return [
            {"text": label, "role": "cassette"},
            {"text": label, "role": "carton"},
            {"text": self.document, "role": "document"},
        ]

    def shipper(self, leg: str) -> str:
        return internal("S", f"SHIP-{self.number}-{leg.upper()}")

    def collected(self) -> dict[str, Any]:
        return self.hospital.taken(
            "efs1",
            "collected",
            [self.collection_label, self.wristband],
            witness="efs2",
            details={"volume_ml": 180, "presentation": "fresh"},
        )

    def shipped(self, leg: str, symbol: str, senders: tuple[str, str], to: str) -> dict[str, Any]:
        opened = self.hospital.post(
            "/api/v1/shipments",
            senders[0],
            json={"shipper": self.shipper(leg), "to_site": to, "carrier_site": "CRYO"},
        )
        assert opened.status_code in {201, 409}, opened.text
        self.hospital.taken(
            senders[0], "packed", [symbol, self.shipper(leg)], witness=senders[1], details={"seal": "SEAL-1"}
        )
        return self.hospital.taken(senders[0], "handed_over", [self.shipper(leg)], witness="carrier1")

    def manufactured(self, bags: int = 1, contents: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """From the collected bag to announced product bags; ``contents`` says what is in each, where they differ."""
        hospital = self.hospital
        self.shipped("out", self.collection_label, ("efs1", "efs2"), self.maker_site)
        one, two = self.makers
        hospital.taken(
            one, "received", [self.shipper("out"), self.collection_label], witness=two, details={"seal_intact": True}
        )
        labels = [self.product_label(ordinal) for ordinal in range(1, bags + 1)]
        answer = hospital.taken(
            one,
            "manufactured",
            [self.collection_label],
            details={
                "lot": f"LOT{self.number:04d}",
                "expires_at": "2027-06-30T23:59:00+02:00",
                "bags": [
                    {"symbols": [label], **inside}
                    for label, inside in zip(labels, contents or [{}] * bags, strict=True)
                ],
            },
        )
        self.products = [bag["id"] for bag in answer["bags"]]
        return answer

    def released(self, ordinal: int = 1) -> dict[str, Any]:
        return self.hospital.taken(
            self.makers[0], "released", [self.product_label(ordinal)], details={"certificate": "COA-1"}
        )

    def received(self, ordinal: int = 1) -> dict[str, Any]:
        label = self.product_label(ordinal)
        leg = f"back{ordinal}"
        self.shipped(leg, label, self.makers, "PUI")
        return self.hospital.taken(
            "tech1", "received", [self.shipper(leg), label], witness="pharm1", details={"seal_intact": True}
        )

    def accepted(self, ordinal: int = 1) -> dict[str, Any]:
        return self.hospital.taken(
            "pharm1",
            "inspected",
            [self.product_label(ordinal), *self.layers(ordinal)],
            witness="tech1",
            details={"visual_check": "intact", "labels_agree": True, "certificate": "COA-1"},
        )

    def stored(self, position: str = "D1-T1-R1-B1-P1", ordinal: int = 1) -> dict[str, Any]:
        return self.hospital.taken(
            "tech1",
            "stored",
            [self.product_label(ordinal), internal("P", position)],
            witness="pharm1",
            details={"exposure_s": 45},
        )

    def retrieved(self, position: str = "D1-T1-R1-B1-P1", ordinal: int = 1) -> dict[str, Any]:
        return self.hospital.taken(
            "tech1",
            "retrieved",
            [self.product_label(ordinal), internal("P", position)],
            witness="pharm1",
            details={"purpose": "thaw"},
        )

    def thawed(self, ordinal: int = 1) -> dict[str, Any]:
        label = self.product_label(ordinal)
        self.hospital.taken("tech1", "thaw_started", [label], witness="pharm1", details=READY)
        return self.hospital.taken("tech1", "thaw_ended", [label], witness="pharm1", details={"visual_check": "intact"})

    def issued(self, ordinal: int = 1) -> dict[str, Any]:
        return self.hospital.taken(
            "pharm1", "issued", [self.product_label(ordinal)], witness="nurse1", details={"ward": "Hématologie"}
        )

    def identified(self, ordinal: int = 1) -> dict[str, Any]:
        return self.hospital.taken(
            "nurse1",
            "identified",
            [self.product_label(ordinal), self.wristband, self.document],
            witness="doctor1",
            details={"patient_spoke": True},
        )

    def infused(self, ordinal: int = 1) -> dict[str, Any]:
        label = self.product_label(ordinal)
        self.hospital.taken(
            "nurse1",
            "infusion_started",
            [label, self.wristband],
            witness="doctor1",
            details={"no_leukodepleting_filter": True},
        )
        return self.hospital.taken(
            "nurse1",
            "infusion_ended",
            [label],
            witness="doctor1",
            details={"volume_ml": 68, "completeness": "whole"},
        )

    def to_store(self, position: str = "D1-T1-R1-B1-P1") -> dict[str, Any]:
        """Everything from the chair to the dewar."""
        self.collected()
        self.manufactured()
        self.released()
        self.received()
        self.accepted()
        return self.stored(position)

    def to_the_end(self) -> dict[str, Any]:
        """Everything from the chair to the end of the infusion."""
        self.to_store()
        self.retrieved()
        self.thawed()
        self.issued()
        self.identified()
        return self.infused()


READY = {
    "device": "BATH-1",
    "temp_mC": 37000,
    "visual_check": "intact",
    "prescription_active": True,
    "patient_ready": True,
    "tocilizumab_available": True,
    "intensive_care_told": True,
}


@contextmanager
def opened(url: str, folder: Path, *, clock: TestClock | None = None, **settings: Any) -> Iterator[Hospital]:
    """Open a hospital over a migrated, empty database."""
    make_keys(folder)
    with entered(url, folder, clock or TestClock(), **settings) as hospital:
        found(hospital)
        yield hospital


@contextmanager
def entered(url: str, folder: Path, clock: TestClock, **settings: Any) -> Iterator[Hospital]:
    """Start a service over a database and its keys as they are; the hospital knows nobody of it yet."""
    # The tests connect as the application role where there is one, as a service in production does.
    assembly: Assembly = assemble(Settings(data_dir=folder, database_url=url, **settings), clock=clock)
    api = create_api(assembly.services)
    transport = httpx2.ASGITransport(app=api, raise_app_exceptions=False)
    try:
        with anyio.from_thread.start_blocking_portal() as portal:
            client = httpx2.AsyncClient(transport=transport, base_url="http://givre.test", timeout=60)
            yield Hospital(
                assembly.services,
                client,
                portal,
                clock,
                api,
                sequencer=assembly.sequencer,
                inspections=assembly.inspections,
                witnesses=assembly.witnesses,
                watch=assembly.watch,
            )
            portal.call(client.aclose)
    finally:
        assembly.stop()


def found(hospital: Hospital, tenant: str = "chu", prefix: str = "", *, signing: bool = True) -> None:
    """Register an operator with its organisations, sites, people and dewars; a pharmacist signs every profile."""
    hospital.submit(OpenDoor())
    made = hospital.submit(
        FoundOperator(
            tenant, "CHU (essai)", "PUI", "Pharmacie à usage intérieur", f"{prefix}admin1", "Admin", dummy_hash(), None
        )
    )
    kinds = {"PUI": "hospital"}
    organisations = {"PUI": made["organisation"]}
    admin = Principal(
        subject_id=made["person"],
        name="Admin",
        login=f"{prefix}admin1",
        tenant=tenant,
        organisation_id=made["organisation"],
        organisation_kind="hospital",
        site_id=made["site"],
        roles=frozenset({Role.ADMIN}),
        session_id=new_id(),
        kind="person",
        expires_at=hospital.clock.now(),
    )
    hospital.people[f"{prefix}admin1"] = admin
    sites = {"PUI": made["site"]}
    codes = {"chu": tenant}
    for code, (name, kind) in _ORGANISATIONS.items():
        hospital.submit(RegisterOrganisation(admin, code, name, kind))
        codes[code] = code
    for code, organisation in _SITES.items():
        answer = hospital.submit(RegisterSite(admin, code, f"Site {code}", codes[organisation]))
        sites[code], organisations[code] = answer["id"], answer["organisation"]
        kinds[code] = "hospital" if organisation == "chu" else _ORGANISATIONS[organisation][1]
    for login, (site, roles) in _PEOPLE.items():
        answer = hospital.submit(
            RegisterPerson(
                admin,
                "person",
                prefix + login,
                login.title(),
                site,
                frozenset(roles),
                dummy_hash(),  # nobody signs in with it, and whoever tries is refused as anywhere
                dummy_hash(),
                # An auditor's access is for a time.
                hospital.clock.now() + _TEN_YEARS if Role.AUDITOR in roles else None,
            )
        )
        hospital.people[prefix + login] = Principal(
            subject_id=answer["id"],
            name=login.title(),
            login=prefix + login,
            tenant=tenant,
            organisation_id=organisations[site],
            organisation_kind=kinds[site],
            site_id=sites[site],
            roles=frozenset(roles),
            session_id=new_id(),
            kind="person",
            expires_at=hospital.clock.now(),
        )
    trained(hospital, prefix)
    pharmacist = hospital.people[f"{prefix}pharm1"]
    for seed in hospital.services.catalogues.seeds if signing else ():
        hospital.submit(SignProfile(pharmacist, seed["tag"], seed["version"], digest_of_profile(seed), "pin", seed))
    hospital.submit(RegisterDewar(pharmacist, "D1", "Cuve 1", -150, "qualified", Layout.regular(Shape(1, 1, 2, 5))))
    hospital.submit(RegisterDewar(pharmacist, "D2", "Cuve 2", -130, "qualified", Layout.regular(Shape(1, 1, 1, 5))))


def trained(hospital: Hospital, prefix: str = "") -> None:
    """Have everybody whose hands need it trained for everything, and trusted with the trial, by somebody else."""
    since, until = hospital.clock.now() - _TEN_YEARS, hospital.clock.now() + _TEN_YEARS
    everything = tuple(Training(one.tag, since, until, "ATT-2026-001") for one in COMPETENCES)
    tasks = frozenset(one.tag for one in COMPETENCES)
    for login in _PEOPLE:
        principal = hospital.people[prefix + login]
        if not principal.roles.isdisjoint(CLINICAL):
            trainer = hospital.people[f"{prefix}quality1"]
            investigator = hospital.people[prefix + ("doctor2" if login == "doctor1" else "doctor1")]
            hospital.submit(RecordTraining(trainer, principal.subject_id, everything))
            hospital.submit(SignDelegation(investigator, principal.subject_id, PROTOCOL, tasks, since, until))
        hospital.refreshed(prefix + login)
