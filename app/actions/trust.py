"""What it takes to believe a checkpoint of ours, as a tlog-policy file (C2SP) to start from."""

from __future__ import annotations

from collections.abc import Sequence

_NOBODY = "quorum none\n"


def policy_of(vkeys: Sequence[str], cosigners: str) -> bytes:
    """Return a policy: the log's own keys, then ``cosigners`` (witness, group and quorum lines; empty for nobody)."""
    lines = [f"log {vkey}\n" for vkey in vkeys]
    return "".join([*lines, cosigners or _NOBODY]).encode()
