"""The command line names every command, and loads no more than it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import app.cli
from app.cli import COMMANDS, load, main
from app.cli.demo.server import ServerFailedError, private_server
from app.settings import Settings


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_called_as_its_file_is(name: str) -> None:
    command = load(name)

    assert command.tag == name
    assert command.help


def test_every_command_has_one_name() -> None:
    folder = Path(app.cli.__file__).parent
    with_command = {path for path in folder.rglob("*.py") if "\nCOMMAND = Command(" in path.read_text(encoding="utf-8")}

    assert len(set(COMMANDS)) == len(COMMANDS) == len(with_command)


def test_help_shows_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])

    assert left.value.code == 0
    said = capsys.readouterr().out
    # argparse puts the sentence of a long name on a line of its own.
    assert all(re.search(rf"^    {name}\s", said, re.MULTILINE) for name in COMMANDS)


def test_a_scan_loads_neither_the_web_server_nor_the_database() -> None:
    script = "import sys; from app.cli import load; load('scan'); print(*sorted(sys.modules))"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert not {"fastapi", "sqlalchemy", "uvicorn"} & set(done.stdout.split())


def test_a_server_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(ServerFailedError, match="keys"), private_server(Settings(data_dir=tmp_path)):
        pytest.fail("it cannot serve without keys")
