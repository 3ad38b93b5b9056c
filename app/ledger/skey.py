"""Signing keys as one line of text, as the tools of C2SP signed-note write them."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from app.ledger.signers import Ed25519Cosigner
from app.ledger.vkey import VerifierKeyError, decode_base64

_HEAD: Final = "PRIVATE+KEY+"


def spell_cosigner(cosigner: Ed25519Cosigner, seed: bytes) -> str:
    """Write ``PRIVATE+KEY+<name>+<hex key ID>+<base64(type || seed)>`` and a line feed."""
    encoded = b64encode(bytes((cosigner.key_type,)) + seed).decode("ascii")
    return f"{_HEAD}{cosigner.name}+{cosigner.key_id.hex()}+{encoded}\n"


def read_cosigner(text: str) -> tuple[str, bytes]:
    """Return the name and the seed of a cosigner's Ed25519 key (type 04).

    Raises:
        VerifierKeyError: anything but the exact text of such a key.
    """
    parts = text.removeprefix(_HEAD).rstrip("\n").split("+", 2)
    if text.startswith(_HEAD) and len(parts) == 3:  # noqa: PLR2004  # name, key ID, key
        key = decode_base64(parts[2])
        if key:
            cosigner = Ed25519Cosigner(parts[0], key[1:])
            if spell_cosigner(cosigner, key[1:]).rstrip("\n") == text.rstrip("\n"):
                return parts[0], key[1:]
    message = "this is no signing key of a cosigner"
    raise VerifierKeyError(message)
