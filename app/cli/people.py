"""``givre people found``: the first operator, its first site and its first administrator."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys

from app.access.passwords import hash_secret, password_faults
from app.access.texts import TEXTS
from app.actions.found_operator import FoundOperator, OpenDoor
from app.bootstrap import assemble
from app.cli.command import Command
from app.cli.language import language_of
from app.settings import Settings


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("verb", choices=("found",), help="found a new operator")
    parser.add_argument("--tenant", required=True, help="short name of the operator, e.g. chu-tours")
    parser.add_argument("--organisation", required=True, help="name of the operator")
    parser.add_argument("--site", required=True, help="name of its first site")
    parser.add_argument("--site-code", required=True, help="code of its first site, e.g. PUI")
    parser.add_argument("--login", required=True, help="login of its first administrator")
    parser.add_argument("--name", required=True, help="name of its first administrator")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _run(options: argparse.Namespace) -> int:
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else getpass.getpass("Password: ")
    for fault in password_faults(password, options.login):
        print(f"givre: {fault}: {TEXTS[fault].say(language_of(os.environ))}", file=sys.stderr)
        return 1
    return found(options, password)


def found(options: argparse.Namespace, password: str) -> int:
    """Found the operator with that administrator's password."""
    assembly = assemble(Settings())
    recorder = assembly.services.recorder

    async def record() -> None:
        await recorder.submit(OpenDoor())
        await recorder.submit(
            FoundOperator(
                tenant=options.tenant,
                organisation=options.organisation,
                site_code=options.site_code,
                site=options.site,
                login=options.login,
                name=options.name,
                secret_hash=hash_secret(password),
                pin_hash=None,
            )
        )

    try:
        asyncio.run(record())
    finally:
        assembly.stop()
    print(f"givre: operator {options.tenant} founded; {options.login} may sign in")
    return 0


COMMAND = Command("people", "found an operator with its first administrator", _configure, _run)
