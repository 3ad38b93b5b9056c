"""Evidence of a bag with two hundred events in a log of a million: its size, and how long making and checking take."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.actions.bag_evidence import Audience, evidence_of
from app.actions.log_reader import Published
from app.bootstrap import Assembly, assemble
from app.db.arrays import insert_rows
from app.db.tables import COSIGNATURE
from app.kit.clock import SystemClock
from app.ledger.signed_checkpoint import cosign, open_checkpoint
from app.ledger.signers import Ed25519Cosigner, Verifier, verifier_for
from app.ledger.verify import Asked, verify
from app.settings import Settings

MOST_BYTES, MOST_MADE, MOST_CHECKED = 300_000, 100.0, 20.0
TIMES = 15
SIZE = "evidence of 200 events, kB"
PACKED = "the same compressed with gzip, kB"
MADE = "evidence made / its own signature checks"
CHECKED = "evidence verified / its own signature checks"
NAMES = ("maker.example/w", "auditor.example/w", "maker.example/replay")

Note = Callable[[str, float], None]


def measure(seed: dict[str, Any], note: Note) -> None:
    """Have the newest checkpoint cosigned by two witnesses and a replaying one, then make the evidence and check it."""
    assembly = assemble(Settings(data_dir=seed["folder"], database_url=seed["url"], development=True))
    try:
        _measure(assembly, seed, note)
    finally:
        assembly.stop()


def report(line: Callable[..., None]) -> None:
    """Print what was found."""
    line(SIZE, most=MOST_BYTES / 1000)
    line(PACKED)
    line(MADE, most=MOST_MADE)
    line(CHECKED, most=MOST_CHECKED)


def _measure(assembly: Assembly, seed: dict[str, Any], note: Note) -> None:
    log, now = assembly.services.log, int(SystemClock().now().timestamp())
    newest = log.latest(1)
    assert newest is not None
    cosigners = [Ed25519Cosigner(name, bytes((at,)) * 32, time=now) for at, name in enumerate(NAMES, 1)]
    if not log.cosigned(1, newest.head.size):
        _cosign(seed["url"], newest, cosigners)
    policy = "".join(f"witness w{at} {one.vkey}\n" for at, one in enumerate(cosigners))
    policy += (
        "group consistency 2 w0 w1\ngroup completeness any w2\ngroup both all consistency completeness\nquorum both\n"
    )
    bag = assembly.services.reader.subject(seed["long"], "chu")
    assert bag is not None
    everything = Audience(lambda _body: True)

    def make() -> bytes:
        return evidence_of(log, assembly.services.keyring, bag, cosigners=policy, audience=everything).file

    file = make()  # the head map is in memory from here on, as in a service that publishes
    policies = Asked(policy=f"log {log.vkeys(log.logs()[0])[0]}\n{policy}".encode(), now=now)
    verdict = verify(file, policies)
    assert verdict.verdict == "valid", verdict
    signed = log.latest(1)
    assert signed is not None
    verifiers = [verifier_for(vkey) for vkey in (*log.vkeys(log.logs()[0]), *(one.vkey for one in cosigners))]
    signatures = _median(lambda: _signatures(signed.note, verifiers))
    note(SIZE, len(file) / 1000)
    note(PACKED, len(gzip.compress(file)) / 1000)
    note(MADE, _median(make) / signatures)
    note(CHECKED, _median(lambda: verify(file, policies)) / signatures)


def _signatures(signed: str, verifiers: Sequence[Verifier]) -> None:
    log, *cosigners = verifiers
    assert len(open_checkpoint(signed, [log], cosigners=cosigners).cosigned) == len(cosigners)


def _cosign(url: str, newest: Published, cosigners: Sequence[Ed25519Cosigner]) -> None:
    rows = [
        {
            "log": 1,
            "size": newest.head.size,
            "cosigner": one.name,
            "line": cosign(newest.note, one),
            "received_at": newest.published_at,
        }
        for one in cosigners
    ]
    with create_engine(url, poolclass=NullPool).begin() as connection:
        insert_rows(connection, COSIGNATURE, rows)


def _median(run: Callable[[], object]) -> float:
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return statistics.median(found)
