"""``givre keys``: the keys that sign for each log, and how one takes over from another."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.bootstrap import Assembly, assemble
from app.cli.command import Command
from app.db.log_keys import LogKeys, make_key, read_key
from app.ledger.signers import Ed25519Signer
from app.ledger.statements import change_keys
from app.settings import Settings


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "verb",
        choices=("list", "rotate", "retire"),
        help="list: print the verifier keys; rotate: let a new key sign beside the present one, and say so in the log "
        "(stop the service first); retire: let the key before sign no more",
    )


def _run(options: argparse.Namespace) -> int:
    settings = Settings()
    keys = LogKeys(settings.data_dir / "keys", mldsa44=settings.log_mldsa44)
    assembly = assemble(settings)
    try:
        if options.verb == "rotate":
            _rotate(assembly, keys)
        elif options.verb == "retire":
            _retire(assembly, keys)
        _list(assembly, keys)
    finally:
        assembly.stop()
    return 0


def _list(assembly: Assembly, keys: LogKeys) -> None:
    services = assembly.services
    for log in services.log.logs():
        for signer in keys.signers(log.number, log.origin):
            print(f"log {log.number}  {signer.vkey}")
    print(f"receipts  {services.receipt_vkey}")


def _rotate(assembly: Assembly, keys: LogKeys) -> None:
    for log in assembly.services.log.logs():
        if not log.current:
            continue
        prepared = keys.prepared(log.number)
        make_key(prepared)
        old = Ed25519Signer(log.origin, read_key(keys.current(log.number)))
        new = Ed25519Signer(log.origin, read_key(prepared))
        # If we stop after this, the entry is published under the old key, and the next try makes another one.
        assembly.sequencer.queue(log.tenant, change_keys(old, new).to_bytes())
        _replace(keys.current(log.number), keys.previous(log.number))
        _replace(prepared, keys.current(log.number))
    assembly.sequencer.resign()
    assembly.sequencer.round()


def _retire(assembly: Assembly, keys: LogKeys) -> None:
    for log in assembly.services.log.logs():
        keys.previous(log.number).unlink(missing_ok=True)


def _replace(source: Path, target: Path) -> None:
    source.replace(target)


COMMAND = Command("keys", "list the log's keys, or let a new one sign", _configure, _run)
