"""Why something is not erased, or lies outside what an auditor was given to see."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

ERASURE_PROBLEMS: dict[str, Problem] = {
    "erasure-needs-two": problem_kind(
        403,
        ("Deux personnes nécessaires", "Two people needed"),
        (
            "L'assurance qualité efface, avec un pharmacien ou une autre personne de l'assurance qualité qui signe.",
            "Quality erases, with a pharmacist or another person of quality who signs.",
        ),
    ),
    "erasure-therapy-live": problem_kind(
        409,
        ("Thérapie en cours", "Therapy under way"),
        (
            "Une poche de cette thérapie peut encore servir ({detail}) : rien n'est effacé avant la fin de sa vie.",
            "A bag of this therapy may still be used ({detail}): nothing is erased before its life is over.",
        ),
    ),
    "erasure-retention-runs": problem_kind(
        409,
        ("Conservation obligatoire", "Retention runs"),
        (
            "La loi impose de garder ces données jusqu'au {detail} (traçabilité des MTI). Répondez au demandeur ainsi.",
            "The law asks to keep these data until {detail} (ATMP traceability). Answer whoever asked accordingly.",
        ),
    ),
    "already-erased": problem_kind(
        409,
        ("Déjà effacé", "Already erased"),
        ("Cela a déjà été effacé ; rien d'autre n'est à faire.", "This was erased before; nothing else is to be done."),
    ),
    "not-erasable": problem_kind(
        409,
        ("Non effaçable", "Not erasable"),
        (
            "Cet événement ({detail}) ne peut pas être effacé : comptes, lectures et effacements restent.",
            "This event ({detail}) cannot be erased: accounts, readings and erasures stay.",
        ),
    ),
    "audit-scope": problem_kind(
        422,
        ("Périmètre d'audit illisible", "Audit scope not readable"),
        (
            "Ce périmètre d'audit ne peut pas être donné ({detail}). Corrigez sites, période ou rôle.",
            "This audit scope cannot be given ({detail}). Correct sites, period or role.",
        ),
    ),
    "outside-audit-scope": problem_kind(
        403,
        ("Hors du périmètre d'audit", "Outside the audit scope"),
        (
            "Votre compte d'audit est limité et ne montre pas cette page. Demandez un périmètre plus large.",
            "Your audit account is limited and does not show this page. Ask for a wider scope.",
        ),
    ),
    "nothing-in-scope": problem_kind(
        404,
        ("Rien à exporter", "Nothing to export"),
        (
            "Aucune poche de votre périmètre n'a encore été publiée. Réessayez plus tard.",
            "No bag of your scope was published yet. Try again later.",
        ),
    ),
}
