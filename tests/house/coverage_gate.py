"""Fails a whole run whose tests left code unseen: pure rooms to the last branch, everything to a floor."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import coverage
import pytest

FINDINGS = pytest.StashKey[list[str]]()
DESELECTED = pytest.StashKey[bool]()


@dataclass(frozen=True, slots=True)
class Limits:
    """What must be covered: these rooms wholly, and ``whole`` percent of all lines and branches together."""

    pure: tuple[str, ...]
    whole: float


def limits(root: Path) -> Limits:
    """Read the limits from ``[tool.givre.coverage]``."""
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["givre"]["coverage"]
    return Limits(pure=tuple(table["pure"]), whole=float(table["whole"]))


def findings(report: Mapping[str, Any], limit: Limits) -> Iterator[str]:
    """Yield a sentence for each limit that a coverage report in JSON does not reach."""
    for name, file in sorted(report["files"].items()):
        parts = PurePath(name).parts
        if parts[0] != "app" or parts[1] not in limit.pure:
            continue
        lines = [str(line) for line in file["missing_lines"]]
        branches = [f"{start}->{end if end > 0 else 'exit'}" for start, end in file["missing_branches"]]
        if lines or branches:
            yield f"{name}: a pure room is covered to the last branch; not run: {', '.join([*lines, *branches])}"
    reached = report["totals"]["percent_covered"]
    if reached < limit.whole:
        yield f"all of app: {reached:.2f} % of lines and branches are covered, {limit.whole:g} % is the floor"


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Remember that this is not the whole suite."""
    for item in items[:1]:
        item.config.stash[DESELECTED] = True


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Judge the run, when it was the whole suite, measured, and green."""
    config = session.config
    if hasattr(config, "workerinput"):  # one process of several: whoever hands out the tests judges them together
        return
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.stash.get(DESELECTED, False)
    if exitstatus != pytest.ExitCode.OK or not whole or not config.getoption("cov_source", None):
        return
    found = list(findings(_report(config.rootpath), limits(config.rootpath)))
    config.stash[FINDINGS] = found
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what is missing, above pytest's own closing line."""
    found = config.stash.get(FINDINGS, None)
    if found is None:
        return
    terminalreporter.section("coverage gate", red=bool(found), green=not found)
    for sentence in found or ["every pure room to the last branch; the floor for everything is kept"]:
        terminalreporter.write_line(sentence)


def _report(root: Path) -> dict[str, Any]:
    measured = coverage.Coverage(data_file=str(root / ".coverage"), config_file=str(root / "pyproject.toml"))
    measured.load()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "coverage.json")
        measured.json_report(outfile=str(path))
        report: dict[str, Any] = json.loads(path.read_bytes())
    return report
