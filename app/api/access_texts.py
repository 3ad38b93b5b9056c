"""The problems of accounts, rights and devices: who may do what, from when until when, and on which tablet."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

ACCESS_PROBLEMS: dict[str, Problem] = {
    "own-rights": problem_kind(
        403,
        ("Ses propres droits", "One's own rights"),
        (
            "Personne ne s'accorde de droits. Demandez à une autre personne habilitée de l'enregistrer.",
            "Nobody grants rights to themselves. Ask another entitled person to record it.",
        ),
    ),
    "competence-unknown": problem_kind(
        422,
        ("Compétence inconnue", "Unknown competence"),
        (
            "Cette compétence n'existe pas. Choisissez parmi : {detail}.",
            "There is no such competence. Choose one of: {detail}.",
        ),
    ),
    "period-invalid": problem_kind(
        422,
        ("Validité impossible", "Impossible validity"),
        (
            "La fin de validité doit suivre son début. Corrigez les dates.",
            "The validity must end after it begins. Correct the dates.",
        ),
    ),
}
"""Code → problem."""
