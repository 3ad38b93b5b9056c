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
    "account-ended": problem_kind(
        401,
        ("Compte arrivé à échéance", "Account over"),
        (
            "La durée de votre compte est écoulée. Demandez à l'administrateur de la prolonger.",
            "Your account's time is over. Ask the administrator to extend it.",
        ),
    ),
    "account-end": problem_kind(
        422,
        ("Échéance à indiquer", "An end is needed"),
        (
            "Indiquez une date de fin à venir ; le compte d'un auditeur en a toujours une.",
            "State an end that lies ahead; an auditor's account always has one.",
        ),
    ),
    "device-retired": problem_kind(
        401,
        ("Tablette retirée du service", "Tablet retired"),
        (
            "Cette tablette a été retirée du service. Prenez-en une autre.",
            "This tablet was retired. Take another one.",
        ),
    ),
    "password-needed": problem_kind(
        401,
        ("Mot de passe nécessaire", "Password needed"),
        (
            "Connectez-vous d'abord ici avec votre mot de passe ; le code PIN suffira ensuite pendant 12 heures.",
            "Sign in on this tablet with your password first; your PIN then suffices for 12 hours.",
        ),
    ),
    "badge-unreadable": problem_kind(
        422,
        ("Badge illisible", "Badge not readable"),
        (
            "Scannez votre badge, ou saisissez votre identifiant : l'un des deux.",
            "Scan your badge, or type your login: one of the two.",
        ),
    ),
    "break-glass-role": problem_kind(
        403,
        ("Rôle non prêté", "Role not lent"),
        (
            "L'accès d'urgence ne prête que l'un de ces rôles, à un soignant d'un site : {detail}.",
            "Emergency access lends only one of these roles, to a clinical person of a site: {detail}.",
        ),
    ),
    "break-glass-open": problem_kind(
        409,
        ("Accès d'urgence déjà ouvert", "Emergency access open already"),
        (
            "Un accès d'urgence est ouvert à votre nom jusqu'à {detail}. Attendez, ou appelez un collègue habilité.",
            "Emergency access is open in your name until {detail}. Wait, or call an entitled colleague.",
        ),
    ),
}
"""Code → problem."""
