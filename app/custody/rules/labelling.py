"""New labels: each names the bag it is on, and none is left over."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST_OR_QUALITY, never, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

LABELLING: tuple[Rule, ...] = (
    never(
        "label-void",
        Text("ÉTIQUETTE ANNULÉE", "VOID LABEL"),
        Text(
            "Cette étiquette a été remplacée et ne doit plus être sur aucune poche. "
            "Arrêtez, isolez la poche et appelez le pharmacien.",
            "This label was replaced and should be on no bag any more. Stop, isolate the bag and call the pharmacist.",
        ),
    ),
    never(
        "unknown-label",
        Text("Pas une étiquette de poche", "Not a bag's label"),
        Text(
            "Ce code ne suffit pas à désigner une poche. Scannez le code de la nouvelle étiquette.",
            "This symbol is not enough to name a bag. Scan the symbol of the new label.",
        ),
    ),
    never(
        "unknown-print-run",
        Text("Impression inconnue", "Unknown print run"),
        Text(
            "Aucune impression n'a cet identifiant. Choisissez-la dans la liste des impressions.",
            "No print run has this identifier. Choose it from the list of print runs.",
        ),
    ),
    senior(
        "labels-unaccounted",
        Text("ÉTIQUETTES MANQUANTES OU EN TROP", "LABELS MISSING OR LEFT OVER"),
        Text(
            "Le compte n'y est pas : écart de {left} entre étiquettes imprimées, collées et détruites. "
            "Retrouvez-les avant de continuer.",
            "The count does not add up: {left} between labels printed, used and destroyed. Find them before you go on.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
)
