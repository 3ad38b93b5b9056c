"""The names of states, roles, clocks and dewars' conditions as people say them, for sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.custody.bag import State
from app.kit.texts import Text

STATES: dict[str, Text] = {
    State.EXPECTED: Text("attendue", "expected"),
    State.COLLECTED: Text("prélevée", "collected"),
    State.ANNOUNCED: Text("annoncée", "announced"),
    State.RELEASED: Text("libérée", "released"),
    State.PACKED: Text("emballée", "packed"),
    State.IN_TRANSIT: Text("en transport", "in transit"),
    State.RECEIVED: Text("reçue", "received"),
    State.ACCEPTED: Text("acceptée", "accepted"),
    State.STORED: Text("stockée", "stored"),
    State.RETRIEVED: Text("sortie du stock", "retrieved"),
    State.THAWING: Text("en décongélation", "thawing"),
    State.THAWED: Text("décongelée", "thawed"),
    State.ISSUED: Text("délivrée", "issued"),
    State.INFUSING: Text("en perfusion", "infusing"),
    State.INFUSED: Text("perfusée", "infused"),
    State.CONSUMED: Text("consommée (fabrication ou préparation)", "consumed (made or drawn into another)"),
    State.DESTROYED: Text("détruite", "destroyed"),
    State.RETURNED: Text("retournée", "returned"),
    State.LOST: Text("perdue", "lost"),
}

ROLES: dict[str, Text] = {
    "collection_nurse": Text("infirmier de prélèvement", "collection nurse"),
    "pharmacist": Text("pharmacien", "pharmacist"),
    "pharmacy_technician": Text("préparateur", "pharmacy technician"),
    "coordinator": Text("coordinateur", "coordinator"),
    "nurse": Text("infirmier", "nurse"),
    "physician": Text("médecin", "physician"),
    "biologist": Text("biologiste", "biologist"),
    "carrier": Text("transporteur", "carrier"),
    "manufacturer": Text("fabricant", "manufacturer"),
    "quality": Text("qualité", "quality"),
}


ANCHORS: dict[str, Text] = {
    "retrieved": Text("sortie du stock", "removal from storage"),
    "thaw_started": Text("début de décongélation", "start of thaw"),
    "thaw_ended": Text("fin de décongélation", "end of thaw"),
    "infusion_started": Text("début de perfusion", "start of infusion"),
}

LAYER_NAMES: dict[str, Text] = {
    "bag": Text("poche", "bag"),
    "vial": Text("flacon", "vial"),
    "syringe": Text("seringue", "syringe"),
    "cassette": Text("cassette métallique", "cassette"),
    "carton": Text("étui", "carton"),
    "certificate": Text("certificat", "certificate"),
    "rfic": Text("certificat de perfusion (RfIC)", "release for infusion certificate (RfIC)"),
    "lot_information_sheet": Text("fiche d'information du lot", "lot information sheet"),
    "prescription": Text("prescription", "prescription slip"),
    "wristband": Text("bracelet", "wristband"),
}
"""What carries a label or is a paper of the product (clinical §1C)."""

DEWARS: dict[str, Text] = {
    "restricted": Text("restreinte", "restricted"),
    "defrosting": Text("en dégivrage", "defrosting"),
    "retired": Text("retirée", "retired"),
    "alarm": Text("en alarme", "in alarm"),
}


def state_name(state: str) -> Text:
    """Return the name of a state in both languages."""
    return STATES[state]


def role_names(roles: Iterable[str]) -> Text:
    """Return the names of several roles, in the order of the table."""
    held = frozenset(roles)
    return joined([text for role, text in ROLES.items() if role in held])


def group_names(groups: Iterable[Iterable[str]]) -> Text:
    """Return who is needed together: one person of each group, e.g. ``pharmacien + médecin ou qualité``."""
    named = [[ROLES[role] for role in group] for group in groups]
    return Text(
        " + ".join(" ou ".join(text.fr for text in group) for group in named),
        " + ".join(" or ".join(text.en for text in group) for group in named),
    )


def instant_name(instant: datetime) -> Text:
    """Return an instant as people read it, to the minute, in UTC."""
    return Text(instant.strftime("%d/%m/%Y %H:%M UTC"), instant.strftime("%Y-%m-%d %H:%M UTC"))


def joined(texts: Sequence[Text]) -> Text:
    """Return several texts as one enumeration; a dash when there is none."""
    return Text(", ".join(text.fr for text in texts) or "–", ", ".join(text.en for text in texts) or "–")
