"""The text of a checkpoint (C2SP tlog-checkpoint v1.0.0): one log, one size, one root."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from app.kit.errors import GivreError
from app.ledger.spelling import HASH_BYTES
from app.ledger.tree import EMPTY_ROOT, MAX_SIZE, TreeHead
from app.ledger.vkey import decode_base64, is_key_name

# Three lines exactly. The standard advises against extension lines, and ML-DSA-44 cosignatures do not cover them.
_TEXT: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


class CheckpointError(GivreError):
    """A text that is no checkpoint, or one that this log may not sign."""

    code = "ledger-checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: under its name ``origin``, this many entries with this root.

    Raises:
        CheckpointError: an origin that is no key name, a size or root that no tree has.
    """

    origin: str
    head: TreeHead

    def __post_init__(self) -> None:
        """Refuse what could not be told from another checkpoint."""
        if not is_key_name(self.origin):
            message = "an origin is not empty and has no space, no plus and no control character"
            raise CheckpointError(message)
        if not 0 <= self.head.size <= MAX_SIZE or len(self.head.root) != HASH_BYTES:
            message = f"a checkpoint has a size from 0 to 2^63-1 and a root of {HASH_BYTES} bytes"
            raise CheckpointError(message)
        if self.head.size == 0 and self.head.root != EMPTY_ROOT:
            message = "an empty tree has one root only"
            raise CheckpointError(message)

    def to_text(self) -> str:
        """Write its three lines."""
        return f"{self.origin}\n{self.head.size}\n{b64encode(self.head.root).decode('ascii')}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; ``parse_checkpoint(text).to_text() == text`` for whatever is returned.

    Raises:
        CheckpointError: anything but the three lines: also a leading zero, a short root, or an extension line.
    """
    found = _TEXT.fullmatch(text)
    root = None if found is None else decode_base64(found[3])
    if found is None or root is None:
        message = "a checkpoint is an origin, a size and a root, a line each"
        raise CheckpointError(message)
    return Checkpoint(found[1], TreeHead(int(found[2]), root))
