"""``givre checkpoint``: publish what waits and print the newest checkpoint, or start a successor of a frozen log."""

from __future__ import annotations

import argparse
import os
import sys

from app.bootstrap import Assembly, assemble
from app.cli.command import Command
from app.cli.complaint import complaint
from app.cli.language import language_of
from app.db.open_log import LogFrozenError
from app.settings import Settings


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-log", action="store_true", help="start a successor of every log that is frozen (stop the service first)"
    )


def _run(options: argparse.Namespace) -> int:
    assembly = assemble(Settings())
    try:
        if options.new_log:
            _succeed(assembly)
        else:
            assembly.sequencer.round()  # nothing when the service publishes itself
        return _print(assembly)
    finally:
        assembly.stop()


def _succeed(assembly: Assembly) -> None:
    begun = assembly.sequencer.succeed()
    for row in begun:
        print(f"givre: log {row.number}, {row.origin}, follows log {row.follows}", file=sys.stderr)
    if not begun:
        print("givre: no log is frozen: nothing was started", file=sys.stderr)


def _print(assembly: Assembly) -> int:
    status = 0
    for log in assembly.services.log.logs():
        if not log.current:
            continue
        try:
            found = assembly.services.log.latest(log.number)
        except LogFrozenError as error:
            print(complaint(error, language_of(os.environ)), file=sys.stderr)
            status = 1
        else:
            print(found.note if found is not None else f"{log.origin}: nothing published", end="")
    return status


COMMAND = Command("checkpoint", "publish what waits and print the newest checkpoint", _configure, _run)
