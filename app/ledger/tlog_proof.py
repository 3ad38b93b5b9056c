"""Proof files (C2SP tlog-proof v1): one entry's place in a log, to be checked offline."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from app.kit.errors import GivreError
from app.ledger.spelling import HASH_BYTES
from app.ledger.tree import MAX_SIZE
from app.ledger.vkey import decode_base64

# A tree of 2^63-1 leaves has no longer path.
MAX_PROOF_HASHES: Final = 63

_FILE: Final = re.compile(
    r"c2sp\.org/tlog-proof@v1\n(?:extra ([^\n]*)\n)?index (0|[1-9][0-9]{0,18})\n((?:[^\n]+\n)*)\n(.+)", re.DOTALL
)


class ProofTextError(GivreError):
    """A text that is no proof file or witness request."""

    code = "ledger-proof-text"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """Entry ``index`` is in the log: ``proof`` from the leaf's sibling upwards, and the checkpoint it leads to.

    ``extra`` is for the application and nobody vouches for it; None when there is none.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def to_text(self) -> str:
        """Write the file."""
        extra = "" if self.extra is None else f"extra {b64encode(self.extra).decode('ascii')}\n"
        lines = spell_hash_lines(self.proof)
        return f"c2sp.org/tlog-proof@v1\n{extra}index {self.index}\n{lines}\n{self.checkpoint}"


def parse_tlog_proof(text: str) -> TlogProof:
    """Read a proof file; what it claims is still to be checked.

    Raises:
        ProofTextError: any departure from the format.
    """
    found = _FILE.fullmatch(text)
    extra = None if found is None or found[1] is None else decode_base64(found[1])
    if found is None or int(found[2]) > MAX_SIZE or (found[1] is not None and extra is None):
        message = "this is no c2sp.org/tlog-proof@v1 file"
        raise ProofTextError(message)
    return TlogProof(index=int(found[2]), proof=read_hash_lines(found[3]), checkpoint=found[4], extra=extra)


def spell_hash_lines(hashes: tuple[bytes, ...]) -> str:
    """Write hashes in base64, a line each."""
    return "".join(f"{b64encode(one).decode('ascii')}\n" for one in hashes)


def read_hash_lines(lines: str) -> tuple[bytes, ...]:
    """Read what ``spell_hash_lines`` wrote.

    Raises:
        ProofTextError: a line that is no 32-byte hash in padded base64, or more than 63 lines.
    """
    hashes = tuple(decode_base64(line) or b"" for line in lines.split("\n")[:-1])
    if len(hashes) > MAX_PROOF_HASHES or any(len(one) != HASH_BYTES for one in hashes):
        message = f"a proof is at most {MAX_PROOF_HASHES} hashes in base64, a line each"
        raise ProofTextError(message)
    return hashes
