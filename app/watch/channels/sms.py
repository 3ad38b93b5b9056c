"""Word by SMS: each hospital has its own gateway, which is handed in; without one every call says so."""

from __future__ import annotations

from typing import Protocol

from app.watch.channels.channel import Call, UndeliveredError

LONGEST = 320
"""Characters: two parts of a long message. What is longer is cut; the e-mail says the rest."""


class SmsGateway(Protocol):
    """What a gateway must do."""

    def text(self, number: str, words: str, *, reference: str) -> None:
        """Send words to a number; ``reference`` is the same each time it is tried.

        Raises:
            UndeliveredError: it was not taken.
        """
        ...


class Sms:
    """See ``Channel``."""

    tag = "sms"

    def __init__(self, gateway: SmsGateway | None) -> None:
        """Send through this gateway."""
        self._gateway = gateway

    def send(self, call: Call) -> None:
        """See ``Channel``."""
        if self._gateway is None:
            message = "no SMS gateway is set"
            raise UndeliveredError(message, for_good=True)
        self._gateway.text(call.address, call.text[:LONGEST], reference=call.id)
