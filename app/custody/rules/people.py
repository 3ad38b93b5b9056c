"""Who may act, from which site, and who stands beside them."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST_OR_QUALITY, PHYSICIAN, never, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

PEOPLE: tuple[Rule, ...] = (
    never(
        "not-your-role",
        Text("Acte réservé", "Not your role"),
        Text(
            "Cet acte est réservé à : {roles}. Demandez à une personne habilitée de scanner.",
            "This act is reserved for: {roles}. Ask an entitled person to scan.",
        ),
    ),
    never(
        "no-site",
        Text("Compte sans site", "Account without a site"),
        Text(
            "Ce compte n'est rattaché à aucun site : il ne peut répondre d'aucune poche. "
            "Connectez-vous avec un compte de site, ou appelez l'administrateur.",
            "This account belongs to no site, so it can answer for no bag. "
            "Sign in with a site's account, or call the administrator.",
        ),
    ),
    senior(
        "not-your-site",
        Text("Poche d'un autre site", "Bag of another site"),
        Text(
            "Un autre site est responsable de cette poche. Enregistrez d'abord la remise ou la réception.",
            "Another site answers for this bag. Record the hand-over or the reception first.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
    never(
        "witness-required",
        Text("Second contrôle requis", "Second person required"),
        Text(
            "Cette étape demande une seconde personne. Faites-la s'identifier sur cette tablette, puis validez.",
            "This step needs a second person. Have them identify themselves on this tablet, then confirm.",
        ),
    ),
    never(
        "typed-needs-second-person",
        Text("Saisie à vérifier à deux", "Typed entry needs two people"),
        Text(
            "Un identifiant saisi à la main doit être relu par une seconde personne. Scannez l'étiquette, ou faites "
            "identifier un collègue.",
            "An identifier typed by hand must be read by a second person as well. Scan the label, or have a colleague "
            "identify themselves.",
        ),
    ),
    never(
        "witness-same-person",
        Text("Même personne", "Same person"),
        Text(
            "Le second contrôle doit être fait par une autre personne. Appelez un collègue habilité.",
            "The second check must be done by another person. Call an entitled colleague.",
        ),
    ),
    never(
        "witness-wrong-role",
        Text("Second contrôle non habilité", "Witness not entitled"),
        Text(
            "Cette personne n'est pas habilitée à ce second contrôle. Appelez : {roles}.",
            "This person is not entitled to this second check. Call one of: {roles}.",
        ),
    ),
    never(
        "witness-other-site",
        Text("Second contrôle d'un autre site", "Witness of another site"),
        Text(
            "Le second contrôle doit être fait par une personne de votre site. Appelez un collègue sur place.",
            "The second check must be done by a person of your site. Call a colleague who is there.",
        ),
    ),
    never(
        "witness-other-step",
        Text("Signature d'une autre étape", "Signature of another step"),
        Text(
            "La signature du témoin ne correspond pas à cette étape. Faites-lui signer ce qui est à l'écran.",
            "The witness signed another step. Have them sign what is on the screen.",
        ),
    ),
    never(
        "witness-expired",
        Text("Signature expirée", "Signature expired"),
        Text(
            "La signature du témoin a plus de deux minutes. Faites-le signer à nouveau.",
            "The witness's signature is older than two minutes. Have them sign again.",
        ),
    ),
    never(
        "witness-invalid",
        Text("Signature refusée", "Signature refused"),
        Text(
            "La signature du témoin n'est pas valable. Faites-le s'identifier à nouveau sur cette tablette.",
            "The witness's signature is not valid. Have them identify themselves again on this tablet.",
        ),
    ),
    never(
        "witness-used",
        Text("Signature déjà utilisée", "Signature already used"),
        Text(
            "Cette signature a déjà servi. Faites signer le témoin à nouveau.",
            "This signature was used already. Have the witness sign again.",
        ),
    ),
    never(
        "hold-needs-two",
        Text("Deux personnes requises", "Two people required"),
        Text(
            "La levée de ce blocage demande une personne pour chaque rôle : {roles}. "
            "Une seule personne ne compte jamais pour deux : appelez la seconde.",
            "Lifting this hold needs a person of its own for each role: {roles}. "
            "One person never counts for two: call the second one.",
        ),
    ),
    never(
        "hold-needs-roles",
        Text("Levée non habilitée", "Not entitled to lift"),
        Text(
            "La levée de ce blocage demande ensemble : {roles}. Appelez la personne qui manque.",
            "Lifting this hold needs together: {roles}. Call the person who is missing.",
        ),
    ),
    senior(
        "training-missing",
        Text("Formation manquante", "Training missing"),
        Text(
            "Aucune formation valable n'est enregistrée ({competence}) pour : {who}. Faites agir une personne formée, "
            "ou faites autoriser par un pharmacien ou la qualité, avec un motif.",
            "No valid training is on record ({competence}) for: {who}. Have a trained person act, "
            "or have a pharmacist or quality authorise it, with a reason.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
    senior(
        "training-expired",
        Text("Formation expirée", "Training expired"),
        Text(
            "La formation ({competence}) a expiré le {since} pour : {who}. Faites agir une personne formée, "
            "ou faites autoriser par un pharmacien ou la qualité, avec un motif.",
            "The training ({competence}) ran out on {since} for: {who}. Have a trained person act, "
            "or have a pharmacist or quality authorise it, with a reason.",
        ),
        PHARMACIST_OR_QUALITY,
    ),
    senior(
        "delegation-missing",
        Text("Délégation manquante", "Delegation missing"),
        Text(
            "Essai {protocol} : aucune délégation de l'investigateur ({task}) pour : {who}. Faites agir une personne "
            "déléguée, ou faites autoriser par un médecin investigateur, avec un motif.",
            "Trial {protocol}: no delegation by the investigator ({task}) for: {who}. Have a delegated person act, "
            "or have an investigating physician authorise it, with a reason.",
        ),
        PHYSICIAN,
    ),
    senior(
        "delegation-expired",
        Text("Délégation expirée", "Delegation expired"),
        Text(
            "Essai {protocol} : la délégation ({task}) a expiré le {since} pour : {who}. Faites agir une personne "
            "déléguée, ou faites autoriser par un médecin investigateur, avec un motif.",
            "Trial {protocol}: the delegation ({task}) ran out on {since} for: {who}. Have a delegated person act, "
            "or have an investigating physician authorise it, with a reason.",
        ),
        PHYSICIAN,
    ),
)
