"""``givre verify``: check the evidence of a bag, without a server, a database or a network."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.actions.custody_report import SOFTWARE
from app.cli.command import Command
from app.kit.clock import SystemClock
from app.ledger.verify import add_options, run
from app.reports.formats import FORMATS


def _configure(parser: argparse.ArgumentParser) -> None:
    add_options(parser, int(SystemClock().now().timestamp()))


def _run(options: argparse.Namespace) -> int:
    return run(options, lambda path: Path(path).read_bytes(), print, pages_of)


def pages_of(attached: bytes) -> bytes | None:
    """Return the PDF that this version makes of a report; None for a report that another version made."""
    report = json.loads(attached)
    if report["cover"].get("software") != SOFTWARE:
        return None
    try:
        return FORMATS["pdf"].write(report)
    except Exception:  # noqa: BLE001  # whatever is wrong with a stranger's file: these are not the pages we make
        return b""


COMMAND = Command("verify", "check the evidence of a bag, offline", _configure, _run)
