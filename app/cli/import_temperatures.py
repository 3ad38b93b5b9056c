"""``givre import-temperatures``: read a logger's file, however long, and attach it to a shipment; or leave nothing."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, BinaryIO

from app.access.policy import allowed
from app.access.principal import Principal
from app.actions.attach_temperatures import AttachTemperatures, OriginalFile, TemperatureFileOutdatedError
from app.actions.person_record import principal_of
from app.actions.recorded import NotFoundError
from app.actions.services import Services
from app.actions.take_temperatures import Taken, attachment, kept, take
from app.api.dependencies import RoleRefusedError
from app.api.doors import Try, opened
from app.api.models.temperature import MappingIn, mapping_of, said_mapping
from app.api.sight import shipment_seen
from app.bootstrap import assemble
from app.cli.client import Account
from app.cli.command import Command
from app.cli.mappings import ask, keep, kept_mapping
from app.cli.progress import Bar
from app.cli.session import add_options, desk
from app.kit.texts import Text
from app.settings import Settings
from app.temperature.loggers.logger import HEAD_BYTES
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import FAULTS
from app.temperature.reader import format_of
from app.temperature.rules import Rules

CANCELLED = 130
"""The exit status of a command that was broken off (as of one that SIGINT ended)."""
_ROUTE = ("POST", "/api/v1/shipments/{shipment_id}/temperature-files")
_TABLES = frozenset({"delimited", "workbook"})
_RULES = Rules()
_BEAT_S = 0.25
_SHOWN = 10
"""How many rows to look at are printed; all are counted."""
READ = Text(
    "LU  {readings} mesures de {probes} sondes, {faults} anomalies  →  {verdict}",
    "READ  {readings} readings of {probes} probes, {faults} faults  →  {verdict}",
)
FAULT = Text("LIGNE {line}  {told}", "LINE {line}  {told}")
OVERLAP = Text("ATTENTION  couvre les mêmes heures que {files}", "NOTE  covers some of the same time as {files}")
BROKEN_OFF = Text("Interrompu ; rien n'a été enregistré.", "Broken off; nothing was recorded.")


class Watched(io.RawIOBase):
    """A file that says how far it was read: once to be understood, and once more to be kept; a person sees both."""

    def __init__(self, file: BinaryIO, size: int, tell: Callable[[int, int], None]) -> None:
        """Watch ``file``, whose length is ``size`` bytes."""
        super().__init__()
        self._file, self._size, self._say = file, size, tell
        self._furthest = self._again = 0

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        part = self._file.read(size)
        at = self._file.tell()
        if at > self._furthest:
            self._furthest = at
        elif at > self._again:
            self._again = at
        else:
            return part
        self._say(self._furthest + self._again, 2 * self._size)
        return part

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._file.tell()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what the logger gave, as it is")
    parser.add_argument("--shipment", required=True, metavar="ID", help="the shipment that it travelled with")
    parser.add_argument("--mapping", metavar="NAME|FILE", help="how to read a table: kept under a name, or a JSON file")
    parser.add_argument("--keep", metavar="NAME", help="keep the answers to the questions under this name")
    add_options(parser)


def _run(options: argparse.Namespace) -> int:
    settings, where = Settings(), desk(options)
    size = options.file.stat().st_size
    with options.file.open("rb") as file:
        told = _mapping(file, options, settings.data_dir)
        account = where.account(options.login)
        assembly = assemble(settings)
        try:
            with Bar(sys.stderr) as bar, asyncio.Runner() as runner:
                content = import_file(
                    Watched(file, size, bar),
                    told,
                    options.file.name,
                    options.shipment,
                    services=assembly.services,
                    account=account,
                    run=runner.run,
                    decided=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
                    beat=bar.beat,
                )
        except KeyboardInterrupt:
            print(BROKEN_OFF.say(where.language), file=sys.stderr)
            return CANCELLED
        finally:
            assembly.stop()
    readings = sum(one["readings"] for one in content["series"])
    faults = sum(content["faults"].values())
    said = READ.filled(
        readings=str(readings), probes=str(len(content["series"])), faults=str(faults), verdict=content["verdict"]
    )
    print(said.say(where.language))
    for one in content["fault_lines"][:_SHOWN]:
        print(FAULT.filled(line=str(one["line"]), told=FAULTS[one["fault"]].say(where.language)).say(where.language))
    if content["overlaps"]:
        print(OVERLAP.filled(files=", ".join(content["overlaps"])).say(where.language))
    return 0


def import_file(  # noqa: PLR0913  the file, how to read it, whose it is, who hands it in, and how it is run
    file: Any,
    mapping: Mapping | None,
    name: str,
    shipment: str,
    *,
    services: Services,
    account: Account,
    run: Callable[[Coroutine[Any, Any, Any]], Any],
    decided: Callable[[], object],
    beat: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """Read, judge, keep and record a file; broken off before ``decided`` is called, it has left no record behind.

    From then on ``beat`` is called four times a second, until it is recorded.

    The reading itself is in no event loop: there, an interruption would be heard only at its end. The original is kept
    before the act that names it: a file that nobody names is no record of anything.
    """
    actor: Principal = run(_signed_in(account, services))
    stored = services.reader.subject(shipment, actor.tenant)
    if stored is None or not shipment_seen(stored, actor):
        message = f"no shipment {shipment}"
        raise NotFoundError(message)
    taken = take(file, mapping, rules=_RULES)
    original = kept(file, name, taken, services.blobs, at_most=services.max_file_bytes)
    decided()
    told: dict[str, Any] = run(_beaten(_recorded(actor, shipment, original, taken, services), beat))
    return told


async def _beaten(work: Coroutine[Any, Any, dict[str, Any]], beat: Callable[[], object]) -> dict[str, Any]:
    async def beating() -> None:
        while True:
            beat()
            await asyncio.sleep(_BEAT_S)

    heart = asyncio.create_task(beating())
    try:
        return await work
    finally:
        heart.cancel()


async def _recorded(
    actor: Principal, shipment: str, original: OriginalFile, taken: Taken, services: Services
) -> dict[str, Any]:
    try:
        outcome = await services.recorder.submit(await _judged(actor, shipment, original, taken, services))
    except TemperatureFileOutdatedError:
        # A bag was scanned in between: once more, for the world as it is now.
        outcome = await services.recorder.submit(await _judged(actor, shipment, original, taken, services))
    told: dict[str, Any] = outcome.reply.content if outcome.reply is not None else {}
    return told


async def _judged(
    actor: Principal, shipment: str, original: OriginalFile, taken: Taken, services: Services
) -> AttachTemperatures:
    catalogue = await services.catalogues.of(actor.tenant)

    def judged() -> AttachTemperatures:
        stored = services.reader.subject(shipment, actor.tenant)
        return attachment(
            actor,
            stored.doc if stored is not None else {},
            original,
            taken,
            reader=services.reader,
            catalogue=catalogue,
            now=services.clock.now(),
            rules=_RULES,
        )

    return await asyncio.to_thread(judged)


async def _signed_in(account: Account, services: Services) -> Principal:
    found = services.reader.credential(account.login)
    if found is not None and found.kind != account.kind:
        found = None
    known, content = await opened(found, Try(account.secret, None if found is None else found.secret_hash), services)
    actor = principal_of(known, content["person"], content["session"], services.clock.now())
    if not allowed(*_ROUTE, actor.roles):
        message = account.login
        raise RoleRefusedError(message)
    return actor


def _mapping(file: BinaryIO, options: argparse.Namespace, folder: Path) -> Mapping | None:
    """Return how to read the file: as somebody said before, as they say now, or as the file says itself."""
    said: MappingIn | None = None
    if options.mapping is not None:
        said = kept_mapping(options.mapping, folder)
    else:
        logger = format_of(file.read(HEAD_BYTES))
        file.seek(0)
        if logger is not None and logger.tag in _TABLES and sys.stdin.isatty():
            said = ask(file, logger.tag, sys.stdin, sys.stderr)
            file.seek(0)
    if said is not None and options.keep is not None:
        keep(said, options.keep, folder)
    return None if said is None else mapping_of(said_mapping(json.dumps(said.model_dump())))


COMMAND = Command("import-temperatures", "attach a logger's file to a shipment", _configure, _run)
