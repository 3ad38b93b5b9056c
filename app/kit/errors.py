"""What every error of the service has in common: a stable code."""

from __future__ import annotations

from typing import ClassVar


class GivreError(Exception):
    """A failure the caller can act on. A *refusal* is not a failure: it is a value, and it is recorded."""

    code: ClassVar[str] = "internal-error"
