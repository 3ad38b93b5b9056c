"""The operator's keys as the actions use them: receipts, wrapped subject keys, blinded lookups."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from app.ledger.signers import Signer
from app.ledger.vault import NONCE_BYTES, blind, open_sealed, opener, seal, unwrap_key, wrap_key

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """A 32-byte master key (it wraps every other key) and the signer of receipts.

    ``origin`` names the log, as C2SP asks: ``hospital.example/cct/log1``.
    """

    master: bytes
    receipts: Signer
    origin: str

    def blinded(self, tenant: str, key: str) -> str:
        """Return what a personal identifier is looked up by: useless without the master key, equal for equal input."""
        lookup = hmac.digest(self.master, b"cct/blind/v1\0" + tenant.encode(), hashlib.sha256)
        return f"blind::{blind(lookup, key)}"

    def webhook_secret(self, contact: str) -> bytes:
        """Return the 32 bytes with which what is sent to a contact is signed; theirs alone, and the same for ever."""
        return hmac.digest(self.master, b"cct/webhook/v1\0" + contact.encode(), hashlib.sha256)

    def new_key(self, subject: str, random: Callable[[int], bytes]) -> tuple[bytes, bytes]:
        """Make a key and return it bare and wrapped for storage."""
        key = random(_KEY_BYTES)
        return key, wrap_key(self.master, key, aad=subject.encode(), nonce=random(NONCE_BYTES))

    def rewrap(self, wrapped: bytes, old: str, new: str, random: Callable[[int], bytes]) -> bytes:
        """Wrap a subject's key again for another subject that shares it."""
        return wrap_key(self.master, self.unwrap(wrapped, old), aad=new.encode(), nonce=random(NONCE_BYTES))

    def unwrap(self, wrapped: bytes, subject: str) -> bytes:
        """Return a subject's bare key."""
        return unwrap_key(self.master, wrapped, aad=subject.encode())

    def seal(
        self, wrapped: bytes, subject: str, plain: bytes, *, context: str, random: Callable[[int], bytes]
    ) -> bytes:
        """Encrypt with a subject's key; ``context`` binds the text to its place."""
        return seal(self.unwrap(wrapped, subject), plain, aad=context.encode(), nonce=random(NONCE_BYTES))

    def open(self, wrapped: bytes, subject: str, sealed: bytes, *, context: str) -> bytes:
        """Decrypt what ``seal`` made."""
        return open_sealed(self.unwrap(wrapped, subject), sealed, aad=context.encode())

    def opener(self, wrapped: bytes, subject: str) -> Callable[[bytes, bytes], bytes]:
        """Return what opens many texts of one subject, each given with its context: its key is unwrapped once.

        Raises:
            VaultError: its key was destroyed; a text that was not sealed so raises it when it is opened.
        """
        return opener(self.unwrap(wrapped, subject))
