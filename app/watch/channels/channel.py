"""What a channel promises: to hand over one call, or to say why it could not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from app.kit.errors import GivreError


class UndeliveredError(GivreError):
    """The call was not handed over. ``for_good``: trying again is of no use."""

    code = "alarm-undelivered"

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        """Say why, in one line that holds no address."""
        super().__init__(message)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Call:
    """One call to one contact; ``id`` is the same each time it is tried, so that whoever gets it twice can tell.

    ``event`` is what a machine is told: the alarm without a name.
    """

    id: str
    contact: str
    address: str
    subject: str
    text: str
    event: dict[str, Any]


class Channel(Protocol):
    """One way to reach somebody. Its tag is what a contact names."""

    @property
    def tag(self) -> str:
        """The name contacts know it by."""
        ...

    def send(self, call: Call) -> None:
        """Hand a call over; returns once the other side has taken it.

        Raises:
            UndeliveredError: it was not taken.
        """
        ...
