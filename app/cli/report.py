"""``givre report``: write the custody report of a bag or a therapy."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from app.actions.custody_report import SOFTWARE, Issued, Wanted, make_report
from app.actions.services import Services
from app.bootstrap import assemble
from app.cli.command import Command
from app.cli.naming import bag_or_therapy_named, only_tenant
from app.reports.copies import Audience, Copy
from app.reports.formats import FORMATS
from app.settings import Settings


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subject", metavar="BAG|THERAPY", help="id, chain of identity, or any identifier of a bag")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write; - for standard output")
    parser.add_argument("--format", choices=[one.tag for one in FORMATS], default="json")
    parser.add_argument("--language", choices=("fr", "en"), default="fr")
    parser.add_argument("--audience", choices=[one.value for one in Audience], default=Audience.AUDITOR.value)
    parser.add_argument("--at", type=int, metavar="SIZE", help="size of a published checkpoint; by default the newest")
    parser.add_argument("--identity", action="store_true", help="name the patient (the hospital's own copy only)")
    parser.add_argument("--tenant", help="operator, where there are several")


def _run(options: argparse.Namespace) -> int:
    assembly = assemble(Settings())
    services = assembly.services
    try:
        made = asyncio.run(_issued(services, options))
    finally:
        assembly.stop()
    if options.output == "-":
        sys.stdout.buffer.write(made.content)
    else:
        Path(options.output).write_bytes(made.content)
    print(f"givre: report of {made.subject.kind} {made.subject.id}, {made.gaps} gaps", file=sys.stderr)
    return 0


async def _issued(services: Services, options: argparse.Namespace) -> Issued:
    subject = bag_or_therapy_named(services, options.tenant or only_tenant(services), options.subject)
    audience = Audience(options.audience)
    copy = Copy(
        audience=audience,
        language=options.language,
        maker=str(subject.doc["manufacturer"]) if audience is Audience.MAKER else None,
        identity=options.identity and audience is Audience.HOSPITAL,
        unblind=audience is Audience.MAKER,
    )
    catalogue = await services.catalogues.of(subject.tenant)
    wanted = Wanted(options.format, copy, options.at)
    made = make_report(services, subject, wanted, catalogue=catalogue, software=SOFTWARE)
    await services.recorder.submit(made.recording(site=None, actor=None, session=None))
    return made


COMMAND = Command("report", "write the custody report of a bag or a therapy", _configure, _run)
