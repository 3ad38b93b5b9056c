"""``givre verify``: check the evidence of a bag, without a server, a database or a network."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.command import Command
from app.kit.clock import SystemClock
from app.ledger.verify import add_options, run


def _configure(parser: argparse.ArgumentParser) -> None:
    add_options(parser, int(SystemClock().now().timestamp()))


def _run(options: argparse.Namespace) -> int:
    return run(options, lambda path: Path(path).read_bytes(), print)


COMMAND = Command("verify", "check the evidence of a bag, offline", _configure, _run)
