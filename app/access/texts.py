"""What the user reads, and should do next, for each code of this room."""

from __future__ import annotations

from typing import Final

from app.kit.texts import Text

TEXTS: Final[dict[str, Text]] = {
    "token-invalid": Text(
        "Votre connexion n'est pas reconnue. Reconnectez-vous.",
        "Your sign-in is not recognised. Sign in again.",
    ),
    "token-expired": Text(
        "Votre connexion a expiré. Reconnectez-vous, puis recommencez le dernier geste.",
        "Your sign-in has run out. Sign in again, then repeat the last action.",
    ),
    "refresh-unknown": Text(
        "Cette session est inconnue. Reconnectez-vous.",
        "This session is unknown. Sign in again.",
    ),
    "refresh-expired": Text(
        "Votre session est terminée. Reconnectez-vous.",
        "Your session is over. Sign in again.",
    ),
    "refresh-reused": Text(
        "Cette session a été utilisée deux fois : elle est fermée par sécurité. Reconnectez-vous ; si une autre "
        "tablette était ouverte à votre nom, prévenez l'administrateur.",
        "This session was used twice: it has been closed for safety. Sign in again; if another tablet was open in your "
        "name, tell the administrator.",
    ),
    "sign-in-locked": Text(
        "Trop d'essais manqués. Attendez {minutes} min, puis réessayez ; en cas d'urgence, un collègue se connecte à "
        "son propre nom.",
        "Too many failed attempts. Wait {minutes} min, then try again; if it is urgent, a colleague signs in under "
        "their own name.",
    ),
    "stored-secret-unreadable": Text(
        "Votre mot de passe ou votre code PIN enregistré est illisible. Demandez à l'administrateur d'en créer un.",
        "Your stored password or PIN cannot be read. Ask the administrator to reset it.",
    ),
    "password-too-short": Text(
        "Mot de passe trop court. Choisissez au moins 12 caractères, par exemple quatre mots.",
        "Password too short. Choose at least 12 characters, four words for instance.",
    ),
    "password-is-login": Text(
        "Le mot de passe est votre identifiant. Choisissez-en un autre.",
        "The password is your login. Choose another one.",
    ),
    "pin-not-six-to-eight-digits": Text(
        "Le code PIN doit compter de 6 à 8 chiffres, rien d'autre. Choisissez-en un autre.",
        "The PIN must be 6 to 8 digits and nothing else. Choose another one.",
    ),
    "pin-too-simple": Text(
        "Ce code PIN se devine (suite ou répétition). Choisissez-en un autre.",
        "This PIN is easy to guess (a run or a repeat). Choose another one.",
    ),
    "witness-same-person": Text(
        "Le témoin et l'opérateur sont la même personne. Demandez à un collègue de s'identifier.",
        "The witness and the operator are the same person. Ask a colleague to identify themselves.",
    ),
    "witness-expired": Text(
        "La validation du témoin date de plus de deux minutes. Demandez-lui de s'identifier à nouveau.",
        "The witness's confirmation is more than two minutes old. Ask them to identify themselves again.",
    ),
    "witness-other-step": Text(
        "Le témoin a validé un autre geste. Montrez-lui cette étape et demandez-lui de s'identifier à nouveau.",
        "The witness confirmed another action. Show them this step and ask them to identify themselves again.",
    ),
    "witness-other-site": Text(
        "Le témoin n'est pas rattaché à ce site. Demandez à un collègue présent sur place.",
        "The witness does not belong to this site. Ask a colleague who is here.",
    ),
    "witness-wrong-role": Text(
        "Le témoin n'est pas habilité pour cette étape. Demandez à un collègue habilité.",
        "The witness is not entitled to this step. Ask a colleague who is.",
    ),
}
