"""Time-stamp tokens (RFC 3161) over checkpoints: what a third party's clock said about a tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from app.kit.errors import GivreError


class TimestampError(GivreError):
    """A response that is no time stamp of this checkpoint, or that nobody trusted issued."""

    code = "ledger-timestamp"


def read_certificates(pem: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM file.

    Raises:
        TimestampError: there are none.
    """
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        message = f"this is no PEM file of certificates: {error}"
        raise TimestampError(message) from error


def stamped_at(
    response: bytes, text: bytes, trusted: Sequence[x509.Certificate], *, nonce: int | None = None
) -> datetime:
    """Return when an authority under one of the ``trusted`` certificates saw ``text``, the text of a checkpoint.

    ``response`` is a DER TimeStampResp; its certificates count at the time that it states. ``nonce`` is that of our
    request, when this is the answer to it.

    Raises:
        TimestampError: it is malformed, over another text, or no trusted certificate leads to its signature.
    """
    try:
        decoded = decode_timestamp_response(response)
        builder = VerifierBuilder(roots=list(trusted), nonce=nonce)
        builder.build().verify_message(decoded, text)
        return decoded.tst_info.gen_time.astimezone(UTC)
    except (VerificationError, ValueError) as error:
        message = f"not a time stamp of this checkpoint under these certificates: {error}"
        raise TimestampError(message) from error
