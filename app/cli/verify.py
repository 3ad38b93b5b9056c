"""``givre verify``: check the evidence of a bag, without a server, a database or a network."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate

from app.actions.custody_report import SOFTWARE
from app.api.verifier_page import SAVED, page_files
from app.cli.command import Command
from app.cli.language import language_of
from app.kit.clock import SystemClock
from app.ledger.timestamps import TimestampError, read_certificates, stamped_at
from app.ledger.verify import add_options, run
from app.reports.formats import FORMATS


class _WritePage(argparse.Action):
    """Writes the page and ends, as ``--help`` prints and ends: no file is verified."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - argparse hands it over
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002 - argparse hands it over
    ) -> None:
        Path(str(values)).write_bytes(page_files()[SAVED].content)
        parser.exit(0, f"givre: {values}: open it in a browser, with or without a network\n")


def _configure(parser: argparse.ArgumentParser) -> None:
    add_options(parser, int(SystemClock().now().timestamp()))
    parser.set_defaults(lang=language_of(os.environ))
    told = "write the page that verifies in a browser, as one file, and end"
    parser.add_argument(
        "--tsa-certificate", type=Path, metavar="PEM", help="certificates of the time-stamping authority you trust"
    )
    parser.add_argument("--page", action=_WritePage, metavar="HTML", help=told)


def _run(options: argparse.Namespace) -> int:
    stamped = None if options.tsa_certificate is None else partial(_stamped, _certificates(options.tsa_certificate))
    return run(options, lambda path: Path(path).read_bytes(), print, pages_of, stamped)


def pages_of(attached: bytes) -> bytes | None:
    """Return the PDF that this version makes of a report; None for a report that another version made."""
    report = json.loads(attached)
    if report["cover"].get("software") != SOFTWARE:
        return None
    try:
        return FORMATS["pdf"].write(report)
    except Exception:  # noqa: BLE001  # whatever is wrong with a stranger's file: these are not the pages we make
        return b""


def _certificates(path: Path) -> list[Certificate]:
    try:
        return read_certificates(path.read_bytes())
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise TimestampError(message) from error


def _stamped(trusted: list[Certificate], token: bytes, text: bytes) -> int | None:
    try:
        return int(stamped_at(token, text, trusted).timestamp())
    except TimestampError:
        return None


COMMAND = Command("verify", "check the evidence of a bag, offline", _configure, _run)
