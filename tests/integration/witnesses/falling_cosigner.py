"""A cosigner that is killed at the worst moment: its tree is stored, and its signature is not yet made."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from app.cli.cosign import KEY_FILE
from app.db.cosigner_state import SqliteCosignerState
from app.kit.clock import SystemClock
from app.ledger.signers import Ed25519Cosigner, verifier_for
from app.ledger.skey import read_cosigner
from app.witnesses.cosigner.cosigner import Cosigner, FollowedLog
from app.witnesses.cosigner.source import EntrySource


def fall(state: Path, log_key: str, log_url: str) -> None:
    """Answer the one request on standard input, and die by SIGKILL where the signature would be made."""
    read_cosigner((state / KEY_FILE).read_text("utf-8"))

    def seal(_seconds: int) -> Ed25519Cosigner:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    verifier = verifier_for(log_key)
    cosigner = Cosigner(
        [FollowedLog(verifier.name, [verifier], EntrySource(log_url))],
        SqliteCosignerState(state),
        seal=seal,
        clock=SystemClock(),
        alarm=lambda _note, _why: None,
    )
    cosigner.add_checkpoint(sys.stdin.read())


if __name__ == "__main__":
    fall(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
