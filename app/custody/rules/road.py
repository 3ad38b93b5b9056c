"""Between two sites: the carrier that was planned, and the seal that proves nobody looked inside."""

from __future__ import annotations

from app.custody.rules.rungs import acknowledge
from app.custody.verdict import Rule
from app.kit.texts import Text

ROAD: tuple[Rule, ...] = (
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
