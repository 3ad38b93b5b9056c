"""Passkeys (WebAuthn level 3): what an authenticator signs so that a person has signed this very act."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kit.canonical import canonical
from app.kit.errors import GivreError


class PasskeyInvalidError(GivreError):
    """What the authenticator answered is not what was asked for; the reason stays in the message."""

    code = "passkey-refused"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom a passkey is made for: the domain, and the origins of the pages that may use it."""

    id: str
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was made: its id and public key (COSE), and where its counter stands."""

    credential_id: str
    public_key: str
    sign_count: int
    backed_up: bool


def registration_challenge(nonce: str, person: str) -> bytes:
    """Return what a new passkey signs: that it is this person's, once."""
    return _challenge({"form": "givre.passkey-registration/v1", "nonce": nonce, "person": person})


def witness_challenge(  # noqa: PLR0913  # the members of what is signed
    nonce: str, *, act: str, step: str, bag: str | None, operator: str, device: str
) -> bytes:
    """Return what a second person's passkey signs: exactly this act, of this operator on this device, once.

    ``act`` is the digest of the whole message, so every scanned symbol is in it; step and bag stand beside it in clear.
    """
    told = {"act": act, "step": step, "bag": bag, "operator": operator, "device": device}
    return _challenge({"form": "givre.passkey-witness/v1", "nonce": nonce, **told})


def _challenge(told: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(told)).digest()
