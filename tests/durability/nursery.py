"""A process that has imported the service already and has children which serve: a start in a tenth of the time.

Each child runs ``givre serve`` as ``python -m app serve`` would, and is killed and buried by its parent.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.house.tracked import ROOT


class Nursery:
    """The parent as the test knows it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        with self._process:  # it ends when there is nothing more to read
            pass

    def serve(self, port: int, log: Path, settings: dict[str, str]) -> int:
        """Start a child and return its process id."""
        return self._ask({"do": "serve", "port": port, "log": str(log), "settings": settings})

    def kill(self, child: int) -> None:
        """Kill a child and wait until it is gone."""
        self._ask({"do": "kill", "child": child})

    def _ask(self, order: dict[str, object]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _parent() -> None:
    import uvicorn.loops.auto  # noqa: PLC0415 - imported once, for every child
    import uvicorn.protocols.http.auto  # noqa: F401, PLC0415 - the same

    import app.main  # noqa: F401, PLC0415 - the same

    children: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "serve":
            child = os.fork()
            if child == 0:
                _serve(order)
            children.add(child)
        else:
            child = order["child"]
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            children.remove(child)
        print(child, flush=True)  # noqa: T201 - that is the answer
    for child in children:
        os.kill(child, signal.SIGKILL)


def _serve(order: dict[str, object]) -> None:
    from app.cli import main  # noqa: PLC0415 - in the child only

    status = 1
    try:
        os.setsid()
        written = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, file in ((0, nothing), (1, written), (2, written)):
            os.dup2(file, number)
        settings = order["settings"]
        assert isinstance(settings, dict)
        os.environ.update(settings)
        status = main(["serve", "--port", str(order["port"])])
    except BaseException:  # noqa: BLE001 - it goes to the log, and the child ends here whatever it was
        traceback.print_exc()
    os._exit(status)


if __name__ == "__main__":
    _parent()
