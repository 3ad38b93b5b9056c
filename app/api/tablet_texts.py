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
    "photo-absent": problem_kind(
        404,
        ("Photo absente", "Photograph not there"),
        (
            "La photo est citée, mais ses octets ne sont pas là : pas encore envoyés, ou effacés.",
            "The photograph is named, but its bytes are not there: they have not been sent yet, or were erased.",
        ),
    ),
    "photo-not-named": problem_kind(
        409,
        ("Photo non citée", "Photograph not named"),
        (
            "Cet acte ne cite pas cette photo. Ajoutez-la par une nouvelle observation.",
            "This act does not name this photograph. Add it by a new observation.",
        ),
    ),
    "photo-tells-more": problem_kind(
        422,
        ("Photo trop bavarde", "Photograph tells too much"),
        (
            "La photo porte des données cachées ({detail}), comme le lieu. Retirez-les avant de la citer.",
            "The photograph carries hidden data ({detail}), such as the place. Remove them before you name it.",
        ),
    ),
    "photo-unreadable": problem_kind(
        422,
        ("Photo illisible", "Photograph unreadable"),
        (
            "Ce fichier n'est pas une photo JPEG ou PNG entière. Reprenez la photo.",
            "This file is no whole JPEG or PNG picture. Take the photograph again.",
        ),
    ),
    "reason-missing": problem_kind(
        422,
        ("Motif manquant", "Reason missing"),
        ("Dites pourquoi, puis renvoyez.", "Say why, then send it again."),
    ),
}
"""Code → problem."""
