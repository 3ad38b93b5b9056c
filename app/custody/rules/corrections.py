"""A statement is corrected where it was made, from the value on record to one of the same kind."""

from __future__ import annotations

from app.custody.rules.rungs import never
from app.custody.verdict import Rule
from app.kit.texts import Text

CORRECTIONS: tuple[Rule, ...] = (
    never(
        "correction-other-site",
        Text("Saisie d'un autre site", "Another site's statement"),
        Text(
            "Cet événement a été saisi par un autre site. Demandez à ce site de le corriger.",
            "This event was recorded by another site. Ask that site to correct it.",
        ),
    ),
    never(
        "correction-unknown-field",
        Text("Champ non corrigible", "Field cannot be corrected"),
        Text(
            "Le champ « {field} » n'est pas dans cet événement ou ne se corrige pas ainsi. Choisissez-en un autre ; "
            "pour un lot ou une péremption, bloquez la poche et appelez la qualité.",
            "The field “{field}” is not in this event or is not corrected this way. Choose another one; "
            "for a lot or an expiry, put the bag on hold and call quality.",
        ),
    ),
    never(
        "correction-stale",
        Text("Ancienne valeur inexacte", "Old value does not match"),
        Text(
            "L'ancienne valeur n'est pas celle qui est enregistrée. Actualisez l'historique, puis corrigez à nouveau.",
            "The old value is not the one on record. Refresh the history, then correct again.",
        ),
    ),
    never(
        "correction-invalid",
        Text("Nouvelle valeur impossible", "New value impossible"),
        Text(
            "La nouvelle valeur n'est pas possible pour ce champ ({fault}). Corrigez-la.",
            "The new value is not possible for this field ({fault}). Correct it.",
        ),
    ),
)
