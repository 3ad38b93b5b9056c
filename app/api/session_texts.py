"""What a person hears who could not sign in, or not stay signed in."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

SESSION_PROBLEMS: dict[str, Problem] = {
    "sign-in-refused": problem_kind(
        401,
        ("Connexion refusée", "Sign-in refused"),
        (
            "L'identifiant ou le secret est faux. Vérifiez-les, puis recommencez.",
            "The login or the secret is wrong. Check both, then try again.",
        ),
    ),
    "refresh-refused": problem_kind(
        401,
        ("Session terminée", "Session over"),
        ("Votre session est terminée. Connectez-vous à nouveau.", "Your session is over. Sign in again."),
    ),
    "sign-in-locked": problem_kind(
        429,
        ("Connexion verrouillée", "Sign-in locked"),
        (
            "Trop d'essais. Attendez {retry_after_seconds} secondes ou appelez l'administrateur.",
            "Too many tries. Wait {retry_after_seconds} seconds or call the administrator.",
        ),
    ),
}
