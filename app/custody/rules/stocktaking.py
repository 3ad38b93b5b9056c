"""Counts: every position once, and nothing left out."""

from __future__ import annotations

from app.custody.rules.rungs import acknowledge, never
from app.custody.verdict import Rule
from app.kit.texts import Text

STOCKTAKING: tuple[Rule, ...] = (
    never(
        "unknown-dewar",
        Text("Cuve inconnue", "Unknown dewar"),
        Text(
            "Cette cuve n'est pas de votre site. Scannez l'étiquette d'une cuve de votre site.",
            "This dewar is not of your site. Scan the label of a dewar of your site.",
        ),
    ),
    never(
        "counted-twice",
        Text("Compté deux fois", "Counted twice"),
        Text(
            "Le même emplacement ou la même poche a été scanné deux fois : {positions}. Recomptez ces emplacements.",
            "The same position or the same bag was scanned twice: {positions}. Count these positions again.",
        ),
    ),
    acknowledge(
        "count-incomplete",
        Text("Inventaire incomplet", "Count incomplete"),
        Text(
            "Emplacements de la partie comptée qui n'ont pas été scannés : {number}. Scannez-les, "
            "ou confirmez avec un motif.",
            "Positions of the counted part that were not scanned: {number}. Scan them, or confirm with a reason.",
        ),
    ),
)
