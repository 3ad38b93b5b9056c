"""What every recorder promises, whichever database is behind it."""

from __future__ import annotations

from typing import Protocol

from app.actions.batch import Outcome
from app.actions.world import Command
from app.kit.errors import GivreError


class NotRecordedError(GivreError):
    """Nothing was recorded, or we cannot know: send the same request again, its scan_id makes that harmless."""

    code = "not-recorded"

    def __init__(self, message: str, *, retry_after_seconds: int = 1) -> None:
        """Say when to come back."""
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Recorder(Protocol):
    """The single writer of a process. Nobody hears an answer before it is durable."""

    async def submit(self, command: Command) -> Outcome:
        """Record one command and return what it came to.

        Raises:
            NotRecordedError: too many are waiting, the recorder is stopping, or the database did not answer.
        """
        ...
