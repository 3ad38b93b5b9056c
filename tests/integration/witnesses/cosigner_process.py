"""The replaying cosigner as its own process, as a manufacturer runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from app.cli.cosign import LISTENING
from tests.house.tracked import ROOT

STOP_SECONDS = 30


class CosignerProcess:
    """``givre cosign`` over a directory; its key is made when it is not there."""

    def __init__(self, state: Path, *options: str, name: str = "maker.example/cct-replay") -> None:
        command = [sys.executable, "-m", "app", "cosign", "--state", str(state)]
        if not state.exists():
            subprocess.run([*command, "--init", name], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        self.log = state.with_suffix(".log")
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                [*command, *options, "--listen", "127.0.0.1:0", "--until-eof"],
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        self.url, _, self.vkey = line.removeprefix(LISTENING).strip().partition(" as ")
        if not self.vkey:
            self.end()
            message = f"the cosigner did not start: {self.said()}"
            raise RuntimeError(message)

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> int:
        """Let its input end, as it does when whoever started it is gone; return the exit status."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        status = self.process.wait(STOP_SECONDS)
        self.process.stdout.close()
        return status
