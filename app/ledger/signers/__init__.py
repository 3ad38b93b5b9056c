"""The kinds of keys that may sign notes of the ledger, one file each."""

from __future__ import annotations

from app.kit.registry import Registry
from app.ledger.signers.cosignature import COSIGNATURE, Ed25519CosignatureVerifier, Ed25519Cosigner
from app.ledger.signers.ed25519 import ED25519, Ed25519Signer, Ed25519Verifier
from app.ledger.signers.mldsa44 import MLDSA44, Mldsa44Signer, Mldsa44Verifier
from app.ledger.signers.signer import Signer, SignerKind, Verifier
from app.ledger.vkey import VerifierKeyError, parse_vkey

__all__ = [
    "SIGNERS",
    "Ed25519CosignatureVerifier",
    "Ed25519Cosigner",
    "Ed25519Signer",
    "Ed25519Verifier",
    "Mldsa44Signer",
    "Mldsa44Verifier",
    "Signer",
    "SignerKind",
    "Verifier",
    "verifier_for",
]

SIGNERS: Registry[SignerKind] = Registry("signer kind", (ED25519, COSIGNATURE, MLDSA44))


def verifier_for(vkey: str) -> Verifier:
    """Return the verifier of the kind that a verifier key names.

    Raises:
        VerifierKeyError: not a verifier key, or of a kind this ledger does not know.
    """
    key_type = parse_vkey(vkey).key_type
    for kind in SIGNERS:
        if kind.key_type == key_type:
            return kind.verifier(vkey)
    message = f"no kind of key has the type {key_type:02x}"
    raise VerifierKeyError(message)
