"""One way to write a rule of each rung, and the roles that may override."""

from __future__ import annotations

from app.custody.verdict import Rule, Rung
from app.kit.texts import Text

PHARMACIST = frozenset({"pharmacist"})
PHYSICIAN = frozenset({"physician"})
PHARMACIST_OR_QUALITY = frozenset({"pharmacist", "quality"})


def never(tag: str, title: Text, detail: Text) -> Rule:
    """Write a rule that nobody overrides."""
    return Rule(tag, Rung.NEVER, title, detail)


def senior(tag: str, title: Text, detail: Text, *groups: frozenset[str]) -> Rule:
    """Write a rule that one person of every group may override together, with a reason."""
    return Rule(tag, Rung.SENIOR, title, detail, groups)


def acknowledge(tag: str, title: Text, detail: Text, *, deviates: bool = True) -> Rule:
    """Write a rule that whoever scans may pass after reading it, with a reason."""
    return Rule(tag, Rung.ACKNOWLEDGE, title, detail, deviates=deviates)
