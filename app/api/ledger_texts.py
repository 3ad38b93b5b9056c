"""Problems of the published log, which nobody needs an account to read."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

LEDGER: dict[str, Problem] = {
    "nothing-published": problem_kind(
        404,
        ("Rien de publié", "Nothing published"),
        (
            "Ce journal n'a encore aucun point de contrôle. Réessayez dans quelques secondes.",
            "This log has no checkpoint yet. Try again in a few seconds.",
        ),
    ),
    "checkpoint-unknown": problem_kind(
        404,
        ("Point de contrôle inconnu", "Unknown checkpoint"),
        (
            "Ce journal n'a publié aucun point de contrôle de cette taille. Donnez la taille de votre dernière visite.",
            "This log published no checkpoint of that size. Give the size of your last visit.",
        ),
    ),
    "ledger-frozen": problem_kind(
        503,
        ("Publication suspendue", "Publication suspended"),
        (
            "Le journal public est suspendu ; les scans restent enregistrés. Prévenez l'administrateur.",
            "The public log is suspended; scans are still recorded. Tell the administrator.",
        ),
    ),
}
