"""A published log gone through again, from its bytes, as a cosigner does who trusts nobody."""

from __future__ import annotations

from pathlib import Path

from app.ledger.heads import parse_heads
from app.ledger.replay import Replayer
from app.ledger.signed_checkpoint import open_checkpoint
from app.ledger.signers import Ed25519Signer, verifier_for
from tests.twins.recorders import only

ORIGIN = "localhost/cct/log1"


def entries(url: str, log: int = 1) -> list[bytes]:
    """Return a log's entries, in order."""
    rows = only(
        url,
        "SELECT coalesce(log.entry, event.entry) FROM log LEFT JOIN event ON event.id = log.event "
        "WHERE log.log = :log ORDER BY idx",
        log=log,
    )
    return [bytes(row[0]) for row in rows]


def checkpoints(url: str, log: int = 1) -> dict[int, tuple[bytes, str]]:
    """Return the root and the note of every published size."""
    rows = only(url, "SELECT size, root, note FROM checkpoint WHERE log = :log ORDER BY size", log=log)
    return {size: (bytes(root), note) for size, root, note in rows}


def log_faults(url: str, folder: Path, log: int = 1, origin: str = ORIGIN) -> list[str]:
    """Return whatever is wrong with a published log, a sentence each."""
    stored, replayer, wrong = entries(url, log), Replayer(), []
    seed = (folder / "keys" / ("log.key" if log == 1 else f"log-{log}.key")).read_bytes()
    verifier = verifier_for(Ed25519Signer(origin, seed).vkey)
    indices = [row[0] for row in only(url, "SELECT idx FROM log WHERE log = :log ORDER BY idx", log=log)]
    if indices != list(range(len(stored))):
        wrong.append("its indices have gaps")
    for size, (root, note) in checkpoints(url, log).items():
        broken = replayer.feed(stored[replayer.size : size])
        said = open_checkpoint(note, [verifier]).checkpoint
        if broken is not None or replayer.check(said) is not None:
            wrong.append(f"the checkpoint of {size}: {broken or replayer.check(said)}")
        if (said.head.size, said.head.root, said.origin) != (size, root, origin):
            wrong.append(f"the row of the checkpoint of {size} is not what it signs")
        if parse_heads(stored[size - 1]).covers != size - 1:
            wrong.append(f"the heads entry of {size} covers something else")
    if replayer.size != len(stored):
        wrong.append(f"{len(stored)} entries, {replayer.size} of them signed")
    twice = only(
        url, "SELECT event FROM log WHERE log = :log AND event IS NOT NULL GROUP BY event HAVING count(*) > 1", log=log
    )
    return wrong + [f"event {event} stands twice in it" for (event,) in twice]
