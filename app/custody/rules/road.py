"""Between two sites: the carrier that was planned, the seal that nobody broke, and how long the shipper holds."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST_OR_QUALITY, acknowledge, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

ROAD: tuple[Rule, ...] = (
    senior(
        "shipper-hold-over",
        Text("Tenue du froid dépassée", "Hold time passed"),
        Text(
            "Ce conteneur ne tient plus le froid depuis le {until}. Mettez les poches au froid, en quarantaine, et "
            "faites évaluer la courbe ; un pharmacien ou la qualité confirme avec un motif.",
            "This shipper has not held the cold since {until}. Put the bags into the cold in quarantine and have the "
            "curve evaluated; a pharmacist or quality confirms with a reason.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
    acknowledge(
        "shipper-hold-over-unconfirmed",
        Text("Tenue du froid à confirmer", "Hold time to be confirmed"),
        Text(
            "D'après son orientation, ce conteneur ne tiendrait plus le froid depuis le {until} (estimation). "
            "Les poches attendent l'évaluation de la courbe ; confirmez avec un motif.",
            "Going by how it stood, this shipper is estimated to hold the cold no more since {until}. "
            "The bags wait for the evaluation of the curve; confirm with a reason.",
        ),
        deviates=False,
    ),
    acknowledge(
        "shipper-hold-unknown",
        Text("Tenue du froid inconnue", "Hold time unknown"),
        Text(
            "La mise en froid de ce conteneur n'est pas connue : nul ne sait s'il tient le froid. "
            "Les poches attendent l'évaluation de la courbe ; confirmez avec un motif.",
            "When this shipper was charged is not known: nobody can say whether it holds the cold. "
            "The bags wait for the evaluation of the curve; confirm with a reason.",
        ),
        deviates=False,
    ),
    acknowledge(
        "shipper-not-requalified",
        Text("Conteneur non requalifié", "Shipper not requalified"),
        Text(
            "Ce conteneur n'a pas été requalifié depuis son dernier usage, ou sa qualification est échue. "
            "Prenez-en un autre, ou confirmez avec un motif.",
            "This shipper was not requalified since its last use, or its qualification has ended. "
            "Take another one, or confirm with a reason.",
        ),
    ),
    acknowledge(
        "other-carrier",
        Text("Pas le preneur prévu", "Not who was to take it on"),
        Text(
            "Ce n'est pas le transporteur ni le site prévu pour cette étape du trajet. Vérifiez le bon de transport ; "
            "si c'est voulu, confirmez avec un motif.",
            "This is neither the carrier nor the site planned for this leg. Check the waybill; "
            "if it is meant, confirm with a reason.",
        ),
    ),
    acknowledge(
        "seal-not-read",
        Text("Scellé non relevé", "Seal not read"),
        Text(
            "Ce conteneur a changé de transporteur : relevez le numéro du scellé. "
            "S'il est illisible, confirmez avec un motif.",
            "This shipper changed carriers: read the number of its seal. If it cannot be read, confirm with a reason.",
        ),
    ),
)
