"""Identifiers that sort by the time they were made."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562 section 5.7) in its usual lower-case text form, 36 characters."""
    return str(uuid_utils.uuid7())
