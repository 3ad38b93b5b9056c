"""What every command that speaks to a running service shares: its address, who signs in, and in which language."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.cli.client import Account, PublicApi, Witness
from app.cli.credentials import FILE, Credentials, read_credentials
from app.cli.language import Language, language_of
from app.kit.errors import GivreError
from app.settings import Settings

_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  # compared, not bound


class SecretMissingError(GivreError):
    """Nobody told the command a secret it needs."""

    code = "secret-missing"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a command is given: which service, whose secrets are at hand, and the language of the answers."""

    url: str
    directory: Path
    credentials: Credentials
    environment: Mapping[str, str]
    language: Language

    def open(self) -> PublicApi:
        """Return the service's API."""
        return PublicApi(self.url, language=self.language)

    def account(self, login: str) -> Account:
        """Return a sign-in: from the demonstration's file, else with GIVRE_PASSWORD.

        Raises:
            SecretMissingError: neither knows the secret.
        """
        person, client = self.credentials.person(login), self.credentials.client(login)
        if person is not None:
            return Account(login, person.password)
        if client is not None:
            return Account(login, client.client_secret, "client")
        return Account(login, self._told("GIVRE_PASSWORD", login))

    def witness(self, login: str) -> Witness:
        """Return a second person: from the demonstration's file, else with GIVRE_PIN.

        Raises:
            SecretMissingError: neither knows the PIN.
        """
        person = self.credentials.person(login)
        return Witness(login, person.pin if person is not None else self._told("GIVRE_PIN", login))

    def role(self, login: str) -> str | None:
        """Return the role of a person of the demonstration; nobody else's is known here."""
        person = self.credentials.person(login)
        return person.role if person is not None else None

    def _told(self, variable: str, login: str) -> str:
        secret = self.environment.get(variable)
        if secret:
            return secret
        known = ", ".join(person.login for person in self.credentials.people)
        message = f"no secret of {login!r}: set {variable}, or name somebody of {self.directory / FILE}"
        raise SecretMissingError(f"{message} ({known})" if known else f"{message} (there is no such file)")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where and who."""
    parser.add_argument("--as", dest="login", required=True, metavar="LOGIN", help="who signs in")
    parser.add_argument("--url", help="address of the service (GIVRE_URL; else GIVRE_HOST and GIVRE_PORT)")
    parser.add_argument("--data", type=Path, help=f"directory of {FILE} (GIVRE_DATA_DIR; else ./data)")
    parser.add_argument("--lang", choices=("fr", "en"), help="language of the answers (else as LANG says)")


def desk(options: argparse.Namespace) -> Desk:
    """Return where the command is given, from its options and the environment."""
    settings = Settings()
    directory = options.data or settings.data_dir
    url = options.url or os.environ.get("GIVRE_URL")
    if not url:
        host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
        url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    language = options.lang or language_of(os.environ)
    return Desk(url, directory, read_credentials(directory), os.environ, language)
