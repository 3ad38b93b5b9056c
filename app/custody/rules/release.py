"""What a bag must carry before it may be given: its certificate, or all that stands in for a missed specification."""

from __future__ import annotations

from app.custody.rules.rungs import never
from app.custody.verdict import Rule
from app.kit.texts import Text

RELEASE: tuple[Rule, ...] = (
    never(
        "certificate-missing",
        Text("Certificat absent", "Certificate missing"),
        Text(
            "Le certificat de libération de cette poche n'est pas enregistré : elle n'est ni décongelée ni perfusée. "
            "Saisissez-le en levant le blocage « certificat ».",
            "This bag's release certificate is not on record: it is neither thawed nor infused. "
            "State it when lifting the hold “certificate”.",
        ),
    ),
    never(
        "specification-out",
        Text("POCHE HORS SPÉCIFICATION", "BAG OUT OF SPECIFICATION"),
        Text(
            "Cette poche est hors spécification : une libération normale n'est pas possible. "
            "Utilisez la libération hors spécification, avec ses cinq pièces.",
            "This bag is out of specification: a normal release is not possible. "
            "Use the release out of specification, with its five items.",
        ),
    ),
    never(
        "oos-incomplete",
        Text("Dossier hors spécification incomplet", "Out-of-specification file incomplete"),
        Text("Il manque : {missing}. Faites-les enregistrer, puis libérez.", "Missing: {missing}. Have it recorded."),
    ),
    never(
        "oos-wrong-role",
        Text("Pièce réservée", "Item of another role"),
        Text(
            "Cette pièce est enregistrée par : {roles}. Demandez à cette personne de la saisir.",
            "This item is recorded by: {roles}. Ask that person to state it.",
        ),
    ),
    never(
        "oos-not-seen",
        Text("POCHE HORS SPÉCIFICATION", "BAG OUT OF SPECIFICATION"),
        Text(
            "Cette poche a été libérée hors spécification. "
            "Lisez-en le motif avec le médecin, puis confirmez l'avoir vu avant de commencer.",
            "This bag was released out of specification. "
            "Read why together with the physician, then confirm that you saw it before you start.",
        ),
    ),
)
