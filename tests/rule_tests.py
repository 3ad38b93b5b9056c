"""Which tests try each rule: ``python -m tests.rule_tests --write docs/rule-tests.md``.

Read from the tests themselves: a test tries a rule when its code stands in the test, in what it is parametrised by, or
in a table of its file that the test names.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.custody.rules import RULES
from tests.unit.custody.breaking_scans import BREAKING

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "rule-tests.md"
ALONE = "tests/unit/custody/test_custody_rules.py::test_a_scan_that_breaks_one_rule_is_refused_with_that_rule_alone"
_SHOWN = 2
_HEAD = """# Every rule, its rung and its tests

Printed by `python -m tests.rule_tests --write docs/rule-tests.md`; do not edit by hand. `docs/rules.md` says what each
rule tells and on which steps. *alone*: a scan that breaks this rule and no other is refused with its code, says both
sentences whole, and is overridden by exactly whom the rung names (`tests/unit/custody/test_custody_rules.py`, the case
of that code). *over HTTP*: tests in `tests/integration` that meet the rule in the service itself; two are named, the
number is of all.

"""


def over_http() -> dict[str, list[str]]:
    """Return, for each rule, the tests of the service that try it, in the order of their files."""
    found: dict[str, list[str]] = {rule.tag: [] for rule in RULES}
    for file in sorted((ROOT / "tests" / "integration").rglob("test_*.py")):
        name = file.relative_to(ROOT / "tests" / "integration").as_posix()
        for test, codes in tried(ast.parse(file.read_text(encoding="utf-8"))):
            for code in sorted(codes & found.keys()):
                found[code].append(f"{name}::{test}")
    return found


def tried(module: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Return every test of a file with the texts that stand in it, or in the tables of the file that it names."""
    tables: dict[str, set[str]] = {}
    functions = [node for node in module.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for node in module.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    tables[target.id] = _texts(node.value)
    for function in functions:
        if function.name.startswith("test_"):
            named = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            yield function.name, _texts(function).union(*(tables[name] for name in sorted(named & tables.keys())))


def page() -> str:
    """Return the list as Markdown."""
    tests = over_http()
    alone = sum(rule.tag in BREAKING for rule in RULES)
    met = sum(bool(tests[rule.tag]) for rule in RULES)
    others = len(RULES) - alone
    lines = [
        f"{len(RULES)} rules: {alone} are tried alone, {others} are judged before the machine and tried over HTTP. ",
        f"{met} are met over HTTP.\n\n",
        "| code | rung | alone | over HTTP |\n|---|---|---|---|\n",
    ]
    for rule in RULES:
        by_itself = "yes" if rule.tag in BREAKING else "–"
        shown = "<br>".join(f"`{one}`" for one in tests[rule.tag][:_SHOWN]) or "–"
        number = f" ({len(tests[rule.tag])})" if len(tests[rule.tag]) > _SHOWN else ""
        lines.append(f"| `{rule.tag}` | {rule.rung.value} | {by_itself} | {shown}{number} |\n")
    return _HEAD + "".join(lines)


def _texts(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the list, or write it to a file."""
    parser = argparse.ArgumentParser(description="print every rule with its rung and its tests")
    parser.add_argument("--write", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    if asked.write is None:
        sys.stdout.write(page())
    else:
        asked.write.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
