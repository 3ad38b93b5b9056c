"""The right bag, for the right patient, with the right papers, in the right shipper."""

from __future__ import annotations

from app.custody.rules.rungs import acknowledge, never
from app.custody.verdict import Rule
from app.kit.texts import Text

IDENTITY: tuple[Rule, ...] = (
    never(
        "wrong-bag",
        Text("MAUVAISE POCHE", "WRONG BAG"),
        Text(
            "Ce n'est pas la poche attendue ici. Ne continuez pas : reposez-la et scannez la bonne poche.",
            "This is not the bag expected here. Do not go on: put it back and scan the right bag.",
        ),
    ),
    never(
        "wrong-patient",
        Text("MAUVAIS PATIENT", "WRONG PATIENT"),
        Text(
            "Cette poche n'est pas celle de ce patient. "
            "Arrêtez immédiatement, gardez la poche avec vous et appelez le pharmacien.",
            "This bag is not this patient's. Stop at once, keep the bag with you and call the pharmacist.",
        ),
    ),
    never(
        "no-collection-awaited",
        Text("AUCUN PRÉLÈVEMENT ATTENDU", "NO COLLECTION AWAITED"),
        Text(
            "Aucun prélèvement n'est attendu pour ce patient. Vérifiez le bracelet et le nom ; si c'est bien lui, "
            "appelez le coordinateur avant de prélever.",
            "No collection is awaited for this patient. Check the wristband and the name; if it is the right patient, "
            "call the coordinator before collecting.",
        ),
    ),
    never(
        "wrong-shipper",
        Text("MAUVAIS CONTENEUR", "WRONG SHIPPER"),
        Text(
            "Cette poche ne voyage pas dans ce conteneur. Arrêtez et comparez avec le bon de transport.",
            "This bag does not travel in this shipper. Stop and compare with the waybill.",
        ),
    ),
    never(
        "wrong-document",
        Text("MAUVAIS DOCUMENT", "WRONG DOCUMENT"),
        Text(
            "Ce document appartient à un autre traitement. Arrêtez et prenez le document de cette poche.",
            "This document belongs to another therapy. Stop and take the document of this bag.",
        ),
    ),
    never(
        "wrong-destination",
        Text("MAUVAIS DESTINATAIRE", "WRONG DESTINATION"),
        Text(
            "Ce transport est destiné à un autre site. N'ouvrez pas le conteneur et appelez l'expéditeur.",
            "This shipment is bound for another site. Do not open the shipper and call the sender.",
        ),
    ),
    never(
        "not-your-product",
        Text("Produit d'un autre fabricant", "Another manufacturer's product"),
        Text(
            "Ce traitement relève d'un autre fabricant. Vérifiez l'identifiant de chaîne d'identité.",
            "This therapy belongs to another manufacturer. Check the chain-of-identity identifier.",
        ),
    ),
    never(
        "wrong-lot-count",
        Text("Nombre de poches inattendu", "Unexpected number of bags"),
        Text(
            "Ce produit compte de {low} à {high} poches par dose. Vérifiez la déclaration de fabrication.",
            "This product has {low} to {high} bags per dose. Check the manufacturing record.",
        ),
    ),
    acknowledge(
        "wrong-lot-count-unconfirmed",
        Text("Nombre de poches à confirmer", "Number of bags to be confirmed"),
        Text(
            "Ce produit compterait de {low} à {high} poches par dose ; la source reste à confirmer. "
            "Vérifiez la déclaration, ou confirmez avec un motif.",
            "This product is said to have {low} to {high} bags per dose; the source is yet to be confirmed. "
            "Check the record, or confirm with a reason.",
        ),
    ),
    never(
        "identity-not-confirmed",
        Text("IDENTITÉ NON CONFIRMÉE", "IDENTITY NOT CONFIRMED"),
        Text(
            "Le patient n'a pas dit son nom et sa date de naissance, ou ils ne concordent pas. "
            "N'administrez pas : gardez la poche avec vous et appelez le médecin et le pharmacien.",
            "The patient did not say name and date of birth, or they do not agree. "
            "Do not administer: keep the bag with you and call the physician and the pharmacist.",
        ),
    ),
    never(
        "patient-traits-differ",
        Text("AUTRE PATIENT SOUS CE NUMÉRO", "ANOTHER PATIENT UNDER THIS NUMBER"),
        Text(
            "Ce numéro (IPP) est celui d'un patient dont les traits sont différents. Vérifiez le numéro ; "
            "si les traits ont changé, faites-les d'abord corriger.",
            "This patient number belongs to a patient with other traits. Check the number; if the traits changed, have "
            "them corrected first.",
        ),
    ),
    acknowledge(
        "homonym",
        Text("HOMONYME POSSIBLE", "POSSIBLE HOMONYM"),
        Text(
            "Un autre patient porte le même nom, ou un nom proche avec la même date de naissance. "
            "Vérifiez l'IPP et les traits avec le patient, puis confirmez avec un motif.",
            "Another patient has the same name, or a similar one with the same date of birth. "
            "Check number and traits with the patient, then confirm with a reason.",
        ),
    ),
    never(
        "not-identified",
        Text("Identité non vérifiée", "Identity not verified"),
        Text(
            "Avant la perfusion, vérifiez à deux, au lit du patient, la poche, le bracelet et la prescription.",
            "Before the infusion, two people check bag, wristband and prescription together at the bedside.",
        ),
    ),
)
