"""A bar on a terminal for what takes longer than a breath; elsewhere nothing."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

_WIDTH = 40
_TURNS = "|/-\\"


class Bar:
    """Called with how many of how many are done; draws only what changed, and only on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        """Draw on this stream when it is a terminal."""
        self.done = 0
        self._stream = stream
        self._drawn = -1
        self._beats = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is."""
        self.done = done
        share = 1000 * done // max(total, 1)
        if share == self._drawn or not self._stream.isatty():
            return
        self._drawn = share
        self._draw(share, f"{done}/{total}")

    def beat(self) -> None:
        """Say that it goes on, where nobody knows how far it is."""
        if self._drawn >= 0:
            self._beats += 1
            self._draw(self._drawn, _TURNS[self._beats % len(_TURNS)])

    def _draw(self, share: int, said: str) -> None:
        full = _WIDTH * share // 1000
        self._stream.write(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {share / 10:5.1f} %  {said}\x1b[K")
        self._stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the line."""
        if self._drawn >= 0:
            self._stream.write("\n")
