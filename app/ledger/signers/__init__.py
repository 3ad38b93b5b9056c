"""The kinds of keys that may sign notes of the ledger, one file each."""

from __future__ import annotations

from app.kit.registry import Registry
from app.ledger.signers.ed25519 import ED25519, Ed25519Signer, Ed25519Verifier
from app.ledger.signers.signer import Signer, SignerKind, Verifier

__all__ = ["SIGNERS", "Ed25519Signer", "Ed25519Verifier", "Signer", "SignerKind", "Verifier"]

SIGNERS: Registry[SignerKind] = Registry("signer kind", (ED25519,))
