"""The problems of accounts, rights and devices: who may do what, from when until when, and on which tablet."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

ACCESS_PROBLEMS: dict[str, Problem] = {
    "token-missing": problem_kind(
        401,
        ("Non connecté", "Not signed in"),
        ("Connectez-vous, puis recommencez.", "Sign in, then try again."),
    ),
    "token-invalid": problem_kind(
        401,
        ("Session non valable", "Session not valid"),
        ("Votre session n'est pas valable. Connectez-vous à nouveau.", "Your session is not valid. Sign in again."),
    ),
    "token-expired": problem_kind(
        401,
        ("Session expirée", "Session expired"),
        ("Votre session a expiré. Connectez-vous à nouveau.", "Your session has expired. Sign in again."),
    ),
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
