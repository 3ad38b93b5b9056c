"""What the machine answers: taken, or refused with a rule a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.kit.texts import Text


class Rung(StrEnum):
    """How far a rule may be overridden (domain §4)."""

    NEVER = "never"
    SENIOR = "senior"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must be true, the rung of its override and what to tell the person who broke it.

    ``authorisers``: groups of roles; an override needs one person of every group, each another one, among those
    present (actor, witness, authoriser).
    ``deviates``: passing it opens a deviation; False where the reason that is given says all there is to say.
    """

    tag: str
    rung: Rung
    title: Text
    detail: Text
    authorisers: tuple[frozenset[str], ...] = ()
    deviates: bool = True


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that was not met; ``values`` fill the places of its sentence.

    ``by``: the ids of the people who do not meet it, where it is about them; none of them can authorise it.
    """

    code: str
    values: Mapping[str, str | Text] = field(default_factory=dict)
    by: frozenset[str] = frozenset()

    def sentence(self, template: Text) -> Text:
        """Return the template with this breach's values in their own language."""
        return Text(
            template.fr.format(**{name: _in(value, "fr") for name, value in self.values.items()}),
            template.en.format(**{name: _in(value, "en") for name, value in self.values.items()}),
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """The event happened under the rules, or outside them with an accepted deviation."""

    overridden: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The attempt is recorded, the bag stays where it was. ``breach`` is what the person is told first."""

    breach: Breach
    others: tuple[Breach, ...] = ()


Verdict = Taken | Refused


def _in(value: str | Text, language: str) -> str:
    return value if isinstance(value, str) else value.say(language)
