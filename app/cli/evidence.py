"""``givre evidence``: write the file that proves a bag's whole custody."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

from app.actions.bag_evidence import Audience, BagEvidence, checkpoint_for, current_log, evidence_of
from app.actions.reader import StoredSubject
from app.actions.record_evidence import RecordEvidence
from app.actions.services import Services
from app.bootstrap import assemble
from app.cli.command import Command
from app.cli.naming import bag_named, only_tenant
from app.ledger.checkpoint import parse_checkpoint
from app.ledger.note import take_apart
from app.settings import Settings

_PAUSE_SECONDS, _ASKED_AGAIN = 0.25, 20


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bag", metavar="BAG", help="id of the bag, or any of its identifiers")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write; - for standard output")
    parser.add_argument("--since", metavar="FILE", help="checkpoint of the reader's last visit")
    parser.add_argument("--personal", action="store_true", help="open the personal parts too")
    parser.add_argument("--tenant", help="operator, where there are several")


def _run(options: argparse.Namespace) -> int:
    assembly = assemble(Settings())
    services = assembly.services
    try:
        bag = bag_named(services, options.tenant or only_tenant(services), options.bag)
        since = None if options.since is None else _size(Path(options.since))
        _await_quorum(services, bag, since)
        made = evidence_of(
            services.log,
            services.keyring,
            bag,
            cosigners=services.cosigners,
            audience=Audience(shows=lambda _body: True, personal=options.personal),
            since=since,
        )
        asyncio.run(_record(services, bag, made))
    finally:
        assembly.stop()
    if options.output == "-":
        sys.stdout.buffer.write(made.file)
    else:
        Path(options.output).write_bytes(made.file)
    print(
        f"givre: {made.events} events of {bag.id}, at {made.published.head.size} entries, {len(made.file)} bytes",
        file=sys.stderr,
    )
    return 0


def _await_quorum(services: Services, bag: StoredSubject, since: int | None) -> None:
    """Give the running service some seconds to gather what our policy asks for; then the file says what is missing."""
    log = current_log(services.log, bag.tenant)
    for _ in range(_ASKED_AGAIN):
        if not checkpoint_for(services.log, log, [bag], services.cosigners, since=since)[1]:
            return
        time.sleep(_PAUSE_SECONDS)


async def _record(services: Services, bag: StoredSubject, made: BagEvidence) -> None:
    await services.recorder.submit(
        RecordEvidence(
            tenant=bag.tenant,
            bag=bag.id,
            chain=bag.id,
            actor=None,
            session=None,
            size=made.published.head.size,
            events=made.events,
        )
    )


def _size(path: Path) -> int:
    return parse_checkpoint(take_apart(path.read_text("utf-8"))[0]).head.size


COMMAND = Command("evidence", "write the proof of a bag's whole custody", _configure, _run)
