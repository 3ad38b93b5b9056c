"""Sealing rows of the vault (AES-256-GCM, NIST SP 800-38D), so that destroying one key erases one subject."""

from __future__ import annotations

from collections.abc import Callable
from hmac import digest
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.kit.errors import GivreError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class VaultError(GivreError):
    """A row that this key does not open: another key, another row's context, or changed bytes."""

    code = "vault-unreadable"


def wrap_key(master: bytes, key: bytes, *, aad: bytes, nonce: bytes) -> bytes:
    """Return a 32-byte data key sealed under the master key: nonce || ciphertext || tag, 60 bytes.

    Raises:
        ValueError: a key that is not 32 bytes, or a nonce that is not 12.
    """
    return seal(master, _checked_key(key), aad=aad, nonce=nonce)


def unwrap_key(master: bytes, wrapped: bytes, *, aad: bytes) -> bytes:
    """Return the 32-byte data key.

    Raises:
        VaultError: not a data key wrapped under this master key and ``aad``.
        ValueError: a master key that is not 32 bytes.
    """
    key = open_sealed(master, wrapped, aad=aad)
    if len(key) != KEY_BYTES:
        message = "what was wrapped is not a key"
        raise VaultError(message)
    return key


def seal(key: bytes, plaintext: bytes, *, aad: bytes, nonce: bytes) -> bytes:
    """Return nonce || ciphertext || tag.

    ``aad`` names the row, so that a row copied over another does not open. ``nonce`` is 12 random bytes, never used
    twice under one key; a key seals at most 2^32 rows (SP 800-38D section 8.3).

    Raises:
        ValueError: a key that is not 32 bytes, or a nonce that is not 12.
    """
    if len(nonce) != NONCE_BYTES:
        message = f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}"
        raise ValueError(message)
    return nonce + AESGCM(_checked_key(key)).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, sealed: bytes, *, aad: bytes) -> bytes:
    """Return the plaintext of a row.

    Raises:
        VaultError: not sealed under this key and ``aad``, or changed since.
        ValueError: a key that is not 32 bytes.
    """
    return opener(key)(sealed, aad)


def opener(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """Return what opens rows, each with its ``aad``, as ``open_sealed`` does: for many rows under one key.

    Raises:
        ValueError: a key that is not 32 bytes.
    """
    cipher = AESGCM(_checked_key(key))

    def opened(sealed: bytes, aad: bytes) -> bytes:
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            message = "this row is too short to have been sealed"
            raise VaultError(message)
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag as error:
            message = "this row does not open with this key"
            raise VaultError(message) from error

    return opened


def blind(key: bytes, text: str) -> str:
    """Return 64 hex digits (HMAC-SHA-256 of the UTF-8 text) to look up an identifier that is not stored in clear.

    Equal texts only: letter case and spacing are the caller's to settle before.

    Raises:
        ValueError: a key that is not 32 bytes, or a text with a lone surrogate.
    """
    return digest(_checked_key(key), text.encode(), "sha256").hex()


def _checked_key(key: bytes) -> bytes:
    # The cipher would take 16 bytes without a word and be AES-128.
    if len(key) != KEY_BYTES:
        message = f"a vault key has {KEY_BYTES} bytes, not {len(key)}"
        raise ValueError(message)
    return key
