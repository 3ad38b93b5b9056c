"""The command ``givre``: one file a command, one name here."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from app.cli.command import Command
from app.cli.language import language_of

COMMANDS = (
    "serve",
    "tls",
    "migrate",
    "people",
    "demo",
    "scan",
    "shipment",
    "import-temperatures",
    "history",
    "evidence",
    "report",
    "verify",
    "checkpoint",
    "cosign",
    "keys",
    "fsck",
    "rebuild",
    "openapi",
    "rules",
    "policy",
)
"""Each is the module of that name (with ``_`` for ``-``) beside this one; its ``COMMAND`` is the command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="givre", description="Chain of custody for cryogenic cell therapies.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    # Only what is asked for is imported: a scan does not wait until the web server's code is loaded.
    names = given[:1] if given[:1] and given[0] in COMMANDS else COMMANDS
    found = {name: load(name) for name in names}
    for name, command in found.items():
        command.configure(commands.add_parser(name, help=command.help, description=command.help))
    options = parser.parse_args(given)
    try:
        return found[options.command].run(options)
    except Exception as error:
        # Loaded now only: a command that goes well needs no sentences.
        line = import_module(f"{__name__}.complaint").complaint(error, _language(options))
        if line is None:
            raise
        print(line, file=sys.stderr)
        return 1


def _language(options: argparse.Namespace) -> str:
    """Return the language of a complaint: the one that was asked for, else the terminal's."""
    return getattr(options, "lang", None) or language_of(os.environ)


def load(name: str) -> Command:
    """Return the command of that name."""
    gc.disable()  # what is imported stays: looking for what died among it is a tenth of the time that it takes
    try:
        command: Command = import_module(f"{__name__}.{name.replace('-', '_')}").COMMAND
    finally:
        gc.enable()
    return command
