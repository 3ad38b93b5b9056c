"""What cannot be recorded about who a patient is or what a label means, and what to do about it."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

IDENTITY: dict[str, Problem] = {
    "patient-invalid": problem_kind(
        422,
        ("Patient illisible", "Patient not readable"),
        (
            "Le champ « {detail} » du patient ne peut pas être lu. Corrigez-le.",
            "The patient's field “{detail}” cannot be read. Correct it.",
        ),
    ),
    "barcode-not-a-scan-profile": problem_kind(
        422,
        ("Étiquette mal décrite", "Label not well described"),
        (
            "Cette description d'étiquette ne peut pas être utilisée ({detail}). Corrigez motif, schéma ou émetteur.",
            "This description of a label cannot be used ({detail}). Correct pattern, scheme or issuer.",
        ),
    ),
    "scan-profile-unproved": problem_kind(
        422,
        ("Étiquette non prouvée", "Label not proved"),
        (
            "Un échantillon ne se lit pas ainsi, ou se lit de deux façons ({detail}). Scannez de vraies étiquettes.",
            "A sample is not read this way, or is read in two ways ({detail}). Scan real labels.",
        ),
    ),
    "ins-invalid": problem_kind(
        422,
        ("INS non valable", "INS not valid"),
        (
            "Le matricule INS ou son OID est faux ({detail}). Interrogez à nouveau le téléservice INSi.",
            "The INS number or its OID is wrong ({detail}). Ask the INSi service again.",
        ),
    ),
    "ins-typed": problem_kind(
        422,
        ("INS saisie à la main", "INS typed by hand"),
        (
            "Un matricule INS ne se saisit jamais à la main : il vient du serveur d'identités. Retirez-le.",
            "An INS number is never typed by hand: it comes from the identity server. Leave it out.",
        ),
    ),
    "not-the-identity-feed": problem_kind(
        422,
        ("Source d'identité non reconnue", "Not the identity feed"),
        (
            "Seul le compte du serveur d'identités envoie une identité reçue. Indiquez « typed ».",
            "Only the identity server's account sends an identity that was received. State “typed”.",
        ),
    ),
    "other-patients-number": problem_kind(
        409,
        ("Numéro d'un autre patient", "Another patient's number"),
        (
            "Ce numéro (IPP) n'est pas celui de ce dossier ; rien n'a été enregistré. Vérifiez le dossier ouvert.",
            "This patient number is not that of this record; nothing was recorded. Check which record is open.",
        ),
    ),
    "patient-merged": problem_kind(
        409,
        ("Dossier réuni à un autre", "Record merged into another"),
        (
            "Ce dossier a été réuni au dossier {detail}. Ouvrez celui-ci.",
            "This record was merged into record {detail}. Open that one.",
        ),
    ),
    "same-patient": problem_kind(
        409,
        ("Un seul dossier", "One record only"),
        ("Indiquez deux dossiers différents.", "Name two different records."),
    ),
    "merge-needs-two-roles": problem_kind(
        409,
        ("Fusion à deux", "Merging takes two"),
        (
            "Réunir deux dossiers demande un coordinateur et la qualité, deux personnes. Appelez celle qui manque.",
            "Merging two records takes a coordinator and quality, two people. Call the one who is missing.",
        ),
    ),
}
"""Code → problem."""
