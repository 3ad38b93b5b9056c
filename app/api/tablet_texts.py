"""What a tablet is told when something of its own cannot be done."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

TABLET_PROBLEMS: dict[str, Problem] = {
    "countersignature-not-yours": problem_kind(
        409,
        ("Contreseing d'une autre personne", "Somebody else's countersignature"),
        (
            "Cet acte attend la personne qui y était nommée. Qu'elle ouvre sa propre session et contresigne.",
            "This act waits for the person named in it. Have them sign in themselves and countersign.",
        ),
    ),
    "count-period-invalid": problem_kind(
        422,
        ("Période impossible", "Impossible period"),
        ("Choisissez de 1 à 92 jours, le début avant la fin.", "Choose 1 to 92 days, the first before the last."),
    ),
    "passkey-refused": problem_kind(
        401,
        ("Clé d'accès refusée", "Passkey refused"),
        (
            "La clé d'accès n'a pas signé cet acte. Recommencez, ou signez avec votre code PIN.",
            "The passkey did not sign this act. Try again, or sign with your PIN.",
        ),
    ),
    "no-own-authority": problem_kind(
        404,
        ("Pas d'autorité propre", "No authority of its own"),
        (
            "Ce service n'a pas d'autorité propre : il n'y a rien à installer. Lancez-le avec `givre serve --tls`.",
            "This service has no authority of its own: there is nothing to install. Start it with `givre serve --tls`.",
        ),
    ),
    "reason-missing": problem_kind(
        422,
        ("Motif manquant", "Reason missing"),
        ("Dites pourquoi, puis renvoyez.", "Say why, then send it again."),
    ),
}
"""Code → problem."""
