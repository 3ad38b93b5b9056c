"""What sections, members and codes are called, in French and in English: a template needs no language of its own."""

from __future__ import annotations

from typing import Final

from app.access.roles import Role
from app.alarms.kinds import KINDS
from app.custody.holds import REASONS
from app.custody.labels import ANCHORS, LAYER_NAMES, STATES
from app.custody.out_of_specification import ITEMS
from app.custody.rules import RULES
from app.custody.steps import STEPS
from app.identity.cautions import CAUTIONS
from app.kit.texts import Text
from app.reports.code_words import CODES
from app.reports.copies import NAMES
from app.reports.member_words import MEMBERS
from app.temperature.reasons import DOUBTS

SECTIONS: Final[dict[str, Text]] = {
    "gaps": Text("Lacunes", "Gaps"),
    "cover": Text("Couverture", "Cover"),
    "subject": Text("Sujet", "Subject"),
    "collection": Text("Prélèvement", "Collection"),
    "legs": Text("Chaîne de garde", "Legs of custody"),
    "transport_temperature": Text("Température du transport", "Transport temperature"),
    "release": Text("Libération", "Release"),
    "reception": Text("Réception", "Reception"),
    "storage": Text("Conservation", "Storage"),
    "thaw": Text("Décongélation", "Thaw"),
    "bedside": Text("Contrôle au lit du patient", "Bedside check"),
    "infusion": Text("Perfusion", "Infusion"),
    "follow_up": Text("Suivi après perfusion", "Post-infusion follow-up"),
    "deviations": Text("Déviations et actions", "Deviations and CAPA"),
    "disposition": Text("Devenir et bilan des quantités", "Disposition and reconciliation"),
    "signatures": Text("Signatures", "Signatures"),
    "trail": Text("Piste d'audit", "Audit trail"),
}
"""The 17 sections, in the order in which they are read."""


def words(language: str) -> dict[str, dict[str, str]]:
    """Return every word of a language: ``sections``, ``members`` and ``codes``."""
    return {
        "sections": _said(SECTIONS, language),
        "members": _said(all_members(), language),
        "codes": _said(all_codes(), language),
    }


def all_members() -> dict[str, Text]:
    """Return what every member is called: those of the report, what a step states, and the layers of labels."""
    stated = {field.name: field.labels for step in STEPS for outer in step.fields for field in (outer, *outer.fields)}
    return {**stated, **LAYER_NAMES, **MEMBERS}


def all_codes() -> dict[str, Text]:
    """Return what every code is called; where a step and a state share one, the state's name is kept as ``state:…``."""
    return {
        **{f"state:{state}": text for state, text in STATES.items()},
        **{f"hold:{reason}": text for reason, (text, _) in REASONS.items()},
        **{f"rule:{rule.tag}": rule.title for rule in RULES},
        **{f"role:{role.value}": role.label for role in Role},
        **{f"layer:{layer}": text for layer, text in LAYER_NAMES.items()},
        **{f"oos:{item}": text for item, (text, _) in ITEMS.items()},
        **{f"anchor:{step}": text for step, text in ANCHORS.items()},
        **{f"step:{step.tag}": step.labels for step in STEPS},
        **{f"caution:{caution}": text for caution, text in CAUTIONS.items()},
        **{f"audience:{audience}": text for audience, text in NAMES.items()},
        **{f"doubt:{doubt}": text for doubt, text in DOUBTS.items()},
        **{f"alarm:{kind.tag}": kind.labels for kind in KINDS},
        **CODES,
    }


def _said(texts: dict[str, Text], language: str) -> dict[str, str]:
    return {name: text.say(language) for name, text in texts.items()}
