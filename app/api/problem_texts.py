"""Every problem that is no refusal of a custody rule: its status and what to tell the person."""

from __future__ import annotations

from app.api.access_texts import ACCESS_PROBLEMS
from app.api.alarm_texts import ALARM_PROBLEMS
from app.api.cold_texts import COLD_PROBLEMS
from app.api.defect_texts import DEFECTS
from app.api.erasure_texts import ERASURE_PROBLEMS
from app.api.identity_texts import IDENTITY
from app.api.ledger_texts import LEDGER
from app.api.problem_kind import Problem, problem_kind
from app.api.profile_texts import PROFILE_PROBLEMS
from app.api.report_texts import REPORTS
from app.api.session_texts import SESSION_PROBLEMS
from app.api.tablet_texts import TABLET_PROBLEMS

PROBLEMS: dict[str, Problem] = {
    **SESSION_PROBLEMS,
    **ERASURE_PROBLEMS,
    **ALARM_PROBLEMS,
    "role-refused": problem_kind(
        403,
        ("Accès refusé", "Access refused"),
        (
            "Votre rôle ne permet pas cette action. Demandez à une personne habilitée.",
            "Your role does not allow this. Ask an entitled person.",
        ),
    ),
    "not-found": problem_kind(
        404,
        ("Introuvable", "Not found"),
        (
            "Cet élément n'existe pas dans votre établissement. Vérifiez l'identifiant.",
            "This does not exist in your establishment. Check the identifier.",
        ),
    ),
    "tablet-not-built": problem_kind(
        503,
        ("Application absente", "App not built"),
        (
            "L'application tablette n'est pas construite ici. Lancez `python3 dev.py run`, ou installez le paquet.",
            "The tablet app is not built here. Run `python3 dev.py run`, or install the package.",
        ),
    ),
    "method-not-allowed": problem_kind(
        405,
        ("Méthode non permise", "Method not allowed"),
        (
            "Cette adresse ne répond pas à cette méthode. Utilisez l'une de celles que nomme l'en-tête Allow.",
            "This address does not answer this method. Use one of those that the Allow header names.",
        ),
    ),
    "body-too-large": problem_kind(
        413,
        ("Message trop grand", "Message too large"),
        (
            "Le message dépasse {limit} octets ; rien n'a été enregistré. Envoyez moins de scans à la fois.",
            "The message exceeds {limit} bytes; nothing was recorded. Send fewer scans at a time.",
        ),
    ),
    "request-invalid": problem_kind(
        422,
        ("Message illisible", "Message not readable"),
        (
            "Le message n'a pas pu être lu ; rien n'a été enregistré. Corrigez les champs indiqués.",
            "The message could not be read; nothing was recorded. Correct the fields named.",
        ),
    ),
    "grant-invalid": problem_kind(
        422,
        ("Demande de jeton illisible", "Token request not readable"),
        (
            "Indiquez grant_type (password, client_credentials ou refresh_token) et ses champs.",
            "State grant_type (password, client_credentials or refresh_token) and its fields.",
        ),
    ),
    "unknown-step": problem_kind(
        422,
        ("Étape inconnue", "Unknown step"),
        (
            "Cette étape n'existe pas. Mettez la tablette à jour : la liste est à /api/v1/steps.",
            "This step does not exist. Update the tablet: the list is at /api/v1/steps.",
        ),
    ),
    "missing-scan": problem_kind(
        422,
        ("Scan manquant", "Scan missing"),
        (
            "Il manque un code pour cette étape : {detail}. Scannez-le, puis validez.",
            "A symbol is missing for this step: {detail}. Scan it, then confirm.",
        ),
    ),
    "details-invalid": problem_kind(
        422,
        ("Saisie incomplète", "Statement incomplete"),
        (
            "Des champs manquent ou sont faux ; rien n'a été enregistré. Corrigez : {detail}.",
            "Fields are missing or wrong; nothing was recorded. Correct: {detail}.",
        ),
    ),
    "not-canonical": problem_kind(
        422,
        ("Valeur impossible", "Impossible value"),
        (
            "Une valeur ne peut pas être enregistrée : nombre à virgule, trop grand, ou caractère cassé. Corrigez-la.",
            "A value cannot be recorded: a fraction, a number too large, or a broken character. Correct it.",
        ),
    ),
    "cursor-invalid": problem_kind(
        422,
        ("Page introuvable", "No such page"),
        ("Reprenez la liste depuis le début.", "Start the list again from its beginning."),
    ),
    **ACCESS_PROBLEMS,
    "roles-invalid": problem_kind(
        422,
        ("Rôles incompatibles", "Roles do not fit"),
        (
            "Ces rôles ne peuvent pas être réunis ou n'existent pas dans cette organisation. Choisissez-en d'autres.",
            "These roles cannot be held together or do not exist in this organisation. Choose others.",
        ),
    ),
    "password-too-short": problem_kind(
        422,
        ("Mot de passe trop court", "Password too short"),
        ("Choisissez au moins 12 caractères.", "Choose at least 12 characters."),
    ),
    "password-is-login": problem_kind(
        422,
        ("Mot de passe trop simple", "Password too simple"),
        (
            "Le mot de passe ne peut pas être l'identifiant. Choisissez-en un autre.",
            "The password cannot be the login. Choose another one.",
        ),
    ),
    "pin-not-six-to-eight-digits": problem_kind(
        422,
        ("Code PIN non valable", "PIN not valid"),
        ("Choisissez de 6 à 8 chiffres.", "Choose 6 to 8 digits."),
    ),
    "pin-too-simple": problem_kind(
        422,
        ("Code PIN trop simple", "PIN too simple"),
        (
            "Choisissez d'autres chiffres, sans suite ni répétition.",
            "Choose other digits, without runs or repetitions.",
        ),
    ),
    "dewar-shape-invalid": problem_kind(
        422,
        ("Forme de cuve impossible", "Impossible dewar shape"),
        (
            "Une cuve compte de 1 à 5000 emplacements. Corrigez les nombres.",
            "A dewar has from 1 to 5000 positions. Correct the numbers.",
        ),
    ),
    "shipper-unreadable": problem_kind(
        422,
        ("Conteneur illisible", "Shipper not readable"),
        (
            "Ce code n'est pas celui d'un conteneur. Scannez l'étiquette du conteneur (SSCC, GRAI ou étiquette Givre).",
            "This is not the symbol of a shipper. Scan the shipper's label (SSCC, GRAI or a Givre label).",
        ),
    ),
    "label-too-small": problem_kind(
        422,
        ("Étiquette trop petite", "Label too small"),
        ("Choisissez un format plus grand ou moins de codes.", "Choose a larger size or fewer symbols."),
    ),
    "label-invalid": problem_kind(
        422,
        ("Étiquette impossible", "Impossible label"),
        (
            "Cette étiquette ne peut pas être dessinée ({detail}). Corrigez la demande.",
            "This label cannot be drawn ({detail}). Correct the request.",
        ),
    ),
    "label-text-unencodable": problem_kind(
        422,
        ("Caractère impossible à coder", "Character that cannot be encoded"),
        (
            "Un code ne peut contenir que des caractères ASCII. Retirez accents et signes spéciaux.",
            "A symbol can hold ASCII characters only. Remove accents and special signs.",
        ),
    ),
    "label-text-too-long": problem_kind(
        422,
        ("Texte trop long pour l'étiquette", "Text too long for the label"),
        ("Raccourcissez les lignes ou choisissez un format plus grand.", "Shorten the lines or choose a larger size."),
    ),
    "label-impossible": problem_kind(
        422,
        ("Étiquette impossible", "Impossible label"),
        (
            "Ces étiquettes ne peuvent pas être dessinées ensemble. Demandez-les une à une.",
            "These labels cannot be drawn together. Ask for them one by one.",
        ),
    ),
    "barcode-not-a-label": problem_kind(
        422,
        ("Valeur impossible pour une étiquette", "Not a label's value"),
        ("Utilisez des majuscules, des chiffres et des tirets.", "Use capitals, digits and hyphens."),
    ),
    "barcode-not-a-symbol": problem_kind(
        422,
        ("Valeur impossible pour un code", "Not a symbol's value"),
        ("Vérifiez la valeur à coder.", "Check the value to encode."),
    ),
    "image-too-large": problem_kind(
        422,
        ("Image trop grande", "Image too large"),
        ("Réduisez l'image, puis envoyez-la à nouveau.", "Make the picture smaller, then send it again."),
    ),
    "image-unreadable": problem_kind(
        422,
        ("Image illisible", "Image not readable"),
        ("Reprenez la photo de l'étiquette.", "Take the picture of the label again."),
    ),
    "scan-id-reused": problem_kind(
        409,
        ("Numéro de scan déjà utilisé", "scan_id used already"),
        (
            "Ce numéro de scan a déjà servi pour un autre scan ; rien n'a été enregistré. Scannez à nouveau.",
            "This scan_id was used for another scan; nothing was recorded. Scan again.",
        ),
    ),
    "already-exists": problem_kind(
        409,
        ("Existe déjà", "Exists already"),
        (
            "Un élément de ce nom existe déjà, ou ce conteneur est déjà en voyage. Choisissez-en un autre.",
            "Something of that name exists already, or this shipper is on a journey. Choose another one.",
        ),
    ),
    "already-closed": problem_kind(
        409,
        ("Déjà clos", "Closed already"),
        (
            "Cet élément est déjà clos ; rien n'a été changé. Actualisez la liste.",
            "This item is closed already; nothing was changed. Refresh the list.",
        ),
    ),
    "own-review": problem_kind(
        409,
        ("Revue de son propre acte", "Review of one's own act"),
        (
            "Vous êtes la personne concernée. Demandez à une autre personne de faire cette revue.",
            "You are the person concerned. Ask somebody else to do this review.",
        ),
    ),
    "deviation-undecided": problem_kind(
        409,
        ("Déviation non décidée", "Deviation not decided"),
        (
            "Désignez d'abord un responsable et enregistrez la décision, puis clôturez la déviation.",
            "Name an owner and record the decision first, then close the deviation.",
        ),
    ),
    "second-person-needed": problem_kind(
        409,
        ("Seconde personne requise", "Second person required"),
        (
            "Un autre pharmacien, médecin ou qualiticien doit signer cet acte sur cette tablette ({detail}).",
            "Another pharmacist, a physician or quality must sign this act on this tablet ({detail}).",
        ),
    ),
    "settle-without-bag": problem_kind(
        409,
        ("Poche non désignée", "Bag not named"),
        (
            "Ce scan ne désignait aucune poche connue. Indiquez laquelle (bag_id), ou écartez le scan avec un motif.",
            "This scan named no known bag. Say which one it was (bag_id), or dismiss the scan with a reason.",
        ),
    ),
    "not-recorded": problem_kind(
        503,
        ("Non enregistré", "Not recorded"),
        (
            "Rien n'a été enregistré. Renvoyez le même scan dans quelques secondes.",
            "Nothing was recorded. Send the same scan again in a few seconds.",
        ),
    ),
    "not-ready-to-serve": problem_kind(
        503,
        ("Service indisponible", "Service not available"),
        ("La base de données ne répond pas. Réessayez.", "The database does not answer. Try again."),
    ),
    **COLD_PROBLEMS,
    **IDENTITY,
    **LEDGER,
    **PROFILE_PROBLEMS,
    **REPORTS,
    **TABLET_PROBLEMS,
    **DEFECTS,
}
"""Code → problem. A test fails when an error of the service has no row here."""
