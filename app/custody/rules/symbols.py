"""What was scanned or stated names nothing that is known here, or something else than what was asked for."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST, PHYSICIAN, acknowledge, never, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

SYMBOLS: tuple[Rule, ...] = (
    never(
        "unreadable-symbol",
        Text("Code illisible", "Unreadable symbol"),
        Text(
            "Le code n'a pas pu être lu ({reason}). {why}.",
            "The symbol could not be read ({reason}). {why}.",
        ),
    ),
    never(
        "wrong-symbol",
        Text("MAUVAIS CODE", "WRONG SYMBOL"),
        Text(
            "Ce code ne désigne pas ce qui est demandé ici ({slot}). Scannez l'étiquette demandée.",
            "This symbol does not name what is asked for here ({slot}). Scan the label that is asked for.",
        ),
    ),
    never(
        "unknown-bag",
        Text("Poche inconnue", "Unknown bag"),
        Text(
            "Aucune poche de votre établissement ne porte ce code. Mettez la poche de côté et appelez le pharmacien.",
            "No bag of your establishment carries this code. Set the bag aside and call the pharmacist.",
        ),
    ),
    never(
        "ambiguous-bag",
        Text("Plusieurs poches possibles", "Several bags match"),
        Text(
            "Ce code désigne plusieurs poches. Scannez aussi le code produit de la même étiquette.",
            "This code names several bags. Scan the product code of the same label as well.",
        ),
    ),
    never(
        "labels-disagree",
        Text("ÉTIQUETTES DISCORDANTES", "LABELS DISAGREE"),
        Text(
            "Les codes scannés n'appartiennent pas à la même poche. Arrêtez, isolez la poche et appelez le pharmacien.",
            "The scanned codes do not belong to one bag. Stop, isolate the bag and call the pharmacist.",
        ),
    ),
    senior(
        "label-values-differ",
        Text("Étiquettes différentes", "Labels differ"),
        Text(
            "Les étiquettes de cette poche diffèrent ({fields}). Arrêtez et appelez le pharmacien et le médecin.",
            "The labels of this bag differ ({fields}). Stop and call the pharmacist and the physician.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
    senior(
        "label-layer-missing",
        Text("Étiquette non scannée", "Label not scanned"),
        Text(
            "Ce produit demande de comparer aussi : {layers}. Scannez ce qui manque, ou appelez le pharmacien.",
            "This product wants these compared as well: {layers}. Scan what is missing, or call the pharmacist.",
        ),
        PHARMACIST,
    ),
    acknowledge(
        "label-layer-missing-unconfirmed",
        Text("Étiquette à comparer", "Label to compare"),
        Text(
            "Selon une source à confirmer, comparez aussi : {layers}. Scannez ce qui manque, ou confirmez avec un "
            "motif.",
            "A source yet to be confirmed wants these compared as well: {layers}. Scan what is missing, or confirm "
            "with a reason.",
        ),
    ),
    never(
        "label-already-used",
        Text("Étiquette déjà utilisée", "Label already used"),
        Text(
            "Cette étiquette identifie déjà une autre poche. Écartez-la et imprimez une nouvelle étiquette.",
            "This label already names another bag. Discard it and print a new one.",
        ),
    ),
    never(
        "unknown-patient",
        Text("Patient inconnu", "Unknown patient"),
        Text(
            "Ce bracelet ne correspond à aucun patient inscrit. Vérifiez le bracelet, puis appelez le coordinateur.",
            "This wristband belongs to no enrolled patient. Check the wristband, then call the coordinator.",
        ),
    ),
    never(
        "unknown-position",
        Text("Emplacement inconnu", "Unknown position"),
        Text(
            "Cet emplacement n'existe pas dans vos cuves. Scannez l'étiquette d'un emplacement de votre site.",
            "This position exists in none of your dewars. Scan the label of a position of your site.",
        ),
    ),
    never(
        "unknown-shipper",
        Text("Conteneur inconnu", "Unknown shipper"),
        Text(
            "Aucun transport ouvert n'utilise ce conteneur. Créez le transport ou scannez le bon conteneur.",
            "No open shipment uses this shipper. Open the shipment or scan the right shipper.",
        ),
    ),
    never(
        "unknown-therapy",
        Text("Traitement inconnu", "Unknown therapy"),
        Text(
            "Aucun traitement inscrit ne correspond. Vérifiez l'identifiant de chaîne d'identité avec le coordinateur.",
            "No enrolled therapy matches. Check the chain-of-identity identifier with the coordinator.",
        ),
    ),
    never(
        "therapy-exists",
        Text("Traitement déjà inscrit", "Therapy already enrolled"),
        Text(
            "Cet identifiant de chaîne d'identité est déjà inscrit. Ouvrez le traitement existant.",
            "This chain-of-identity identifier is already enrolled. Open the existing therapy.",
        ),
    ),
    never(
        "unknown-profile",
        Text("Profil produit inconnu", "Unknown product profile"),
        Text(
            "Les règles de ce produit (profil) sont introuvables. "
            "Choisissez un produit de la liste ; s'il n'y est pas, appelez le pharmacien.",
            "The rules of this product (profile) cannot be found. "
            "Choose a product from the list; if it is not there, call the pharmacist.",
        ),
    ),
    never(
        "unknown-site",
        Text("Site ou fabricant inconnu", "Unknown site or manufacturer"),
        Text(
            "Le site ou le fabricant indiqué n'existe pas dans votre établissement. Choisissez-le dans la liste.",
            "The stated site or manufacturer does not exist in your establishment. Choose it from the list.",
        ),
    ),
    never(
        "unknown-event",
        Text("Événement introuvable", "No such event"),
        Text(
            "L'événement à corriger n'existe pas pour cette poche. Choisissez-le dans son historique.",
            "The event to correct does not exist for this bag. Choose it in its history.",
        ),
    ),
    never(
        "unknown-hold",
        Text("Blocage introuvable", "No such hold"),
        Text(
            "Ce blocage n'existe pas ou est déjà levé. Actualisez la poche.",
            "This hold does not exist or is lifted already. Refresh the bag.",
        ),
    ),
)
