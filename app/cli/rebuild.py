"""``givre rebuild``: prove that what is shown is what the ledger says, or make it so again."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict

from app.actions.keyring import Keyring
from app.actions.refold import Finding
from app.bootstrap import load_keyring
from app.cli.command import Command
from app.cli.complaint import complaint
from app.cli.language import language_of
from app.cli.progress import Bar
from app.db.rebuild import LedgerDamagedError, check, rebuild
from app.kit.errors import GivreError
from app.settings import Settings

EQUAL, DIFFERENT, IMPOSSIBLE = 0, 1, 2


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only compare, change nothing (the service may run)")
    parser.add_argument("--json", action="store_true", help="write each difference as one JSON object")


def _run(options: argparse.Namespace) -> int:
    settings = Settings()
    try:
        keyring = load_keyring(settings)
        url = settings.owner_database_url or settings.url
        return (_check if options.check else _rebuild)(url, keyring, as_json=options.json)
    except LedgerDamagedError as error:
        _write(error.findings, as_json=options.json)
        print(complaint(error, language_of(os.environ)), file=sys.stderr)
        return DIFFERENT
    except GivreError as error:
        print(complaint(error, language_of(os.environ)), file=sys.stderr)
        return IMPOSSIBLE


def _check(url: str, keyring: Keyring, *, as_json: bool) -> int:
    erased: list[int] = []
    with Bar(sys.stderr) as bar:
        count = _write(check(url, keyring, bar, erased=erased.append), as_json=as_json)
    if count:
        print(f"givre: {count} differences between the ledger and what is stored", file=sys.stderr)
        return DIFFERENT
    gone = f", {sum(erased)} parts of events were erased, as it says" if sum(erased) else ""
    print(f"givre: {bar.done} subjects are as the ledger says{gone}", file=sys.stderr)
    return EQUAL


def _rebuild(url: str, keyring: Keyring, *, as_json: bool) -> int:
    del as_json  # it has nothing to list: whatever differed is made again
    with Bar(sys.stderr) as bar:
        count = rebuild(url, keyring, bar)
    print(f"givre: {count} subjects, their lists and names made again from the ledger", file=sys.stderr)
    return EQUAL


def _write(findings: Iterable[Finding], *, as_json: bool) -> int:
    count = 0
    for finding in findings:
        print(json.dumps(asdict(finding), ensure_ascii=False, default=str) if as_json else finding)
        count += 1
    return count


COMMAND = Command("rebuild", "compare lists and states with the ledger, or make them again from it", _configure, _run)
