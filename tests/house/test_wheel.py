"""What is installed elsewhere is complete."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.tracked import ROOT, tracked_files

TABLET = "app/tablet/"
"""Its sources stay behind; what is built from them goes in."""


def test_the_wheel_holds_every_tracked_file_of_app_and_migrations(tmp_path: Path) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    sources = {path.relative_to(ROOT).as_posix() for path in tracked_files()}
    wanted = {name for name in sources if name.startswith(("app/", "migrations/")) and not name.startswith(TABLET)}
    assert {"app", "migrations"} == {name.split("/")[0] for name in wanted}
    assert wanted - names == set()
    made = {path.relative_to(ROOT).as_posix() for path in (ROOT / TABLET / "dist").rglob("*.*") if path.is_file()}
    assert {f"{TABLET}dist/index.html", f"{TABLET}dist/sw.js"} <= made
    assert {name for name in names if name.startswith(TABLET)} == made
