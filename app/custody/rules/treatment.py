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
