"""A bag that is fit to be given, to a patient who is ready, in time."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST, PHYSICIAN, acknowledge, never, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

TREATMENT: tuple[Rule, ...] = (
    senior(
        "bag-expired",
        Text("POCHE PÉRIMÉE", "BAG EXPIRED"),
        Text(
            "La péremption ({expires_at}) est dépassée. Ne décongelez pas : appelez le pharmacien et le médecin.",
            "The expiry ({expires_at}) has passed. Do not thaw: call the pharmacist and the physician.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    senior(
        "shelf-life-passed",
        Text("DURÉE DE CONSERVATION DÉPASSÉE", "SHELF LIFE PASSED"),
        Text(
            "La poche est fabriquée depuis plus de {months} mois. Ne décongelez pas : appelez le pharmacien et le "
            "médecin.",
            "The bag was made more than {months} months ago. Do not thaw: call the pharmacist and the physician.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    acknowledge(
        "shelf-life-unconfirmed",
        Text("Durée de conservation indicative dépassée", "Indicative shelf life passed"),
        Text(
            "La poche est fabriquée depuis plus de {months} mois ; cette durée reste à confirmer. "
            "Appelez le pharmacien, ou confirmez avec un motif.",
            "The bag was made more than {months} months ago; this shelf life is yet to be confirmed. "
            "Call the pharmacist, or confirm with a reason.",
        ),
    ),
    senior(
        "bag-damaged",
        Text("POCHE ENDOMMAGÉE", "BAG DAMAGED"),
        Text(
            "Le contrôle visuel n'est pas bon. Ne décongelez pas : gardez la poche au froid, bloquez-la et appelez "
            "le pharmacien et le médecin.",
            "The visual check is not good. Do not thaw: keep the bag in the cold, put it on hold and call the "
            "pharmacist and the physician.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    senior(
        "thaw-in-turn",
        Text("Une poche à la fois", "One bag at a time"),
        Text(
            "Une autre poche de ce patient est décongelée et non perfusée. Terminez-la avant de décongeler celle-ci.",
            "Another bag of this patient is thawed and not yet infused. Finish it before thawing this one.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    acknowledge(
        "thaw-in-turn-unconfirmed",
        Text("Une poche à la fois (à confirmer)", "One bag at a time (to be confirmed)"),
        Text(
            "Une autre poche de ce patient est décongelée et non perfusée ; l'ordre reste à confirmer pour ce produit. "
            "Appelez le pharmacien, ou confirmez avec un motif.",
            "Another bag of this patient is thawed and not yet infused; the order is yet to be confirmed for this "
            "product. Call the pharmacist, or confirm with a reason.",
        ),
    ),
    senior(
        "not-ready",
        Text("Conditions non réunies", "Not ready"),
        Text(
            "Ne décongelez pas encore. Confirmez d'abord : {missing}.",
            "Do not thaw yet. Confirm first: {missing}.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    acknowledge(
        "not-ready-unconfirmed",
        Text("Conditions à confirmer", "Conditions to be confirmed"),
        Text(
            "Ce fabricant demanderait aussi : {missing} ; la source reste à confirmer. "
            "Vérifiez, ou confirmez avec un motif.",
            "This maker is said to ask for this, too: {missing}; the source is yet to be confirmed. "
            "Check it, or confirm with a reason.",
        ),
    ),
    senior(
        "timer-overdue",
        Text("DÉLAI DÉPASSÉ", "TIME LIMIT PASSED"),
        Text(
            "Le délai de {max_minutes} min depuis « {anchor} » est dépassé. "
            "Ne continuez pas : appelez le médecin et le pharmacien.",
            "The limit of {max_minutes} min since “{anchor}” has passed. "
            "Do not go on: call the physician and the pharmacist.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    acknowledge(
        "timer-overdue-unconfirmed",
        Text("Délai indicatif dépassé", "Indicative time limit passed"),
        Text(
            "Le délai indicatif de {max_minutes} min depuis « {anchor} » est dépassé ; sa source reste à confirmer. "
            "Appelez le pharmacien, ou confirmez avec un motif.",
            "The indicative limit of {max_minutes} min since “{anchor}” has passed; its source is yet to be "
            "confirmed. Call the pharmacist, or confirm with a reason.",
        ),
    ),
    acknowledge(
        "infusion-late",
        Text("Perfusion hors délai", "Infusion past its limit"),
        Text(
            "La limite de {max_minutes} min depuis « {anchor} » est dépassée. "
            "Confirmez avec un motif : une déviation sera ouverte.",
            "The limit of {max_minutes} min since “{anchor}” has passed. "
            "Confirm with a reason: a deviation will be opened.",
        ),
    ),
    never(
        "leukodepleting-filter",
        Text("FILTRE INTERDIT", "FILTER FORBIDDEN"),
        Text(
            "Un filtre déleucocytant retient les cellules du traitement. Retirez-le avant de commencer la perfusion.",
            "A leukodepleting filter keeps the therapy's cells back. Remove it before starting the infusion.",
        ),
    ),
    never(
        "rest-not-stated",
        Text("Devenir du reste non indiqué", "Fate of the rest not stated"),
        Text(
            "La poche n'a pas été perfusée en totalité. Indiquez ce qu'est devenu le reste.",
            "The bag was not infused whole. State what became of the rest.",
        ),
    ),
)
