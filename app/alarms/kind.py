"""A kind of rule as a value: what it looks at, what it must be told, and how it judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text

Memory: TypeAlias = dict[str, Any]
"""What a kind remembers between two samples: JSON, bounded."""
Finding: TypeAlias = Literal["bad", "fine"] | None
"""None: it can be told neither way. What is unknown ends no alarm, and keeps a doubt that had begun."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. ``start`` makes the memory of a rule that is armed at an instant; ``see`` takes one sample.

    ``bad_from``: the instant from which it is bad if nothing more is heard, None when silence says nothing.
    ``takes`` are the rule's members it needs; the others must be left out. ``restricts``: a dewar in this alarm takes
    no bag until a pharmacist has said so (§5.3.3).
    """

    tag: str
    labels: Text
    takes: frozenset[str]
    start: Callable[[int], Memory]
    see: Callable[[Rule, Memory, Sample], tuple[Memory, Finding]]
    bad_from: Callable[[Rule, Memory], int | None]
    source: str | None = None
    """The only source it can look at, where it is one of its own."""
    restricts: bool = False


def nothing(_at: int) -> Memory:
    """Begin with nothing to remember."""
    return {}


def never(_rule: Rule, _memory: Memory) -> int | None:
    """Silence says nothing to this kind: another rule watches for it."""
    return None


def against(rule: Rule, value: int | None, *, above: bool) -> Finding:
    """Hold a value against the rule's limit; on the limit is fine, and within ``clear`` of it nothing is over yet."""
    if value is None or rule.limit is None:
        return None
    beyond = value - rule.limit if above else rule.limit - value
    if beyond > 0:
        return "bad"
    return "fine" if beyond <= -rule.clear else None
