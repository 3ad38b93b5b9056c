"""A rule of one dewar, as data; which kinds there are is a registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from app.kit.errors import GivreError

Severity: TypeAlias = Literal["warning", "action"]
MAX_SECONDS: Final = 400 * 86_400
MAX_FOR_S: Final = 86_400


class RuleInvalidError(GivreError):
    """A rule that cannot be followed; the message says which and why."""

    code = "alarm-rule-invalid"


@dataclass(frozen=True, slots=True)
class Rule:
    """When one source of a dewar calls somebody.

    ``source``: the probe that is watched, or ``fills``, ``tests``, ``calibration/<probe>``. ``limit`` in thousandths of
    the source's unit; None: the strictest product inside, less ``margin`` (see ``content_limit``). ``for_s``: how long
    it must last before it is told; ``after_s``: what silence, sameness or a term lasts at most. ``clear``: how far it
    must come back, in thousandths, before it counts as over. ``enabled`` False: nobody is called, and that is told.
    """

    id: str
    kind: str
    source: str
    severity: Severity
    limit: int | None = None
    margin: int = 0
    for_s: int = 0
    after_s: int = 0
    clear: int = 0
    enabled: bool = True
    armed: int = 0
    """Since which version of the plan it calls without a break: what was remembered of it before counts no more."""

    @property
    def key(self) -> str:
        """What its state is stored under."""
        return f"{self.id}#{self.armed}"

    def to_doc(self) -> dict[str, Any]:
        """Return the rule as JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Rule:
        """Read a rule back from JSON; members that this version does not know are passed over."""
        return cls(**{name: value for name, value in doc.items() if name in cls.__dataclass_fields__})

    def with_limit(self, limit: int) -> Rule:
        """Return the same rule with the limit that holds now."""
        return Rule.from_doc({**self.to_doc(), "limit": limit})


def content_limit(rule: Rule, content_c: int) -> int:
    """Return the limit of a rule that follows what is inside: the strictest product's, less the margin (§5.3.2).

    ``content_c`` is that limit in °C; of an empty dewar, the one it is qualified to.
    """
    return content_c * 1000 - rule.margin
