"""One step after the other, each at its time, and none forward while the bag is on hold."""

from __future__ import annotations

from app.custody.rules.rungs import acknowledge, never
from app.custody.verdict import Rule
from app.kit.texts import Text

SEQUENCE: tuple[Rule, ...] = (
    never(
        "out-of-order",
        Text("Étape hors séquence", "Out of order"),
        Text(
            "La poche est « {state} » : cette étape n'est pas possible maintenant. Étapes possibles : {next_steps}.",
            "The bag is “{state}”: this step is not possible now. Possible steps: {next_steps}.",
        ),
    ),
    never(
        "on-hold",
        Text("POCHE BLOQUÉE", "BAG ON HOLD"),
        Text(
            "La poche est bloquée ({reasons}). "
            "Ne l'utilisez pas : faites lever le blocage par les personnes habilitées.",
            "The bag is on hold ({reasons}). Do not use it: have the hold lifted by the people entitled to.",
        ),
    ),
    never(
        "future-occurred-at",
        Text("Heure dans le futur", "Time in the future"),
        Text(
            "L'heure indiquée est dans le futur. Réglez l'horloge de la tablette, puis scannez à nouveau.",
            "The stated time lies in the future. Set the tablet's clock, then scan again.",
        ),
    ),
    acknowledge(
        "earlier-than-last-step",
        Text("Heure antérieure à l'étape précédente", "Time before the last step"),
        Text(
            "L'heure indiquée précède la dernière étape de la poche ({last}). Corrigez l'heure ; "
            "si elle est exacte, confirmez avec un motif : une déviation sera ouverte.",
            "The stated time lies before the bag's last step ({last}). Correct the time; "
            "if it is right, confirm with a reason: a deviation will be opened.",
        ),
    ),
    acknowledge(
        "late-entry-unjustified",
        Text("Saisie tardive", "Late entry"),
        Text(
            "Cet acte a eu lieu il y a {minutes} min. Vérifiez l'heure ; si elle est exacte, confirmez en disant "
            "pourquoi il n'a pas été saisi sur le moment.",
            "This happened {minutes} min ago. Check the time; if it is right, confirm and say why it was not recorded "
            "at once.",
        ),
        deviates=False,
    ),
    acknowledge(
        "told-wrong",
        Text("La tablette avait dit STOP", "The tablet had said STOP"),
        Text(
            "Sans réseau, la tablette avait dit STOP ({said}) : l'acte n'est donc pas enregistré comme fait. "
            "S'il a eu lieu quand même, dites-le avec un motif.",
            "Without a network the tablet had said STOP ({said}), so the act is not recorded as done. "
            "If it happened all the same, say so with a reason.",
        ),
    ),
)
