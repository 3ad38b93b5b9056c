"""A part of a dewar goes elsewhere as one act: every bag of it scanned, none too many, and a place for each."""

from __future__ import annotations

from app.custody.rules.rungs import never
from app.custody.verdict import Rule
from app.kit.texts import Text

RELOCATION: tuple[Rule, ...] = (
    never(
        "bags-missing",
        Text("Poches non scannées", "Bags not scanned"),
        Text(
            "Rien n'a été déplacé. Poches enregistrées ici et non scannées : {number} ({positions}). "
            "Scannez-les, ou déclarez-les perdues.",
            "Nothing was moved. Bags recorded here and not scanned: {number} ({positions}). "
            "Scan them, or declare them lost.",
        ),
    ),
    never(
        "bags-strange",
        Text("POCHE ÉTRANGÈRE", "STRANGE BAG"),
        Text(
            "Rien n'a été déplacé. Étiquettes scannées qui ne sont pas enregistrées ici : {number} ({found}). "
            "Remettez ces poches à leur place ou faites un inventaire.",
            "Nothing was moved. Scanned labels that are not recorded here: {number} ({found}). "
            "Put these bags back where they belong, or count this part.",
        ),
    ),
    never(
        "bag-scanned-twice",
        Text("Poche scannée deux fois", "Bag scanned twice"),
        Text(
            "Rien n'a été déplacé : une poche a été scannée deux fois ({positions}). Recommencez le scan.",
            "Nothing was moved: a bag was scanned twice ({positions}). Scan again.",
        ),
    ),
    never(
        "part-unknown",
        Text("Partie de cuve inconnue", "Unknown part of a dewar"),
        Text(
            "Cette boîte, ce rack ou cette cuve n'existe pas sur votre site. Vérifiez le code d'origine et celui "
            "d'arrivée.",
            "There is no such box, rack or dewar at your site. Check where it comes from and where it goes.",
        ),
    ),
    never(
        "part-unlike",
        Text("Déplacement impossible", "Cannot be moved there"),
        Text(
            "Une boîte va à la place d'une boîte, un rack à celle d'un rack, une cuve dans une autre. "
            "Choisissez une autre arrivée.",
            "A box goes to the place of a box, a rack to that of a rack, a dewar into another. "
            "Choose another destination.",
        ),
    ),
    never(
        "place-missing",
        Text("Pas assez d'emplacements", "Not enough positions"),
        Text(
            "Rien n'a été déplacé. Poches pour lesquelles l'arrivée n'a pas d'emplacement : {number} ({positions}). "
            "Choisissez une autre arrivée.",
            "Nothing was moved. Bags for which the destination has no position: {number} ({positions}). "
            "Choose another destination.",
        ),
    ),
    never(
        "exposure-times",
        Text("Heures impossibles", "Impossible times"),
        Text(
            "La sortie du froid précède le retour, et dure moins d'un jour. Vérifiez les heures indiquées.",
            "What leaves the cold comes back after it left, within a day. Check the times that were stated.",
        ),
    ),
)
