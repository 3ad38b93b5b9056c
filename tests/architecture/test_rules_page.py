"""The page of rules says what the rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main
from app.cli.rules import page
from app.custody.rules import RULES

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_of_rules_is_what_the_command_writes(tmp_path: Path) -> None:
    written = tmp_path / "rules.md"
    assert main(["rules", "--write", str(written)]) == 0

    assert written.read_text("utf-8") == PAGE.read_text("utf-8"), "run: python -m app rules --write docs/rules.md"


def test_every_rule_has_its_line_and_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0

    printed = capsys.readouterr().out
    assert printed == page()
    assert all(f"| `{rule.tag}` | {rule.rung.value} |" in printed for rule in RULES)
