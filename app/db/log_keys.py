"""The log's keys as files that only their owner may read; behind them stands the interface of any key store."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.kit.errors import GivreError
from app.ledger.signers import Ed25519Signer, Mldsa44Signer, Signer

SEED_BYTES = 32
FIRST = 1


class LogKeyError(GivreError):
    """A key of a log is not there, or its file may be read by others."""

    code = "log-key"


class LogKeys:
    """The seeds of each log's keys.

    ``<log>.key`` signs; ``<log>.previous.key``, while it is there, signs beside it, for readers who still trust only
    the key before; ``<log>.mldsa44.key`` signs with ML-DSA-44 where the setting asks for it.
    """

    def __init__(self, folder: Path, *, mldsa44: bool = False) -> None:
        """Keep the keys in this directory."""
        self._folder = folder
        self._mldsa44 = mldsa44

    def signers(self, number: int, origin: str) -> tuple[Signer, ...]:
        """Return who signs the checkpoints of a log, its present Ed25519 key first; a new log's keys are made.

        Raises:
            LogKeyError: the first log's key is missing, or a key file is damaged or readable by others.
        """
        name = self.name(number)
        if number != FIRST:
            make_key(self._folder / f"{name}.key")
        found: list[Signer] = [Ed25519Signer(origin, read_key(self._folder / f"{name}.key"))]
        previous = self.previous(number)
        if previous.exists():
            found.append(Ed25519Signer(origin, read_key(previous)))
        if self._mldsa44:
            path = self._folder / f"{name}.mldsa44.key"
            make_key(path)
            found.append(Mldsa44Signer(origin, read_key(path)))
        return tuple(found)

    def name(self, number: int) -> str:
        """Return what a log's files are called."""
        return "log" if number == FIRST else f"log-{number}"

    def current(self, number: int) -> Path:
        """Return the file of the present key."""
        return self._folder / f"{self.name(number)}.key"

    def previous(self, number: int) -> Path:
        """Return the file of the key before."""
        return self._folder / f"{self.name(number)}.previous.key"

    def prepared(self, number: int) -> Path:
        """Return the file of a key that is about to be the present one."""
        return self._folder / f"{self.name(number)}.next.key"


def make_key(path: Path) -> bool:
    """Make a key file, readable by its owner only; return False when it is there already."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(file, "wb") as key:
        key.write(secrets.token_bytes(SEED_BYTES))
        key.flush()
        os.fsync(key.fileno())
    return True


def read_key(path: Path) -> bytes:
    """Read a key file.

    Raises:
        LogKeyError: it is missing, damaged, or readable by others.
    """
    if not path.is_file() or len(seed := path.read_bytes()) != SEED_BYTES:
        message = f"{path} is missing or damaged: restore it from your backup, or start a successor log"
        raise LogKeyError(message)
    if path.stat().st_mode & 0o077:
        message = f"{path} may be read by others: chmod 600 {path}"
        raise LogKeyError(message)
    return seed
