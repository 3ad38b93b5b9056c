"""The coverage gate finds what it is for."""

from __future__ import annotations

from typing import Any

from tests.house.coverage_gate import Limits, findings, limits
from tests.house.tracked import ROOT

LIMIT = Limits(pure=("custody",), whole=90)


def report(
    name: str, *, lines: tuple[int, ...] = (), branches: tuple[tuple[int, int], ...] = (), percent: float = 95
) -> dict[str, Any]:
    return {
        "files": {name: {"missing_lines": list(lines), "missing_branches": [list(branch) for branch in branches]}},
        "totals": {"percent_covered": percent},
    }


def test_a_covered_pure_room_and_a_kept_floor_are_fine() -> None:
    assert list(findings(report("app/custody/machine.py"), LIMIT)) == []


def test_a_branch_that_is_never_taken_in_a_pure_room_is_found() -> None:
    (sentence,) = findings(report("app/custody/machine.py", lines=(3,), branches=((7, -1), (8, 9))), LIMIT)

    assert "app/custody/machine.py" in sentence
    assert "3, 7->exit, 8->9" in sentence


def test_an_edge_may_have_some_that_are_not() -> None:
    assert list(findings(report("app/api/problems.py", lines=(3,)), LIMIT)) == []


def test_a_broken_floor_is_found() -> None:
    (sentence,) = findings(report("app/api/problems.py", percent=89.994), LIMIT)

    assert "89.99 %" in sentence


def test_the_projects_own_limits_are_read() -> None:
    own = limits(ROOT)

    assert own.whole >= LIMIT.whole
    assert {"custody", "ledger", "barcodes", "kit"} <= set(own.pure)
