"""The main road, leg by leg, from the patient's chair to the end of the infusion: what most stories have in common."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.cli.demo.script import EACH, Act, Do, ForEach, Scene, Ship
from app.cli.demo.stage import Manner
from app.kit.clock import rfc3339

_SYRINGE_LASTS = timedelta(minutes=40)
READY = dict.fromkeys(
    (
        "prescription_active",
        "patient_ready",
        "tocilizumab_available",
        "intensive_care_told",
        "mri_available",
        "neurologist_reachable",
    ),
    True,
)


def _patient(scene: Scene) -> dict[str, str]:
    therapy = scene.therapy
    return {
        "ipp": therapy.ipp,
        "family_name": therapy.family_name,
        "given_name": therapy.given_name,
        "birth_date": therapy.birth_date,
        "sex": therapy.sex,
    }


def _announced(scene: Scene) -> list[dict[str, Any]]:
    therapy = scene.therapy
    named = zip(therapy.products, therapy.contents, strict=True)
    return [{"symbols": scene.texts(name), **told} for name, told in named]


def _certificate(scene: Scene) -> str:
    return scene.therapy.certificate


def _count(scene: Scene) -> int:
    return scene.therapy.bags


ENROLLED = Do(
    "coord1",
    "enrolled",
    stated={
        "coi": lambda scene: scene.therapy.coi_number,
        "product": lambda scene: scene.therapy.product,
        "manufacturer": lambda scene: scene.therapy.maker,
        "collection_site": "EFS",
        "prescriber": "Dr Anne Lefort",
        "patient": _patient,
    },
)
COLLECTED = Do(
    "efs1",
    "collected",
    ("collection", "wristband"),
    "efs2",
    {"presentation": lambda scene: scene.therapy.presentation},
)
BEGUN: tuple[Act, ...] = (ENROLLED, COLLECTED)


def sent(carrier: str = "carrier1", ship: Ship | None = None) -> tuple[Act, ...]:
    """From the blood service into a carrier's hands."""
    return (
        ship or Ship("out"),
        Do("efs1", "packed", ("collection", "shipper-out")),
        Do("efs1", "handed_over", ("shipper-out",), carrier),
    )


ARRIVED = Do("maker1", "received", ("shipper-out", "collection"), "maker2")
ANNOUNCED = Do(
    "maker-api", "manufactured", ("collection",), stated={"lot": lambda scene: scene.therapy.lot, "bags": _announced}
)
"""The maker's own system says what was made."""
ALLOCATED = Do(
    "maker-api", "allocated", ("document",), stated={"lot": lambda scene: scene.therapy.lot, "bags": _announced}
)
"""Or what it gives from stock, where the cells are a donor's."""
RELEASED = ForEach(Do("maker1", "released", (EACH,), stated={"certificate": _certificate}))
"""The qualified person releases it."""
MADE: tuple[Act, ...] = (*BEGUN, *sent(), ARRIVED, ANNOUNCED, RELEASED)
PACKED: tuple[Act, ...] = (Ship("back"), ForEach(Do("maker1", "packed", (EACH, "shipper-back"))))
HANDED_OVER = Do("maker2", "handed_over", ("shipper-back",), "carrier1")
RECEIVED = ForEach(Do("tech1", "received", ("shipper-back", EACH), "pharm1", {"count": _count}))
INSPECTED = ForEach(Do("pharm1", "inspected", (EACH, "document"), "tech1", {"certificate": _certificate}))
AT_THE_PHARMACY: tuple[Act, ...] = (*MADE, *PACKED, HANDED_OVER, RECEIVED)
ACCEPTED: tuple[Act, ...] = (*AT_THE_PHARMACY, INSPECTED)


def stored(*positions: str) -> Act:
    """Each bag goes into its position, in their order."""
    return ForEach(Do("tech1", "stored", (EACH, f"@{EACH}"), "pharm2"), positions)


def kept(*positions: str) -> tuple[Act, ...]:
    """From the patient's chair to the dewar."""
    return (*ACCEPTED, stored(*positions))


def taken_out(bag: str, position: str, purpose: str = "thaw") -> Act:
    """A bag leaves its position."""
    return Do("tech1", "retrieved", (bag, f"@{position}"), "pharm1", {"purpose": purpose})


def thawing(bag: str, position: str) -> tuple[Act, ...]:
    """A bag leaves its position and its thaw begins."""
    return (taken_out(bag, position), Do("tech1", "thaw_started", (bag,), "pharm1", READY))


def thawed(bag: str, position: str) -> tuple[Act, ...]:
    """A bag is thawed."""
    return (*thawing(bag, position), Do("tech1", "thaw_ended", (bag,), "pharm1"))


def issued(bag: str) -> tuple[Act, ...]:
    """A bag goes to the ward, and two people identify it beside its patient."""
    return (
        Do("pharm1", "issued", (bag,), "nurse1"),
        Do("nurse1", "identified", (bag, "wristband", "document"), "doctor1"),
    )


def begun(bag: str, **stated: Any) -> Act:
    """An infusion begins."""
    return Do("nurse1", "infusion_started", (bag, "wristband"), "doctor1", stated)


def infused(bag: str, position: str, **stated: Any) -> tuple[Act, ...]:
    """From the dewar into the patient."""
    return (
        *thawed(bag, position),
        *issued(bag),
        begun(bag),
        Do("nurse1", "infusion_ended", (bag,), "nurse2", stated),
    )


def drawn(syringe: str, vial: str, *others: str, method: str = "drawn") -> Act:
    """Thawed vials of one component are drawn into one syringe, or diluted into it; its label says until when."""

    def labelled(scene: Scene) -> list[dict[str, Any]]:
        until = rfc3339(scene.stage.clock.now() + _SYRINGE_LASTS)
        return [{"symbols": scene.texts(syringe), "volume_ml": 9, "discard_at": until}]

    def pooled(scene: Scene) -> list[dict[str, Any]]:
        return [{"symbols": scene.texts(other)} for other in others]

    return Do("tech1", "prepared", (vial,), "pharm1", {"method": method, "vials": pooled, "syringes": labelled})


def late(do: Do, minutes: int, because: str) -> Do:
    """Let a step have happened some time before it is recorded, and say why."""
    return replace(do, manner=Manner(despite=("late-entry-unjustified",), because=because, minutes_ago=minutes))
