"""What a step may ask its people to be trained for; the tags are for ever.

They follow the order of 28/06/2024 (FR-01): teams trained for reception, storage, handling and administration; the
collection is the blood service's own. How long a training holds is the site's to say, never ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.registry import Registry
from app.kit.texts import Text


@dataclass(frozen=True, slots=True)
class Competence:
    """One thing a person is trained for."""

    tag: str
    labels: Text


COMPETENCES: Registry[Competence] = Registry(
    "competence",
    (
        Competence("collection", Text("prélèvement par aphérèse", "collection by apheresis")),
        Competence("reception", Text("réception et contrôle d'entrée", "reception and incoming inspection")),
        Competence("cryogenic_handling", Text("manipulation en azote liquide", "handling in liquid nitrogen")),
        Competence("thaw", Text("décongélation", "thawing")),
        Competence("bedside_identification", Text("identification au lit du patient", "bedside identification")),
        Competence("infusion", Text("perfusion de cellules", "infusion of cells")),
    ),
)
