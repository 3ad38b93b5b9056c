"""What a terminal says when a command could not do what it was asked: one line, in its reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError

from app.api.problem_sentence import failure_members, filled
from app.api.problem_texts import PROBLEMS
from app.kit.errors import GivreError
from app.kit.texts import Text
from app.settings import Settings

COMPLAINTS: Final[Mapping[str, Text]] = {
    "alarm-undelivered": Text("L'appel n'a pas été remis.", "The call was not handed over."),
    "cannot-rebuild": Text(
        "La base ne peut pas être relue ou réécrite ainsi ; rien n'a été changé.",
        "The database cannot be read or written as asked; nothing was changed.",
    ),
    "cosign-settings": Text(
        "Ces options ne désignent pas un journal à suivre, une clé ou une adresse d'écoute. Corrigez-les.",
        "These options name no log to follow, no key or no place to listen. Correct them.",
    ),
    "cosigner-failed": Text(
        "Un cosignataire de la démonstration n'a pas démarré.", "One of the demonstration's cosigners did not start."
    ),
    "cosigner-state": Text(
        "L'état de ce cosignataire est endommagé, ou tenu par un autre processus : rien n'est signé.",
        "This cosigner's state is damaged, or held by another process: nothing is signed.",
    ),
    "credentials-unreadable": Text(
        "Le fichier des comptes de la démonstration est illisible.",
        "The demonstration's file of sign-ins is unreadable.",
    ),
    "database-in-use": Text(
        "La base contient déjà un établissement : une démonstration n'y a pas sa place. Prenez une base vide.",
        "The database holds an operator: no place for a demonstration. Take an empty one.",
    ),
    "demo-failed": Text(
        "Le service a répondu autrement que la démonstration ne l'attend.",
        "The service answered otherwise than the demonstration expects.",
    ),
    "demo-unfinished": Text(
        "Une démonstration a été commencée ici et jamais terminée : personne n'en connaît les mots de passe.",
        "A demonstration was begun here and never finished: nobody knows its passwords.",
    ),
    "file-unusable": Text(
        "Un fichier ne peut pas être lu ou écrit. Vérifiez son nom et vos droits.",
        "A file cannot be read or written. Check its name and your rights.",
    ),
    "ledger-damaged": Text(
        "Le registre se contredit ; rien n'a été changé : restaurez-le depuis une sauvegarde.",
        "The ledger contradicts itself; nothing was changed: restore it from a backup.",
    ),
    "ledger-timestamp": Text(
        "L'horodatage ou son certificat ne peut pas être retenu.", "The time stamp or its certificate cannot be used."
    ),
    "log-key": Text(
        "Une clé du journal est absente, ou d'autres peuvent la lire.",
        "A key of the log is missing, or others may read it.",
    ),
    "mapping-unknown": Text(
        "Aucune description de fichier n'est gardée sous ce nom.", "No file description is kept under that name."
    ),
    # What the service said of it stands whole in the message, in the language that it was asked in.
    "not-done": Text("{detail}", "{detail}"),
    "not-leading": Text(
        "Un autre processus publie le journal de cette base. Arrêtez d'abord le service.",
        "Another process publishes this database's log. Stop the service first.",
    ),
    "picture-unreadable": Text(
        "Cette image ou ce code ne convient pas.", "This picture or this identifier will not do."
    ),
    "role-too-powerful": Text(
        "Le rôle de la base pourrait modifier le registre. Servez sous le rôle de l'application.",
        "The database role could alter the ledger. Serve as the application's role.",
    ),
    "secret-missing": Text(
        "Il manque le mot de passe ou le code PIN de cette personne.", "This person's password or PIN is missing."
    ),
    "server-failed": Text(
        "Le serveur privé de la démonstration n'a pas démarré.", "The demonstration's private server did not start."
    ),
    "setting-invalid": Text(
        "Un réglage de l'environnement n'est pas valable. Corrigez-le.",
        "A setting of the environment is not valid. Correct it.",
    ),
    "several-bags": Text(
        "Plusieurs poches portent cet identifiant. Donnez l'id de la poche.",
        "Several bags carry this identifier. Give the bag's id.",
    ),
    "statement-invalid": Text("La saisie ne convient pas à cette étape.", "The statement does not fit this step."),
    "tls-authority": Text(
        "L'autorité de cette installation ne peut pas servir : ses fichiers sont endommagés, désassortis ou périmés.",
        "This installation's authority cannot be used: its files are damaged, do not match or are out of date.",
    ),
    "tls-certificate": Text(
        "Le certificat ou sa clé ne peut pas servir.", "The certificate or its key cannot be used."
    ),
    "tls-name": Text(
        "Ce n'est ni un nom d'hôte ni une adresse, ou l'autorité ne peut pas en répondre.",
        "This is no host name and no address, or the authority may not vouch for it.",
    ),
    "unreachable": Text("Le service ne répond pas.", "The service does not answer."),
    "witness-failed": Text("Un témoin ne cosigne pas.", "A witness does not cosign."),
    "witness-unreachable": Text("Un témoin ne répond pas.", "A witness does not answer."),
}
"""Code → sentence, for the codes that no answer over HTTP carries. A test fails when an error has no sentence."""


def complaint(error: Exception, language: str) -> str | None:
    """Return the line for an error; None for one that nobody foresaw: whoever mends that needs its traceback."""
    match error:
        case GivreError():
            return _line(error.code, _sentence(error), str(error), language)
        case OSError() if error.filename is not None:
            return _line("file-unusable", COMPLAINTS["file-unusable"], f"{error.filename}: {error.strerror}", language)
        case ValidationError() if error.title == Settings.__name__:
            return _line("setting-invalid", COMPLAINTS["setting-invalid"], _settings(error), language)
        case _:
            return None


def _sentence(error: GivreError) -> Text:
    problem = PROBLEMS.get(error.code)
    if problem is None:
        return filled(COMPLAINTS[error.code], failure_members(error))
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        # Whom its sentence sends for, the administrator, is sitting here: what is wrong follows in the error's words.
        return Text(f"{problem.title.fr}.", f"{problem.title.en}.")
    return filled(problem.detail, failure_members(error))


def _settings(error: ValidationError) -> str:
    # What was set stays untold: it may be a password.
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"GIVRE_{str(one['loc'][0]).upper()}: {one['msg']}" for one in faults)


def _line(code: str, sentence: Text, place: str, language: str) -> str:
    said = sentence.say(language)
    return f"givre: {code}: {said}" + (f" ({place})" if place and place not in said else "")
