"""The demonstration's sign-ins: a file of secrets that only its owner may read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from app.kit.errors import GivreError

FILE = "demo-credentials.json"


class CredentialsUnreadableError(GivreError):
    """The file is there and is not what the demonstration writes."""

    code = "credentials-unreadable"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demonstration. ``site`` is the code of their site, ``role`` the only one they hold."""

    login: str
    password: str
    pin: str
    role: str
    site: str


@dataclass(frozen=True, slots=True)
class Client:
    """A machine of the demonstration; ``organisation`` is the code of its owner."""

    client_id: str
    client_secret: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Everybody who can sign in to the demonstration."""

    people: tuple[Person, ...] = ()
    clients: tuple[Client, ...] = ()

    def person(self, login: str) -> Person | None:
        """Return a person by their login."""
        return next((one for one in self.people if one.login == login), None)

    def client(self, client_id: str) -> Client | None:
        """Return a machine by its id."""
        return next((one for one in self.clients if one.client_id == client_id), None)


def read_credentials(directory: Path) -> Credentials:
    """Read the file of a data directory; without one there is nobody in it.

    Raises:
        CredentialsUnreadableError: it cannot be read, or says something else.
    """
    path = directory / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        people = tuple(Person(**person) for person in found["people"])
        return Credentials(people, tuple(Client(**client) for client in found["clients"]))
    except FileNotFoundError:
        return Credentials()
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} cannot be read: {error}"
        raise CredentialsUnreadableError(message) from error


def write_credentials(directory: Path, credentials: Credentials) -> None:
    """Write the file, mode 600, whole or not at all: whoever sees it sees a finished demonstration."""
    unfinished = directory / f"{FILE}.new"
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(
            {
                "people": [asdict(one) for one in credentials.people],
                "clients": [asdict(one) for one in credentials.clients],
            },
            file,
            ensure_ascii=False,
            indent=1,
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(directory / FILE)
