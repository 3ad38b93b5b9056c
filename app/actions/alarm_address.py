"""Whether an address suits its channel: what cannot be reached must be known by day, not in an alarm."""

from __future__ import annotations

import re
from typing import Final

from app.kit.errors import GivreError

CHANNELS: Final = ("email", "webhook", "sms")
_PATTERNS: Final = {
    "email": re.compile(r"[^@\s<>,;:\"\\]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII),
    "sms": re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII),  # ITU-T E.164
    # In the clear only to this very machine.
    "webhook": re.compile(r"(https://[^\s@/?#]+|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)(/[^\s#]*)?", re.ASCII),
}


class AddressInvalidError(GivreError):
    """An address that its channel cannot reach."""

    code = "alarm-address-invalid"


def checked_address(channel: str, address: str) -> str:
    """Return the address if it suits the channel.

    Raises:
        AddressInvalidError: it does not.
    """
    if _PATTERNS[channel].fullmatch(address) is None:
        raise AddressInvalidError(channel)
    return address
