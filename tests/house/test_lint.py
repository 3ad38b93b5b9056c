"""The checks of `dev.py lint` are tests too, so that one closing line speaks for everything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dev import CHECKS, ROOT


@pytest.mark.parametrize("command", CHECKS.values(), ids=CHECKS)
def test_the_check_passes(command: Sequence[str]) -> None:
    program = Path(sys.executable).with_name(command[0])
    # The tools are not what is measured.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}

    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
