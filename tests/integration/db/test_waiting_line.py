"""The line before the recorder: a lane that is alone waits for whom it has just answered, and for nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.db.waiting_line import Waiting, WaitingLine
from tests.twins.small_commands import counted

LONG = 60.0
"""Longer than any test may take: whoever returns did not wait for it."""


@pytest.fixture
def line() -> WaitingLine:
    return WaitingLine(max_waiting=100, max_batch=3, linger_seconds=LONG)


@contextmanager
def joined(line: WaitingLine, count: int) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    for _ in range(count):
        line.join(Waiting(counted("a"), None, loop.create_future(), loop))
    yield
    loop.close()


def taken(line: WaitingLine) -> int:
    found = line.take(0)
    assert isinstance(found, list)
    return len(found)


def test_who_was_just_answered_is_waited_for_while_somebody_else_waits(line: WaitingLine) -> None:
    sizes: list[int] = []
    with joined(line, 2):
        assert taken(line) == 2
        with joined(line, 1):
            lane = threading.Thread(target=lambda: sizes.append(taken(line)))
            lane.start()
            with joined(line, 2):
                lane.join(LONG)

    assert sizes == [3]


def test_nobody_is_kept_waiting_alone(line: WaitingLine) -> None:
    with joined(line, 1):
        assert taken(line) == 1
    sizes: list[int] = []
    lane = threading.Thread(target=lambda: sizes.append(taken(line)))
    lane.start()
    with joined(line, 1):
        lane.join(LONG)

    assert sizes == [1]


def test_a_whole_batch_waits_for_nobody(line: WaitingLine) -> None:
    with joined(line, 6):
        assert [taken(line), taken(line)] == [3, 3]


def test_a_lane_that_lingers_is_not_held_up_by_the_end(line: WaitingLine) -> None:
    sizes: list[int] = []
    with joined(line, 2):
        assert taken(line) == 2
        with joined(line, 1):
            lane = threading.Thread(target=lambda: sizes.append(taken(line)))
            lane.start()
            line.close()
            lane.join(LONG)

    assert sizes == [1]
