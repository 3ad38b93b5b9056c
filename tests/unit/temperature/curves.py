"""Invented readings, written short: minutes and degrees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from app.temperature.calm import Unopened
from app.temperature.course import Course
from app.temperature.reading import HOTTEST_MILLI, Block, Reading, State, blocks_of, milliseconds
from app.temperature.rules import Limit, Rules

START = milliseconds(datetime(2026, 3, 2, 8, tzinfo=UTC))
MINUTE = 60_000
FROZEN = Limit(-150_000)
FRESH = Limit(8_000, 2_000)
RULES = Rules()


def at(minute: float) -> int:
    """Return the instant so many minutes after the start."""
    return START + round(minute * MINUTE)


def curve(*points: tuple[float, float | State]) -> list[Reading]:
    """Return readings from (minute, degrees) or (minute, state)."""
    return [
        Reading(at(minute), None, what) if isinstance(what, State) else Reading(at(minute), round(what * 1000))
        for minute, what in points
    ]


def every_minute(*degrees: float | State, start: float = 0) -> list[Reading]:
    """Return one reading a minute."""
    return curve(*((start + number, what) for number, what in enumerate(degrees)))


def blocks(*points: tuple[float, float | State]) -> list[Block]:
    """Return a curve as blocks."""
    return blocks_of(curve(*points))


def unopened(series: Iterable[Block], rules: Rules, looked_into: list[Block]) -> list[Unopened]:
    """Return blocks as an import keeps them: what is remembered of each, and a door that says when it is opened."""

    def door(block: Block, course: Course) -> Unopened:
        def opened() -> Block:
            looked_into.append(block)
            return block

        return Unopened(block.times[0], block.times[-1], course.feed(block), opened)

    course = Course(rules, Limit(HOTTEST_MILLI), MINUTE)
    return [door(block, course) for block in series]
