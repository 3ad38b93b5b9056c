"""What the watch asks of the database: rounds, what they came to, whom to call, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.actions.alarm_contacts import Contact
from app.actions.record_alarm_turn import AlarmTurn


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A call that is to be made now. ``attempts``: how often it was tried before."""

    id: str
    number: int
    attempts: int
    contact: Contact | None
    alarm: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DueAlarm:
    """An alarm whose next call is due."""

    tenant: str
    alarm: str
    dewar: str


class Rounds(Protocol):
    """Judges what arrived; safe to be called by several processes, of which one at a time does it."""

    def round(self, now: datetime) -> int:
        """Judge what has arrived and what is due; return how many sources were looked at."""
        ...

    def turns(self) -> Sequence[AlarmTurn]:
        """Return what rounds came to and the ledger does not say yet, oldest first."""
        ...

    def settle(self, turn: str) -> None:
        """Forget a turn that the ledger says."""
        ...


class CallBook(Protocol):
    """Which alarms call next, and the calls that are to be sent."""

    def due(self, now: datetime) -> Sequence[DueAlarm]:
        """Return the alarms whose next call is due."""
        ...

    def claim(self, now: datetime, until: datetime) -> Sequence[PendingCall]:
        """Take the calls that are to be made now; nobody else gets them before ``until``."""
        ...

    def sent(self, call: str, at: datetime) -> None:
        """Say that a call was handed over."""
        ...

    def failed(self, call: str, fault: str, again: datetime | None) -> None:
        """Say that it was not, and when it is tried again; None: never."""
        ...
