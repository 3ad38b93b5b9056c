"""Bags that are kept apart from others: infectious, in quarantine, of a trial; and one patient's in several dewars."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST_OR_QUALITY, acknowledge, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

SEGREGATION: tuple[Rule, ...] = (
    senior(
        "position-reserved",
        Text("Emplacement réservé", "Position reserved"),
        Text(
            "Cet emplacement est réservé ({classes}). Choisissez un emplacement ordinaire.",
            "This position is reserved ({classes}). Choose an ordinary position.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
    senior(
        "segregation-infectious",
        Text("Poche à séparer", "Bag to be kept apart"),
        Text(
            "Cette poche se range à part ({classes}). Choisissez un emplacement de la zone prévue.",
            "This bag is kept apart ({classes}). Choose a position in the zone that is meant for it.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
    acknowledge(
        "segregation-asked",
        Text("Zone à part", "Zone of its own"),
        Text(
            "Cette cuve a une zone pour de telles poches ({classes}). Rangez-la là, ou confirmez avec un motif.",
            "This dewar has a zone for such bags ({classes}). Store it there, or confirm with a reason.",
        ),
        deviates=False,
    ),
    acknowledge(
        "split-storage",
        Text("Toutes les poches dans une cuve", "All bags in one dewar"),
        Text(
            "Toutes les autres poches de ce patient sont déjà dans cette cuve. Choisissez une autre cuve, ou confirmez "
            "avec un motif.",
            "All other bags of this patient already lie in this dewar. Choose another dewar, or confirm with a reason.",
        ),
        deviates=False,
    ),
)
