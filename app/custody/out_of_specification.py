"""The five things that must be on record before a bag that missed its specification may be released all the same.

GMP Part IV, 11.5: exceptionally, to avoid an immediate serious hazard, at the request of the treating physician and
after the manufacturer has supplied its risk evaluation. It is a path of its own, never an override of a normal release.
"""

from __future__ import annotations

from app.custody.bag import Bag
from app.kit.texts import Text

ITEMS: dict[str, tuple[Text, frozenset[str]]] = {
    "maker_risk_evaluation": (
        Text("évaluation des risques du fabricant", "maker's risk evaluation"),
        frozenset({"manufacturer"}),
    ),
    "physician_request": (Text("demande du médecin", "physician's request"), frozenset({"physician"})),
    "patient_information": (
        Text("information et consentement du patient", "patient's information and consent"),
        frozenset({"physician"}),
    ),
    "pharmacist_acceptance": (Text("acceptation du pharmacien", "pharmacist's acceptance"), frozenset({"pharmacist"})),
    "authority_notification": (
        Text("notification à l'autorité ou au promoteur", "notification of the authority or sponsor"),
        frozenset({"manufacturer", "quality"}),
    ),
}
"""Item → its name, and the roles that may state it; who, when and which document stand with the bag."""

OPENS = "maker_risk_evaluation"
"""The statement by which a bag becomes out of specification: only its maker knows what was measured."""


def missing_items(bag: Bag) -> list[Text]:
    """Return the names of what is not yet on record for this bag."""
    return [text for item, (text, _) in ITEMS.items() if item not in bag.oos]
