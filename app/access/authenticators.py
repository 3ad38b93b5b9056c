"""What is asked of authenticators and what they answer, by the book (WebAuthn level 3); loaded when it is needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.access.passkeys import NewPasskey, PasskeyInvalidError, RelyingParty

_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_PATIENCE_MS = 60_000


def registration_options(  # noqa: PLR0913  # whom it is for, and what is known of them
    party: RelyingParty, *, challenge: bytes, person: str, login: str, name: str, known: Sequence[str]
) -> dict[str, Any]:
    """Return what ``navigator.credentials.create`` is given; ``known`` are the person's passkeys, not to be doubled."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=person.encode(),
        user_name=login,
        user_display_name=name,
        challenge=challenge,
        timeout=_PATIENCE_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_described(known),
        supported_pub_key_algs=_ALGORITHMS,
    )
    return dict(json.loads(options_to_json(options)))


def witness_options(party: RelyingParty, *, challenge: bytes, known: Sequence[str]) -> dict[str, Any]:
    """Return what ``navigator.credentials.get`` is given."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_PATIENCE_MS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(json.loads(options_to_json(options)))


def registered(party: RelyingParty, credential: Mapping[str, Any], challenge: bytes) -> NewPasskey:
    """Return the passkey that an authenticator made.

    Raises:
        PasskeyInvalidError: another challenge, domain or origin, no verified person, or an answer that is none.
    """
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyInvalidError(type(error).__name__) from error
    return NewPasskey(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
        made.credential_backed_up,
    )


def asserted(
    party: RelyingParty, credential: Mapping[str, Any], challenge: bytes, *, public_key: str, sign_count: int
) -> int:
    """Return where the counter stands after a signature that is right.

    Raises:
        PasskeyInvalidError: as above, a signature by another key, or a counter that went back: the key was copied.
    """
    try:
        found = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyInvalidError(type(error).__name__) from error
    return found.new_sign_count


def _described(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
