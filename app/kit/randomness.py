"""Random bytes for many small uses, drawn from the system in few calls."""

from __future__ import annotations

from collections.abc import Callable

_DRAWN_AT_ONCE = 4096


class Randomness:
    """Hands out slices of larger draws; no byte is ever handed out twice.

    The system call lets go of the interpreter: a thread that asks for 12 bytes then waits for its turn again, which on
    a busy process takes a hundred times as long as the bytes do.
    """

    def __init__(self, draw: Callable[[int], bytes]) -> None:
        """Draw from a source of ``n`` random bytes."""
        self._draw = draw
        self._drawn = b""
        self._at = 0

    def __call__(self, count: int) -> bytes:
        """Return that many random bytes."""
        end = self._at + count
        if end > len(self._drawn):
            self._drawn, self._at, end = self._draw(max(count, _DRAWN_AT_ONCE)), 0, count
        given = self._drawn[self._at : end]
        self._at = end
        return given
