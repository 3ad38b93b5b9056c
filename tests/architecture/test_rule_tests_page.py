"""No rule goes untested, and the page that names each rule's tests is current."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.custody.rules import RULES
from tests.rule_tests import ALONE, PAGE, ROOT, main, over_http, page, tried
from tests.unit.custody.breaking_scans import BREAKING


def test_every_rule_is_tried_and_one_that_is_not_would_be_told() -> None:
    met = over_http()
    untried = [rule.tag for rule in RULES if rule.tag not in BREAKING and not met[rule.tag]]
    assert untried == [], "rules that no test tries"
    file, name = ALONE.split("::")
    assert f"def {name}(" in (ROOT / file).read_text("utf-8")


def test_the_page_names_the_tests_as_they_are(tmp_path: Path) -> None:
    written = tmp_path / "rule-tests.md"
    assert main(["--write", str(written)]) == 0
    told = "run: python -m tests.rule_tests --write docs/rule-tests.md"
    assert written.read_text("utf-8") == PAGE.read_text("utf-8"), told


def test_the_page_is_printed_with_a_line_for_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert printed == page()
    assert all(f"| `{rule.tag}` | {rule.rung.value} |" in printed for rule in RULES)


def test_a_code_in_a_test_its_parameters_or_a_table_it_names_is_found_and_a_comment_is_not() -> None:
    source = """
TABLE = {"one": 1}
OTHER: tuple[str, ...] = ("unused",)
'''a text in passing'''

def helper():
    return "helper"

@pytest.mark.parametrize("code", ["two"])
def test_it(code):
    assert code in TABLE or "three"  # "four"
"""
    ((name, codes),) = tried(ast.parse(source))
    assert name == "test_it"
    assert codes == {"code", "one", "two", "three"}
