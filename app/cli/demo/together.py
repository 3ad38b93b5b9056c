"""Several things at once: each waits for its own answer, and the service works for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

AT_ONCE = 6
_Task = TypeVar("_Task")
_Given = TypeVar("_Given")


def together(ended: Event, perform: Callable[[_Task], _Given], tasks: Iterable[_Task]) -> list[_Given]:
    """Perform tasks at once and return what they gave, in their order; ``ended`` is set once one has failed."""
    with ThreadPoolExecutor(AT_ONCE) as players:
        running = [players.submit(perform, task) for task in tasks]
        try:
            return [one.result() for one in running]
        except BaseException:
            ended.set()
            players.shutdown(wait=False, cancel_futures=True)
            raise
