"""Doses of several containers: what is in each, in which order, on which day, and what became of every millilitre."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST, PHYSICIAN, acknowledge, never, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

_OUTSIDE = Text(
    "Ce serait le jour {day} du traitement ; la seconde dose est prévue du jour {low} au jour {high}. "
    "Appelez le médecin et le pharmacien.",
    "This would be day {day} of the treatment; the second dose is due from day {low} to day {high}. "
    "Call the physician and the pharmacist.",
)

DOSE: tuple[Rule, ...] = (
    never(
        "not-off-the-shelf",
        Text("PRODUIT FABRIQUÉ POUR LE PATIENT", "PRODUCT MADE FOR ITS PATIENT"),
        Text(
            "{product} est fabriqué à partir d'un prélèvement : un lot de stock ne s'y attribue pas. "
            "Vérifiez la chaîne d'identité du traitement.",
            "{product} is made from a collection: no stock lot is allocated to it. "
            "Check the chain of identity of the therapy.",
        ),
    ),
    never(
        "lot-expired",
        Text("LOT PÉRIMÉ", "LOT EXPIRED"),
        Text(
            "La péremption du lot ({expires_at}) est dépassée. Attribuez un autre lot.",
            "The expiry of the lot ({expires_at}) has passed. Allocate another lot.",
        ),
    ),
    never(
        "contents-not-stated",
        Text("Contenu non indiqué", "Contents not stated"),
        Text(
            "Ce produit a plusieurs sortes de contenants. Indiquez pour chacun l'une de ces valeurs : {expected}.",
            "This product has several kinds of containers. State one of these for each: {expected}.",
        ),
    ),
    senior(
        "component-order",
        Text("MAUVAIS ORDRE", "WRONG ORDER"),
        Text(
            "{component} ne se perfuse qu'après tout le {first} préparé. Commencez par {first}.",
            "{component} is infused only after all of the {first} that was prepared. Begin with {first}.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    never(
        "second-dose-undecided",
        Text("Seconde dose non décidée", "Second dose not decided"),
        Text(
            "Un médecin doit d'abord enregistrer sa décision pour la seconde dose (suivi du traitement). "
            "Ne décongelez pas.",
            "A physician must record the decision on the second dose first (follow-up of the therapy). Do not thaw.",
        ),
    ),
    senior(
        "outside-dose-window",
        Text("HORS DES JOURS PRÉVUS", "OUTSIDE THE DAYS FORESEEN"),
        _OUTSIDE,
        PHARMACIST,
        PHYSICIAN,
    ),
    acknowledge(
        "outside-dose-window-unconfirmed",
        Text("Hors des jours indiqués", "Outside the indicated days"),
        Text(
            f"{_OUTSIDE.fr} La source reste à confirmer : sinon, confirmez avec un motif.",
            f"{_OUTSIDE.en} The source is yet to be confirmed: otherwise confirm with a reason.",
        ),
    ),
    senior(
        "reaction-too-severe",
        Text("RÉACTION TROP GRAVE", "REACTION TOO SEVERE"),
        Text(
            "Un syndrome de relargage de cytokines de grade {grade} a été noté : la seconde dose ne se donne pas. "
            "Appelez le pharmacien.",
            "A cytokine release syndrome of grade {grade} was recorded: the second dose is not given. "
            "Call the pharmacist.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    never(
        "no-second-dose",
        Text("Pas de seconde dose", "No second dose"),
        Text(
            "Ce produit ne se donne pas en deux doses : il n'y a rien à décider. Enregistrez le suivi sans décision.",
            "This product is not given in two doses: there is nothing to decide. Record the follow-up without it.",
        ),
    ),
    never(
        "not-infused-yet",
        Text("Aucune perfusion", "No infusion"),
        Text(
            "Aucune poche de ce traitement n'a été perfusée : il n'y a pas encore de suivi à noter. "
            "Vérifiez le traitement.",
            "No bag of this therapy was infused: there is no follow-up to record yet. Check the therapy.",
        ),
    ),
    never(
        "grading-scheme-missing",
        Text("Échelle non indiquée", "Grading scheme not stated"),
        Text(
            "Un grade ne veut rien dire sans son échelle. Indiquez ASTCT 2019, Lee 2014 ou CTCAE.",
            "A grade means nothing without its scheme. State ASTCT 2019, Lee 2014 or CTCAE.",
        ),
    ),
    senior(
        "partial-not-foreseen",
        Text("Perfusion partielle non prévue", "Partial infusion not foreseen"),
        Text(
            "Ce produit se perfuse en totalité. Appelez le médecin ; s'il le décide, il confirme avec un motif.",
            "This product is infused whole. Call the physician, who confirms with a reason if that is the decision.",
        ),
        PHYSICIAN,
    ),
    acknowledge(
        "volume-unaccounted",
        Text("Volumes discordants", "Volumes do not add up"),
        Text(
            "Sorti : {out} mL ; perfusé et détruit : {accounted} mL. Vérifiez les volumes ; "
            "s'ils sont exacts, confirmez avec un motif.",
            "Out: {out} mL; infused and destroyed: {accounted} mL. Check the volumes; "
            "if they are right, confirm with a reason.",
        ),
    ),
    never(
        "not-a-vial",
        Text("Rien à préparer", "Nothing to prepare"),
        Text(
            "Seuls des flacons se préparent en seringue. Délivrez cette poche telle quelle.",
            "Only vials are drawn into syringes. Issue this bag as it is.",
        ),
    ),
    never(
        "vial-of-another",
        Text("FLACON D'UN AUTRE TRAITEMENT", "VIAL OF ANOTHER THERAPY"),
        Text(
            "Un des flacons n'appartient pas à ce traitement. Arrêtez, séparez les flacons et appelez le pharmacien.",
            "One of the vials is not of this therapy. Stop, set the vials apart and call the pharmacist.",
        ),
    ),
    never(
        "components-mixed",
        Text("COMPOSANTS MÉLANGÉS", "COMPONENTS MIXED"),
        Text(
            "Les flacons n'ont pas le même composant : ne les mélangez pas. Une seringue par composant.",
            "The vials are not of the same component: do not mix them. One syringe a component.",
        ),
    ),
    never(
        "discard-time-late",
        Text("Heure limite trop tardive", "Discard time too late"),
        Text(
            "La seringue est à jeter au plus tard à {discard_at}. Imprimez une étiquette avec cette heure.",
            "The syringe is to be discarded at {discard_at} at the latest. Print a label with that time.",
        ),
    ),
    senior(
        "not-prepared",
        Text("Flacon non préparé", "Vial not prepared"),
        Text(
            "Ce produit se délivre en seringue. Préparez la seringue et son étiquette d'abord.",
            "This product is issued in syringes. Prepare the syringe and its label first.",
        ),
        PHARMACIST,
    ),
    senior(
        "syringe-expired",
        Text("SERINGUE PÉRIMÉE", "SYRINGE EXPIRED"),
        Text(
            "L'heure limite de la seringue ({discard_at}) est dépassée. Ne l'utilisez pas : "
            "appelez le médecin et le pharmacien.",
            "The syringe's discard time ({discard_at}) has passed. Do not use it: "
            "call the physician and the pharmacist.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
)
