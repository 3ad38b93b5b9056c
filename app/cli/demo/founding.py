"""The one thing that the public API cannot do: found the operator with its first site and administrator."""

from __future__ import annotations

import asyncio

from app.access.passwords import hash_secret
from app.actions.found_operator import INSTALLATION, FoundOperator, OpenDoor
from app.bootstrap import Assembly, assemble
from app.cli.credentials import Credentials
from app.cli.demo.cast import ADMINISTRATOR, HOSPITAL, PEOPLE, PHARMACY, PHARMACY_NAME, TENANT
from app.kit.errors import GivreError
from app.settings import Settings


class DemoUnfinishedError(GivreError):
    """A demonstration was begun in this database and never finished: nobody knows its passwords."""

    code = "demo-unfinished"


class DatabaseInUseError(GivreError):
    """The database holds an operator: a demonstration does not belong beside real work."""

    code = "database-in-use"


def found(settings: Settings, known: Credentials) -> None:
    """Found the demonstration's operator in an empty database.

    Raises:
        DemoUnfinishedError: an earlier run was interrupted.
        DatabaseInUseError: somebody else's operator is there.
    """
    assembly = assemble(settings)
    try:
        _refuse_used(assembly, settings)
        asyncio.run(_found(assembly, known))
    finally:
        assembly.stop()


def _refuse_used(assembly: Assembly, settings: Settings) -> None:
    reader = assembly.services.reader
    if reader.subjects(TENANT, "organisation", after=None, limit=1).items:
        message = (
            "an earlier demonstration was interrupted, and nobody knows its passwords. Nothing was removed. Run givre"
            " migrate and givre demo for another directory (GIVRE_DATA_DIR) or another empty database"
            f" (GIVRE_DATABASE_URL); or remove {settings.data_dir} yourself, if it holds nothing else, and do the same"
        )
        raise DemoUnfinishedError(message)
    if reader.subjects(INSTALLATION, "door", after=None, limit=1).items:
        message = "this database holds an operator already; the demonstration wants an empty one (--data DIR)"
        raise DatabaseInUseError(message)


async def _found(assembly: Assembly, known: Credentials) -> None:
    administrator = next(person for person in known.people if person.login == ADMINISTRATOR)
    recorder = assembly.services.recorder
    await recorder.submit(OpenDoor())
    await recorder.submit(
        FoundOperator(
            tenant=TENANT,
            organisation=HOSPITAL,
            site_code=PHARMACY,
            site=PHARMACY_NAME,
            login=ADMINISTRATOR,
            name=PEOPLE[ADMINISTRATOR].name,
            secret_hash=hash_secret(administrator.password),
            pin_hash=hash_secret(administrator.pin),
        )
    )
