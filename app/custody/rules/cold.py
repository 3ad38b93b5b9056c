"""Where a bag lies in the cold: its own position, in a dewar fit for it."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST, PHARMACIST_OR_QUALITY, acknowledge, never, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

COLD: tuple[Rule, ...] = (
    senior(
        "wrong-position",
        Text("MAUVAIS EMPLACEMENT", "WRONG POSITION"),
        Text(
            "La poche est enregistrée à un autre emplacement. Refermez la cuve et vérifiez l'étiquette de la poche "
            "et celle de l'emplacement.",
            "The bag is recorded at another position. Close the dewar and check the label of the bag and that of the "
            "position.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
    never(
        "position-occupied",
        Text("Emplacement occupé", "Position occupied"),
        Text(
            "Une autre poche occupe cet emplacement. Choisissez un emplacement libre.",
            "Another bag occupies this position. Choose a free position.",
        ),
    ),
    never(
        "dewar-too-warm",
        Text("Cuve non qualifiée pour ce produit", "Dewar not qualified for this product"),
        Text(
            "Cette cuve est qualifiée à {dewar_limit} °C ; ce produit exige {limit} °C ou moins. "
            "Choisissez une autre cuve.",
            "This dewar is qualified to {dewar_limit} °C; this product needs {limit} °C or below. "
            "Choose another dewar.",
        ),
    ),
    acknowledge(
        "dewar-too-warm-unconfirmed",
        Text("Limite du produit à confirmer", "Product limit to be confirmed"),
        Text(
            "Cette cuve est qualifiée à {dewar_limit} °C ; la limite de ce produit serait {limit} °C, à confirmer. "
            "Choisissez une autre cuve, ou confirmez avec un motif.",
            "This dewar is qualified to {dewar_limit} °C; the limit of this product is said to be {limit} °C, yet to "
            "be confirmed. Choose another dewar, or confirm with a reason.",
        ),
    ),
    senior(
        "dewar-not-qualified",
        Text("Cuve indisponible", "Dewar not available"),
        Text(
            "Cette cuve est « {status} ». Choisissez une cuve qualifiée et sans alarme.",
            "This dewar is “{status}”. Choose a qualified dewar without an alarm.",
        ),
        PHARMACIST,
    ),
)
