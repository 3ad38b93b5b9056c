"""What happens between therapies: mistakes that are caught, namesakes, a recall, a glass that is broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.cli.client import DEVICE, Witness
from app.cli.demo.cast import LAPSED
from app.cli.demo.road import COLLECTED, ENROLLED
from app.cli.demo.script import Do, Post, Scene, Story
from app.cli.demo.stage import Manner
from app.cli.demo.stories.kite import DURAND, FABRE, GAUTHIER, PETIT
from app.cli.demo.stories.novartis import MOREAU, ROBIN
from app.cli.demo.stories.on_the_way import CHARLES
from app.cli.demo.therapy import Therapy
from app.identity.ins import key_of
from app.kit.clock import rfc3339

_DEMONSTRATION_OID = "1.2.250.1.213.1.4.11"  # the list of INS numbers that are for demonstrations


def _moreaus_second(scene: Scene) -> str:
    return str(scene.company["moreau"].answers["stored of bag-2"]["bag"]["id"])


def _patient(scene: Scene) -> str:
    return str(scene.answers["enrolled"]["therapy"]["patient"])


def _hold(scene: Scene) -> str:
    return str(scene.answers["held"]["bag"]["holds"][-1]["id"])


def _ins(scene: Scene) -> str:
    therapy = scene.therapy
    year, month = therapy.birth_date[2:4], therapy.birth_date[5:7]
    body = f"{'2' if therapy.sex == 'F' else '1'}{year}{month}37261{therapy.number:03d}"
    return f"{body}{key_of(body):02d}"


def _second_signs(login: str) -> Any:
    return lambda scene: {"login": login, "pin": scene.stage.pin(login)}


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Somebody acts in a further role because nobody who holds it is there; quality will ask why."""

    who: str
    role: str
    reason: str

    def perform(self, scene: Scene) -> None:
        """Break it, and go on with what it lends."""
        message = {"role": self.role, "reason": self.reason}
        lent = scene.stage.post("/api/v1/auth/break-glass", self.who, message)
        scene.stage.api.act_with(self.who, str(lent["access_token"]))


@dataclass(frozen=True, slots=True)
class Switch:
    """The next person takes over a shared tablet with badge and PIN."""

    who: str
    tablet: str

    def perform(self, scene: Scene) -> None:
        """Hold the badge in front of it."""
        stage = scene.stage
        (badge,) = stage.texts(f"badge-{self.who}")
        message = {"device": self.tablet, "badge": badge, "pin": stage.pin(self.who)}
        token = stage.post("/api/v1/auth/switch", self.who, message)["access_token"]
        stage.api.act_with(self.who, str(token))


@dataclass(frozen=True, slots=True)
class Offline:
    """A tablet without a network comes back, and the world has changed: the scan waits to be settled."""

    who: str
    step: str
    labels: tuple[str, ...]
    beside: str
    stated: Mapping[str, Any]

    def perform(self, scene: Scene) -> None:
        """Send the tablet's queue."""
        stage, labels = scene.stage, [scene.label(one) for one in self.labels]
        act = stage.message(self.who, self.step, labels, self.stated)
        signed = stage.api.signed(self.who, act, Witness(self.beside, stage.pin(self.beside)))
        scene.answers["batch"] = stage.post("/api/v1/scans/batch", self.who, {"scans": [signed]})


@dataclass(frozen=True, slots=True)
class Count:
    """Every position of a box is counted blind; ``found`` says which label lies where, all others are empty."""

    who: str
    dewar: str
    box: str
    places: int
    found: Mapping[int, str]

    def perform(self, scene: Scene) -> None:
        """Count, and let the service say what is strange."""
        stage = scene.stage
        positions = [
            {
                "position": stage.texts(f"position-{self.box}-P{place}")[0],
                "symbols": scene.texts(self.found[place]) if place in self.found else [],
            }
            for place in range(1, self.places + 1)
        ]
        stated = {"scope": self.box, "positions": positions}
        act = stage.message(self.who, "counted", [f"dewar-{self.dewar}"], stated)
        dewars = stage.get("/api/v1/dewars", self.who)["items"]
        dewar = next(str(one["id"]) for one in dewars if one["code"] == self.dewar)
        scene.answers["counted"] = stage.post(f"/api/v1/dewars/{dewar}/counts", self.who, act)


@dataclass(frozen=True, slots=True)
class Settle:
    """Two people look at a late scan of this therapy's bag and say what becomes of it."""

    who: str
    beside: str
    decision: str
    reason: str

    def perform(self, scene: Scene) -> None:
        """Settle the one that is open."""
        stage, bag = scene.stage, scene.answers["inspected"]["bag"]["id"]
        items = stage.get("/api/v1/settle", self.who)["items"]
        item = next(str(one["id"]) for one in items if one["bag"] == bag and one["state"] == "open")
        told = {"decision": self.decision, "reason": self.reason}
        when = {"occurred_at": rfc3339(stage.clock.now()), "device_id": DEVICE, "bag_id": bag}
        act = {"scan_id": item, "step": "settled", "details": told, **when}
        signed = stage.api.signed(self.who, act, Witness(self.beside, stage.pin(self.beside)))
        stage.post(f"/api/v1/settle/{item}", self.who, {**told, **when, "witness": signed["witness"]})


_NAMESAKE = Therapy("petit-bis", 29, "PETIT", "Bernard", "1991-10-20", "M", "abecma", "bms")
_TWICE = Therapy("lacroix", 30, "LACROIX", "Noémie", "1979-01-05", "F", "carvykti", "bms")
_AGAIN = replace(_TWICE, name="lacroix-bis", number=31)
_CHECKED = replace(
    ENROLLED, manner=Manner(despite=("homonym",), because="IPP et traits vérifiés avec le patient : deux personnes")
)
_UNAWARE = replace(
    ENROLLED, manner=Manner(despite=("homonym",), because="Nouvel IPP créé à l'admission, identité vérifiée")
)

INCIDENTS = (
    Story(
        MOREAU.therapy,
        (
            # The hospital's identity server sends who the patient is, with the national number.
            Post(
                "identity-api",
                lambda scene: f"/api/v1/patients/{_patient(scene)}/traits",
                {
                    "source": "feed",
                    "ipp": lambda scene: scene.therapy.ipp,
                    "family_name": lambda scene: scene.therapy.family_name,
                    "given_names": lambda scene: [scene.therapy.given_name],
                    "birth_date": lambda scene: scene.therapy.birth_date,
                    "sex": lambda scene: scene.therapy.sex,
                    "birth_place": "37261",
                    "ins": _ins,
                    "ins_oid": _DEMONSTRATION_OID,
                    "evidence": {"recovered": True, "validated": True},
                },
            ),
            # An alarm of the dewar: the bag is held, the curve is read, two people lift the hold.
            Do("quality1", "held", ("bag-2",), "pharm1", {"reason": "excursion", "evidence": "Alarme de la cuve 2"}),
            Do(
                "pharm1",
                "hold_lifted",
                ("bag-2",),
                "doctor1",
                {"hold": _hold, "evidence": "Courbe évaluée : jamais au-dessus de la limite"},
            ),
        ),
    ),
    Story(
        DURAND.therapy,
        (
            # Somebody takes Durand's bag out for Moreau's second dose: refused on record, and Durand's bag is held.
            Switch("tech2", "TAB-PUI-1"),
            Do(
                "tech2",
                "retrieved",
                ("bag", "@D1-T1-R1-B1-P2"),
                "pharm2",
                refused="wrong-bag",
                instead_of=_moreaus_second,
            ),
            Do(
                "quality1",
                "held",
                ("bag",),
                "pharm1",
                {"reason": "identity", "note": "Mauvaise poche prise du stock"},
            ),
        ),
    ),
    Story(PETIT.therapy, (replace(ENROLLED, refused="therapy-exists"),)),
    Story(_NAMESAKE, (replace(ENROLLED, refused="homonym"), _CHECKED, COLLECTED)),
    Story(_TWICE, (ENROLLED,)),
    Story(_AGAIN, (_UNAWARE,)),
    Story(
        _TWICE,
        (
            Post(
                "coord1",
                lambda scene: f"/api/v1/patients/{_patient(scene)}/merge",
                {
                    "duplicate": lambda scene: _patient(scene.company["lacroix-bis"]),
                    "reason": "Même patiente inscrite deux fois : fusion demandée par la cellule d'identitovigilance",
                    "second": _second_signs("quality1"),
                },
            ),
        ),
    ),
    Story(
        ROBIN.therapy,
        (
            Do(
                LAPSED,
                "retrieved",
                ("bag-2", "@D2-T1-R1-B1-P4"),
                "pharm2",
                {"purpose": "check"},
                refused="training-expired",
            ),
            Post(
                "quality1",
                "/api/v1/recalls",
                {
                    "lot": lambda scene: scene.therapy.lot,
                    "reference": "RAPPEL-2026-004",
                    "reason": "Doute du fabricant sur l'étanchéité des poches du lot",
                },
            ),
        ),
    ),
    Story(
        GAUTHIER.therapy,
        (Offline("tech1", "retrieved", ("bag", "@D1-T1-R1-B2-P5"), "pharm1", {"purpose": "thaw"}),),
    ),
    Story(
        FABRE.therapy,
        (
            Offline("tech1", "retrieved", ("bag", "@D1-T1-R1-B3-P5"), "pharm1", {"purpose": "check"}),
            Settle(
                "pharm1", "quality1", "dismissed", "Scan fait par erreur : la poche n'avait pas quitté la paillasse"
            ),
        ),
    ),
    Story(
        CHARLES.therapy,
        (
            # The evening's count of an empty box finds a bag that nobody has stored.
            Count("tech1", "D3", "D3-T1-R1-B2", 5, {5: "bag"}),
            BreakGlass("tech2", "pharmacist", "Aucun pharmacien joignable : conteneur penché vu après la réception"),
            Do("tech2", "held", ("bag",), "tech1", {"reason": "tilt", "note": "Conteneur couché dans le camion"}),
        ),
    ),
)
