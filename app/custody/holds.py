"""Why a bag may not go forward, and who may lift each kind of hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.custody.bag import Bag
from app.custody.comparison import disagreeing
from app.custody.labels import joined
from app.custody.situation import Person, Situation
from app.kit.clock import rfc3339
from app.kit.texts import Text

_PHARMACIST = ("pharmacist",)
_QUALITY = ("quality",)
_PHYSICIAN_OR_QUALITY = ("physician", "quality")

_USE_AS_IS = (_PHARMACIST, _PHYSICIAN_OR_QUALITY)
"""A doubt about the cells is weighed against the patient's need: a pharmacist and a physician, or quality (NCF-02)."""
_INQUIRY = (_PHARMACIST, _QUALITY)
"""A doubt about whose cells these are is no medical choice: it is cleared up, and quality says so."""

REASONS: dict[str, tuple[Text, tuple[tuple[str, ...], ...]]] = {
    "quarantine": (Text("quarantaine", "quarantine"), _USE_AS_IS),
    "excursion": (Text("excursion de température", "temperature excursion"), _USE_AS_IS),
    "limit": (Text("limite de conservation abaissée", "storage limit lowered"), _USE_AS_IS),
    "identity": (Text("identité", "identity"), _INQUIRY),
    "certificate": (Text("certificat", "certificate"), _USE_AS_IS),
    "recall": (Text("rappel", "recall"), _INQUIRY),
    "leak": (Text("fuite", "leak"), _USE_AS_IS),
    "damage": (Text("poche endommagée", "damaged bag"), _USE_AS_IS),
    "appearance": (Text("aspect anormal", "abnormal appearance"), _USE_AS_IS),
    "seal": (Text("scellé rompu", "broken seal"), _USE_AS_IS),
    "tilt": (Text("conteneur penché ou couché", "shipper tilted or lying"), _USE_AS_IS),
    "hold_time": (Text("tenue du froid dépassée ou inconnue", "hold time passed or unknown"), _USE_AS_IS),
    "count": (Text("nombre de poches inattendu", "unexpected number of bags"), _INQUIRY),
    "loss": (Text("perdue puis retrouvée", "lost, then found"), _USE_AS_IS),
    "deviation": (Text("déviation", "deviation"), _USE_AS_IS),
    "other": (Text("autre", "other"), _USE_AS_IS),
}
"""Reason → its name, and the groups of roles of which one person each must be present to lift it."""


def lifting_roles(reason: str) -> list[list[str]]:
    """Return the groups of roles a hold of that reason names, in its stored form."""
    return [list(group) for group in REASONS[reason][1]]


def hold_of(hold_id: str, reason: str, since: datetime) -> dict[str, Any]:
    """Return a hold in its stored form."""
    return {"id": f"{hold_id}-{reason}", "reason": reason, "since": rfc3339(since), "lift": lifting_roles(reason)}


def placed(situation: Situation, *reasons: str) -> list[dict[str, Any]]:
    """Return the holds that one scan puts on its bag, one for each reason, in their stored form."""
    return [hold_of(str(situation.hold_id), reason, situation.occurred_at) for reason in reasons]


def discordant(situation: Situation) -> tuple[str, ...]:
    """Return the reason for a hold when labels that were scanned together differ; nobody's word outweighs it."""
    return ("identity",) if disagreeing(situation.comparison) else ()


def reasons_of(bag: Bag) -> Text:
    """Return why a bag is on hold, in words."""
    return joined([REASONS[str(hold["reason"])][0] for hold in bag.holds])


def covered(groups: tuple[frozenset[str], ...], people: tuple[Person, ...]) -> bool:
    """Say whether every group of roles is held by a person of its own; one person never counts for two."""
    if not groups:
        return True
    return any(
        groups[0] & person.roles and covered(groups[1:], tuple(other for other in people if other.id != person.id))
        for person in people
    )
