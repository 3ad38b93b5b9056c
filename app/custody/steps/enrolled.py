"""A coordinator opens a therapy: chain of identity, product, patient; its collection bag, if any, is expected."""

from __future__ import annotations

from app.custody.checks import signed_profile
from app.custody.effects import Effects
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step
from app.custody.verdict import Breach
from app.kit.texts import Text


def _is_new(situation: Situation) -> Breach | None:
    return Breach("therapy-exists") if situation.therapy is not None else None


def _nobody_alike(situation: Situation) -> Breach | None:
    return Breach("homonym") if situation.homonyms else None


def _same_person(situation: Situation) -> Breach | None:
    return Breach("patient-traits-differ") if situation.traits_differ else None


def _effect(_situation: Situation) -> Effects:
    return Effects()  # the therapy and its first bag are made by the action: they need ids and the patient's record


ENROLLED = Step(
    tag="enrolled",
    labels=Text("Inscrire un traitement", "Enrol a therapy"),
    subject="therapy",
    roles=frozenset({"coordinator"}),
    moves=(),
    slots=(),
    fields=(
        Field(
            "coi",
            "text",
            Text("Identifiant de chaîne d'identité", "Chain-of-identity identifier"),
            required=True,
            maximum=64,
            example="CHA999926000001",
        ),
        Field(
            "coi_issuer",
            "text",
            Text("Émetteur de l'identifiant", "Issuer of the identifier"),
            maximum=64,
            example="isbt128",
        ),
        Field(
            "product",
            "text",
            Text("Produit (profil)", "Product (profile)"),
            required=True,
            maximum=64,
            example="kymriah",
        ),
        Field(
            "patient",
            "objects",
            Text("Patient", "Patient"),
            required=True,
            private=True,
            example={
                "ipp": "A9990-000001",
                "family_name": "DUPONT",
                "given_name": "Camille",
                "birth_date": "1958-03-14",
                "sex": "F",
            },
            fields=(
                Field(
                    "ipp",
                    "text",
                    Text("IPP (émetteur-numéro)", "Local patient number (issuer-number)"),
                    required=True,
                    maximum=32,
                    example="A9990-000001",
                ),
                Field(
                    "family_name",
                    "text",
                    Text("Nom de naissance", "Birth name"),
                    required=True,
                    maximum=100,
                    example="DUPONT",
                ),
                Field(
                    "given_name",
                    "text",
                    Text("Premier prénom", "First given name"),
                    required=True,
                    maximum=100,
                    example="Camille",
                ),
                Field(
                    "birth_date",
                    "date",
                    Text("Date de naissance", "Date of birth"),
                    required=True,
                    maximum=10,
                    private=True,
                    example="1958-03-14",
                ),
                Field("sex", "choice", Text("Sexe", "Sex"), required=True, choices=("F", "M", "I"), example="F"),
                # Only the identity feed may state it (``refuse_typed_ins``): no screen asks a person for it.
                Field("ins", "text", Text("Matricule INS", "INS number"), maximum=15, retired=True),
            ),
        ),
        Field(
            "manufacturer",
            "text",
            Text("Fabricant (organisation)", "Manufacturer (organisation)"),
            required=True,
            maximum=64,
            example="A9991",
        ),
        Field(
            "collection_site",
            "text",
            Text("Site de prélèvement", "Collection site"),
            maximum=64,
            example="A9992",
        ),
        Field(
            "prescriber",
            "text",
            Text("Prescripteur", "Prescriber"),
            required=True,
            maximum=100,
            example="Dr Martin",
            private=True,
        ),
        Field(
            "planned_collection",
            "date",
            Text("Prélèvement prévu", "Planned collection"),
            example="2026-12-01",
        ),
        Field("planned_infusion", "date", Text("Perfusion prévue", "Planned infusion"), example="2027-01-15"),
    ),
    witness=None,
    epcis=Epcis("none", "OBSERVE", "none", None),
    effect=_effect,
    checks=(_is_new, signed_profile, _same_person, _nobody_alike),
    rules=(
        "therapy-exists",
        "unknown-profile",
        "profile-unsigned",
        "profile-withdrawn",
        "unknown-site",
        "patient-traits-differ",
        "homonym",
    ),
    anywhere=True,
    offline=False,
    hint=Text(
        "La poche de prélèvement est alors « attendue » ; un produit allogénique n'en a pas.",
        "The collection bag is then “expected”; an allogeneic product has none.",
    ),
)
