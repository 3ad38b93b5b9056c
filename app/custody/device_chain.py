"""Each device chains its own scans, so that a scan that never reached us is missed: what is hashed, and what breaks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.kit.canonical import canonical
from app.kit.texts import Text

FIRST = bytes(32)
"""What the first scan of a device names as the one before it."""
_FORM = "givre.device-scan/v1"


@dataclass(frozen=True, slots=True)
class Link:
    """One scan in its device's chain: its number from 1, the hash of the scan before it, and its own."""

    tenant: str
    device: str
    seq: int
    prev: bytes
    hash: bytes
    scan_id: str

    @property
    def place(self) -> tuple[str, str, int]:
        """Where it stands: two links of one place are a fork."""
        return self.tenant, self.device, self.seq


class Break(StrEnum):
    """How a scan does not fit the others of its device. The codes are for ever."""

    GAP = "device-chain-gap"
    FORK = "device-chain-fork"
    MISMATCH = "device-chain-mismatch"


BREAKS: dict[Break, Text] = {
    Break.GAP: Text(
        "Un scan de cette tablette n'est pas arrivé : son numéro manque avant celui-ci.",
        "A scan of this tablet has not arrived: its number is missing before this one.",
    ),
    Break.FORK: Text(
        "Deux scans de cette tablette portent le même numéro : elle a été réinitialisée ou copiée.",
        "Two scans of this tablet bear the same number: it was reset or copied.",
    ),
    Break.MISMATCH: Text(
        "Ce scan ne suit pas celui que nous avons reçu de cette tablette avant lui.",
        "This scan does not follow the one that we received from this tablet before it.",
    ),
}
"""What a person is told of each, in the list to settle."""
UNREAD = "device-scan-unread"
"""The code of an item for a scan that has its place in the chain, and whose message the service did not understand."""
UNREAD_TITLE = Text(
    "Un scan de cette tablette n'a pas été compris : rien n'est enregistré, il est gardé tel quel sous scellé.",
    "A scan of this tablet was not understood: nothing is recorded, it is kept under seal as it is.",
)


def link_text(*, device_id: str, seq: int, prev: bytes, scan_id: str, act: str) -> bytes:
    """Return the bytes that a device hashes for one scan (RFC 8785; see docs/decisions/0150).

    ``act`` is the digest of the act in lower-case hex: what a witness signs, and what the event keeps as ``request``.
    """
    return canonical(
        {
            "form": _FORM,
            "device_id": device_id,
            "device_seq": seq,
            "device_prev": prev.hex(),
            "scan_id": scan_id,
            "act": act,
        }
    )


def linked(  # noqa: PLR0913  # the members of a link
    *, tenant: str, device_id: str, seq: int, prev: bytes, scan_id: str, act: str
) -> Link:
    """Return the link that a scan is: ``prev`` is the hash of the device's previous scan, or ``FIRST``."""
    text = link_text(device_id=device_id, seq=seq, prev=prev, scan_id=scan_id, act=act)
    return Link(tenant, device_id, seq, prev, hashlib.sha256(text).digest(), scan_id)


def breaks(link: Link, before: Sequence[Link], beside: Iterable[Link], after: Iterable[Link]) -> tuple[Break, ...]:
    """Return how a new link does not fit what is known around it.

    ``before`` and ``after`` stand at the numbers next to it, ``beside`` at its own. A fork is told once, where it
    begins: what continues one of two branches fits.
    """
    found: list[Break] = []
    forked = any(one.hash != link.hash for one in beside)
    follows = link.prev == FIRST if link.seq == 1 else any(one.hash == link.prev for one in before)
    if forked and not (follows and len(before) > 1):
        found.append(Break.FORK)
    if link.seq > 1 and not before:
        found.append(Break.GAP)
    elif not follows or (not forked and any(one.prev != link.hash for one in after)):
        found.append(Break.MISMATCH)
    return tuple(found)
