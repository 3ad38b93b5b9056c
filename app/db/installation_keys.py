"""The installation's own keys: made once, readable by their owner only, and missed loudly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.db.log_keys import make_key
from app.kit.errors import GivreError

_KEYS = ("master", "tokens", "receipts", "log")
_KEY_BYTES = 32


class KeysMissingError(GivreError):
    """The data directory holds no keys; without the master key nothing that was sealed can be opened."""

    code = "keys-missing"


@dataclass(frozen=True, slots=True)
class Keys:
    """The installation's secrets, 32 random bytes each."""

    master: bytes
    tokens: bytes
    receipts: bytes
    log: bytes


def make_keys(data_dir: Path) -> bool:
    """Make the keys of a new installation, readable by their owner only; return False when they are there already."""
    folder = data_dir / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = False
    for name in _KEYS:
        made = make_key(folder / f"{name}.key") or made
    return made


def make_log_key(data_dir: Path) -> bool:
    """Make the first log's key alone; return False when it is there already."""
    (data_dir / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
    return make_key(data_dir / "keys" / "log.key")


def load_keys(data_dir: Path) -> Keys:
    """Read the keys.

    Raises:
        KeysMissingError: one is not there or is no key.
    """
    found = {}
    for name in _KEYS:
        path = data_dir / "keys" / f"{name}.key"
        if not path.is_file() or len(key := path.read_bytes()) != _KEY_BYTES:
            message = f"{path} is missing or damaged: restore it from your backup (a new installation: givre migrate)"
            raise KeysMissingError(message)
        found[name] = key
    return Keys(**found)
