"""Where a bag lies in the cold: its own position, in a dewar fit for it."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST, PHARMACIST_OR_QUALITY, never, senior
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
