"""The threads that take turns at the interpreter are kept on one processor core.

Only one thread of a process runs Python at a time. When the loop's thread and the recorder's run on two cores, nothing
is gained, and everything they touch moves from one core's cache to the other's at every turn: measured, a third of what
a scan costs. So each process takes a core for these threads (see ``docs/decisions/0082``). Threads that compute without
the interpreter – a report is set, a password is hashed – go where they like.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from zlib import crc32


class OneCore:
    """A core that no other process of this installation has taken, and the rest of the machine."""

    def __init__(self, folder: Path) -> None:
        """Take a core; which ones are taken is known by locked files in this folder.

        Where the system has no notion of it, or no core is left, nothing is kept together.
        """
        self._all = frozenset(_allowed())
        self.core = self._take(folder) if len(self._all) > 1 else None

    def keep(self, threads: Iterable[threading.Thread]) -> None:
        """Keep these threads, which run, on the core."""
        if self.core is None:
            return
        for thread in threads:
            if thread.native_id is not None:
                with suppress(OSError):  # an administrator may have forbidden it: then it costs what it costs
                    os.sched_setaffinity(thread.native_id, {self.core})

    def elsewhere(self) -> ThreadPoolExecutor:
        """Return threads for everything else: they would inherit the core of the thread that starts them."""
        return ThreadPoolExecutor(thread_name_prefix="givre-beside", initializer=self._leave)

    def _leave(self) -> None:
        if self.core is not None:
            with suppress(OSError):
                os.sched_setaffinity(0, self._all)

    def _take(self, folder: Path) -> int | None:
        cores = sorted(self._all)
        start = crc32(os.fsencode(folder.resolve())) % len(cores)  # two installations begin at different cores
        for core in (*cores[start:], *cores[:start]):
            self._lock = os.open(folder / f"core-{core}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(self._lock)
            else:
                return core  # the lock goes with the process
        return None


def _allowed() -> set[int]:
    affinity = getattr(os, "sched_getaffinity", None)  # Linux knows it
    return affinity(0) if affinity is not None else set()
