"""``givre fsck``: recompute the whole ledger and compare it with what was published."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from app.cli.command import Command
from app.cli.progress import Bar
from app.db.engine import open_engine
from app.db.fsck import check, erased_bodies
from app.db.fsck_outcome import Outcome, OutcomeFile
from app.db.log_keys import LogKeys
from app.db.log_rows import LogRow
from app.kit.clock import SystemClock
from app.ledger.policy import parse_policy
from app.settings import Settings

SAID = ", {} bodies were erased and are said to be"


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bodies", action="store_true", help="compare every body with its commitment too")
    parser.add_argument(
        "--quick", action="store_true", help="leave out the head maps: leaves, chains and trees, several times faster"
    )
    parser.add_argument("--json", action="store_true", help="write each finding as one JSON object")


def _run(options: argparse.Namespace) -> int:
    settings = Settings()
    keys = LogKeys(settings.data_dir / "keys", mldsa44=settings.log_mldsa44)

    def vkeys(row: LogRow) -> Sequence[str]:
        return [one.vkey for one in keys.signers(row.number, row.origin)]

    policy = None if settings.cosigners is None else parse_policy(settings.cosigners.read_bytes())
    cosigners = [] if policy is None else [one.verifier for one in policy.witnesses.values()]
    engine = open_engine(settings.url, pool_size=2)  # one alone would be the writer's, and lock the file
    count, erased, first = 0, 0, dict[str, str]()
    try:
        with Bar(sys.stderr) as bar:
            for finding in check(
                engine, vkeys, bar, cosigners=cosigners, maps=not options.quick, bodies=options.bodies
            ):
                count += 1
                first.setdefault(finding.origin, str(finding))
                print(json.dumps(asdict(finding), ensure_ascii=False) if options.json else finding)
        erased = erased_bodies(engine) if options.bodies else 0
    finally:
        engine.dispose()
    if count or not options.quick:  # a quick look that finds nothing does not clear a thorough one that did
        OutcomeFile(settings.data_dir).write(Outcome(SystemClock().now(), count, first))
    if count:
        print(f"givre: {count} findings: keep the database as it is, and compare with a cosigned copy", file=sys.stderr)
        return 1
    print(f"givre: {bar.done} entries are what was published{SAID.format(erased) if erased else ''}", file=sys.stderr)
    return 0


COMMAND = Command("fsck", "recompute the whole ledger and compare it with what was published", _configure, _run)
