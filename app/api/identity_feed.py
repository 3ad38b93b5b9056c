"""Who may say where an identity comes from: the identity server's account, never a person."""

from __future__ import annotations

from app.access.principal import Principal
from app.kit.errors import GivreError


class InsTypedError(GivreError):
    """A person stated an INS number: it is received, never typed (INS-03)."""

    code = "ins-typed"


class NotTheIdentityFeedError(GivreError):
    """A person said that an identity was received."""

    code = "not-the-identity-feed"


def refuse_typed_ins(principal: Principal) -> None:
    """Refuse an INS number from anybody but a machine.

    Raises:
        InsTypedError: a person sent it.
    """
    if principal.kind != "client":
        message = "ins"
        raise InsTypedError(message)


def refuse_false_feed(principal: Principal, source: str) -> None:
    """Refuse that a person says an identity was received.

    Raises:
        NotTheIdentityFeedError: they did.
    """
    if source == "feed" and principal.kind != "client":
        message = "source"
        raise NotTheIdentityFeedError(message)
