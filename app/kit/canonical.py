"""RFC 8785 (JCS) bytes: encoded once, stored, hashed, never rebuilt."""

from __future__ import annotations

import json
from typing import Any

import rfc8785

from app.kit.errors import GivreError


class NotCanonicalError(GivreError):
    """A value that has no canonical form, or bytes that are not in it."""

    code = "not-canonical"


def canonical(value: Any) -> bytes:
    """Encode a JSON value to its RFC 8785 bytes.

    Raises:
        NotCanonicalError: an integer beyond 2^53-1, NaN, a lone surrogate, a key that is no string, a float.
    """
    try:
        _refuse_floats(value)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, ValueError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from error


def parse_canonical(encoded: bytes) -> Any:
    """Read bytes that must already be canonical.

    Raises:
        NotCanonicalError: not JSON, a duplicate key, or any byte that differs from the canonical form.
    """
    try:
        value = json.loads(encoded.decode("utf-8"), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from error
    if canonical(value) != encoded:
        message = "these bytes are not the canonical form of what they say"
        raise NotCanonicalError(message)
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key appears twice"
        raise NotCanonicalError(message)
    return found


def _refuse_floats(value: Any) -> None:
    # Decimals are scaled integers in the ledger (temp_mC): a float would make two encodings of one reading possible.
    if isinstance(value, float):
        message = "floats have no place in the ledger: use a scaled integer or a decimal string"
        raise NotCanonicalError(message)
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)
