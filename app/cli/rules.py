"""``givre rules``: print every rule of custody as a table, as committed in ``docs/rules.md``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from app.cli.command import Command
from app.custody.labels import group_names
from app.custody.rules import RULES
from app.custody.steps import STEPS
from app.custody.verdict import Rule

_HEAD = """# The rules of custody

Printed by `givre rules --write docs/rules.md`; do not edit by hand. *never*: nobody overrides it. *senior*: with a
reason, and one person of every group named, each another one; the bag is then on hold. *acknowledge*: with a reason, by
whoever scans.

| code | rung | who overrides | steps | says (English) | says (French) |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the table as Markdown."""
    return _HEAD + "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    for rule in RULES:
        who = group_names(map(sorted, rule.authorisers)).en if rule.authorisers else "–"
        yield (
            f"| `{rule.tag}` | {rule.rung.value} | {who} | {_steps(rule)} "
            f"| **{rule.title.en}.** {rule.detail.en} | **{rule.title.fr}.** {rule.detail.fr} |"
        )


def _steps(rule: Rule) -> str:
    named = [f"`{step.tag}`" for step in STEPS if rule.tag in step.rules]
    return ", ".join(named) or "every step"


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table to a file instead of printing it")


def _run(options: argparse.Namespace) -> int:
    if options.write is None:
        print(page(), end="")
    else:
        options.write.write_text(page(), encoding="utf-8")
    return 0


COMMAND = Command("rules", "print the rules of custody, who overrides each, and what it says", _configure, _run)
