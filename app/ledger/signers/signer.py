"""What signs a note and what checks a signature, whatever the kind of key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Signer(Protocol):
    """A private key under its name."""

    @property
    def name(self) -> str:
        """The key name that stands in the signature line."""
        ...

    @property
    def key_type(self) -> int:
        """The signature type byte (C2SP signed-note)."""
        ...

    @property
    def public_key(self) -> bytes:
        """The public key as its type encodes it."""
        ...

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand before each signature."""
        ...

    @property
    def vkey(self) -> str:
        """The verifier key to publish."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return what follows the key ID in a signature line of the note whose text is ``message``."""
        ...


class Verifier(Protocol):
    """A public key that somebody chose to trust, under its name."""

    @property
    def name(self) -> str:
        """The key name that stands in the signature line."""
        ...

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand before each signature."""
        ...

    @property
    def states_time(self) -> bool:
        """Whether its signatures begin with the time they were made."""
        ...

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Say whether ``signature`` (without the key ID) is this key's over the note text ``message``."""
        ...


@dataclass(frozen=True, slots=True)
class SignerKind:
    """One kind of key: how a signer is made from a key name and a 32-byte seed, a verifier from a verifier key."""

    tag: str
    key_type: int
    signer: Callable[[str, bytes], Signer]
    verifier: Callable[[str], Verifier]
