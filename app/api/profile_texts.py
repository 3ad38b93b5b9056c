"""What a person hears whose product profile could not be recorded, signed or withdrawn."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

PROFILE_PROBLEMS: dict[str, Problem] = {
    "profile-invalid": problem_kind(
        422,
        ("Profil produit illisible", "Product profile not readable"),
        (
            "Ce profil n'a pas pu être lu ; rien n'a été enregistré. Corrigez : {detail}.",
            "This profile could not be read; nothing was recorded. Correct: {detail}.",
        ),
    ),
    "profile-not-next": problem_kind(
        409,
        ("Autre numéro de version", "Another version number"),
        (
            "La prochaine version est la {next_version}. Relisez la plus récente, puis proposez la suivante.",
            "The next version is {next_version}. Read the newest one again, then propose the next.",
        ),
    ),
    "profile-not-draft": problem_kind(
        409,
        ("Version non signable", "Version not open for signature"),
        (
            "Cette version est déjà signée, retirée ou dépassée par une autre. Signez la plus récente.",
            "This version is signed already, withdrawn, or overtaken by another one. Sign the newest.",
        ),
    ),
    "profile-not-in-force": problem_kind(
        409,
        ("Version non en vigueur", "Version not in force"),
        (
            "Cette version n'est pas en vigueur : il n'y a rien à retirer. Actualisez la liste.",
            "This version is not in force: there is nothing to withdraw. Refresh the list.",
        ),
    ),
    "profile-altered": problem_kind(
        409,
        ("Document différent de celui qui a été lu", "Not the document that was read"),
        (
            "Le document n'est pas celui que vous avez lu. Relisez cette version, puis signez-la.",
            "The document is not the one you read. Read this version again, then sign it.",
        ),
    ),
    "profile-own-proposal": problem_kind(
        409,
        ("Votre propre proposition", "Your own proposal"),
        (
            "Vous avez proposé cette version. Faites-la signer par un autre pharmacien.",
            "You proposed this version. Have another pharmacist sign it.",
        ),
    ),
}
