"""One kind of problem: its status and what to tell the person."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.texts import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem. The code is for ever."""

    status: int
    title: Text
    detail: Text


def problem_kind(status: int, title: tuple[str, str], detail: tuple[str, str]) -> Problem:
    """Write a problem's title and sentence, French first."""
    return Problem(status, Text(*title), Text(*detail))
