"""The line before the recorder: a lane that is alone waits for whom it has just answered, and for nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.db.waiting_line import CROWD, Waiting, WaitingLine
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


def taken(line: WaitingLine, lane: int = 0) -> int:
    found = line.take(lane)
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


def test_among_few_a_third_lane_takes_nothing() -> None:
    line = WaitingLine(max_waiting=100, max_batch=64)
    found: list[object] = []
    third = threading.Thread(target=lambda: found.append(line.take(2)))
    with joined(line, 1):
        assert taken(line, 0) == 1
    with joined(line, 1):
        assert taken(line, 1) == 1
    third.start()
    with joined(line, CROWD - 3):
        assert taken(line, 0) == CROWD - 3
    line.close()
    third.join(LONG)

    assert found == [None]


def test_in_a_crowd_a_third_lane_helps() -> None:
    line = WaitingLine(max_waiting=100, max_batch=CROWD // 2 - 1)
    sizes: list[int] = []
    third = threading.Thread(target=lambda: sizes.append(taken(line, 2)))
    with joined(line, CROWD):
        assert [taken(line, 0), taken(line, 1)] == [CROWD // 2 - 1, CROWD // 2 - 1]
        third.start()
        third.join(LONG)

    assert sizes == [2]


def test_a_lane_that_waits_takes_what_another_leaves() -> None:
    line = WaitingLine(max_waiting=100, max_batch=3)
    sizes: list[int] = []
    other = threading.Thread(target=lambda: sizes.append(taken(line, 1)))
    with joined(line, 3):
        assert taken(line, 0) == 3
        other.start()
        with joined(line, 4):
            sizes.append(taken(line, 0))
            other.join(LONG)

    assert sorted(sizes) in ([1, 3], [2, 2])
