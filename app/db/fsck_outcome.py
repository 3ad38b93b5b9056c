"""The outcome of the last check of the whole ledger: a small file in the data directory, for the service to heed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.db.log_rows import LogRow
from app.kit.clock import parse_rfc3339, rfc3339

_NAME = "fsck.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """When a check ended, how much it found, and the first finding of each log by its origin."""

    finished_at: datetime
    findings: int
    first: Mapping[str, str]


class OutcomeFile:
    """One file, replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        """Keep it in this directory."""
        self._path = folder / _NAME

    def read(self) -> Outcome | None:
        """Return the last outcome, None where the ledger was never checked."""
        try:
            said = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        return Outcome(parse_rfc3339(said["finished_at"]), said["findings"], said["first"])

    def write(self, outcome: Outcome) -> None:
        """Put an outcome in the place of the last, durably."""
        said = {
            "finished_at": rfc3339(outcome.finished_at),
            "findings": outcome.findings,
            "first": dict(outcome.first),
        }
        unfinished = self._path.with_name(f"{_NAME}.{os.getpid()}.new")
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)


class Findings:
    """Which logs may not be signed, because the last check found something in them, whoever ran it."""

    def __init__(self, outcomes: OutcomeFile) -> None:
        """Look into this file whenever asked."""
        self._outcomes = outcomes
        self._held: set[int] = set()

    def of(self, rows: Sequence[LogRow]) -> list[tuple[LogRow, str]]:
        """Return the logs with a finding, and the words for it."""
        said = self._outcomes.read()
        found = [(row, said.first[row.origin]) for row in rows if said is not None and row.origin in said.first]
        self._held |= {row.number for row, _ in found}
        return [(row, f"{why}. Nothing more is signed: keep the database as it is") for row, why in found]

    def settled(self, rows: Sequence[LogRow]) -> list[LogRow]:
        """Return the logs that had a finding when they were last asked for, and have none any more."""
        said = self._outcomes.read()
        over = [row for row in rows if row.number in self._held and (said is None or row.origin not in said.first)]
        self._held -= {row.number for row in over}
        return over
