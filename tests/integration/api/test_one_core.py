"""The threads that take turns at the interpreter stand on one core, and no other thread does."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.api.one_core import OneCore
from tests.durability.served import Served, premises
from tests.house.databases import sqlite_copy

CORES = frozenset(os.sched_getaffinity(0))


@pytest.fixture
def waiting() -> Iterator[threading.Thread]:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    yield thread
    over.set()
    thread.join()


def test_a_thread_is_kept_on_the_core_and_its_threads_are_not(waiting: threading.Thread, tmp_path: Path) -> None:
    core = OneCore(tmp_path)

    core.keep([waiting])

    assert waiting.native_id is not None
    kept = os.sched_getaffinity(waiting.native_id)
    assert kept == ({core.core} if len(CORES) > 1 else CORES)
    with core.elsewhere() as threads:
        assert threads.submit(os.sched_getaffinity, 0).result() == CORES


def test_every_process_of_an_installation_takes_another_core(waiting: threading.Thread, tmp_path: Path) -> None:
    taken = [OneCore(tmp_path) for _ in CORES]
    late = OneCore(tmp_path)

    late.keep([waiting])

    assert waiting.native_id is not None
    assert {one.core for one in taken} == (CORES if len(CORES) > 1 else {None})
    assert late.core is None
    assert os.sched_getaffinity(waiting.native_id) == CORES


def test_the_service_keeps_its_loop_and_its_writer_there(sqlite_template: Path, tmp_path: Path) -> None:
    with sqlite_copy(sqlite_template) as database:
        served = Served(premises(database, tmp_path, bags=1))
        try:
            threads = {
                int(one.name): os.sched_getaffinity(int(one.name)) for one in Path(f"/proc/{served.pid}/task").iterdir()
            }
        finally:
            served.stop()

    if len(CORES) > 1:
        assert len(threads[served.pid]) == 1
        assert sum(len(one) == 1 for one in threads.values()) >= 2
        assert CORES in threads.values()
