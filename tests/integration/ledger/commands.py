"""The command ``givre`` over a test's own installation."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.house.databases import Database
from tests.house.tracked import ROOT


@dataclass(frozen=True, slots=True)
class Installation:
    database: Database
    folder: Path

    def givre(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        settings = {"GIVRE_DATA_DIR": str(self.folder), "GIVRE_DATABASE_URL": self.database.url}
        return subprocess.run(
            [sys.executable, "-m", "app", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, **settings, **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
