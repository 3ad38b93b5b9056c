"""Leading, and remembering whether it ended in order: the sequencer's desk with a note left beside the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from app.db import log_rows
from app.db.desks import Desk

_Result = TypeVar("_Result")
_NAME = "published-in-order"


class Lead:
    """A desk that knows whether it is taken, and whether whoever sat there before has left in order.

    An empty file in the data directory says so. It is there only while nobody publishes, so that whatever ends a
    process without a word – a crash, a power cut, a lost database – is known to the next.
    """

    def __init__(self, desk: Desk, folder: Path) -> None:
        """Sit at this desk; the note lies in this directory."""
        self.leading = False
        self.unclean = False
        """Whoever led before did not leave in order, and the ledger was not gone through since."""
        self._desk = desk
        self._path = folder / _NAME

    def take(self) -> bool:
        """See ``Desk``."""
        if not self._desk.take():
            self.leading = False
        elif not self.leading:
            self.leading = True
            in_order = self._found()
            # An installation that has published nothing yet was never left.
            self.unclean = self.unclean or (not in_order and self._desk.read(log_rows.logs) != [])
        return self.leading

    def read(self, work: Callable[[Connection], _Result]) -> _Result:
        """See ``Desk``."""
        return self._desk.read(work)

    def write(self, work: Callable[[Connection], _Result]) -> _Result:
        """See ``Desk``."""
        return self._desk.write(work)

    def leave(self) -> None:
        """See ``Desk``: leave because something went wrong."""
        self.leading = False
        self._desk.leave()

    def resign(self) -> None:
        """Leave in order, which counts only once the ledger was gone through where that was due."""
        if self.leading and not self.unclean:
            self._path.touch(mode=0o600)  # before the place is free: whoever takes it finds this
            self._sync()
        self.leave()

    def _found(self) -> bool:
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        self._sync()
        return True

    def _sync(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
