"""The command ``givre``: one file a command, one line here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from app.cli import migrate, openapi, people, serve
from app.cli.command import Command
from app.kit.errors import GivreError
from app.kit.registry import Registry

COMMANDS: Registry[Command] = Registry("command", (serve.COMMAND, migrate.COMMAND, people.COMMAND, openapi.COMMAND))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="givre", description="Chain of custody for cryogenic cell therapies.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.configure(commands.add_parser(command.tag, help=command.help, description=command.help))
    options = parser.parse_args(arguments)
    try:
        return COMMANDS[options.command].run(options)
    except GivreError as error:
        print(f"givre: {error.code}: {error}", file=sys.stderr)
        return 1
