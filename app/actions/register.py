"""Subjects that exist so that acts which must not miss each other meet: whoever acts writes on the same chain.

Such a subject is found by one exclusive name and begins with the first act that uses it. Of two processes that act at
once, one takes the name, or appends to the chain, before the other; the other is turned back by the database and
judged again by what the first one wrote. A list of names read beside it could be older than the rows it is locked by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.actions.recorded import event
from app.actions.world import Birth, Draft, Moment, Name, Subject, World

Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Takes the state of a register and returns the members that become different."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an act writes besides its own event."""

    births: tuple[Birth, ...] = ()
    drafts: tuple[Draft, ...] = ()
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """Such a subject: its kind, the name it is found by, the tag of what is written, and how it begins."""

    kind: str
    key: str
    tag: str
    empty: Mapping[str, Any]

    def found(self, world: World, tenant: str) -> Subject | None:
        """Return it, or None when nothing was ever written on it."""
        return next((one for one in world.find(self.key, tenant) if one.kind == self.kind), None)

    def entered(self, change: Change, world: World, tenant: str, moment: Moment, actor: str) -> Written:
        """Write on it; it begins to exist with the first act that does."""
        known = self.found(world, tenant)
        if known is not None:
            return written_on(known, change, self.tag, moment, actor)
        subject = moment.new_id()
        before = {"id": subject, **self.empty, "identifiers": [self.key]}
        draft = event(subject, self.tag, moment=moment, actor=actor, doc={**before, **change(before)})
        name = Name(f"{tenant}|{self.key}", subject, exclusive=True)
        return Written((Birth(subject, self.kind),), (draft,), (name,))


def written_on(known: Subject, change: Change, tag: str, moment: Moment, actor: str) -> Written:
    """Write on a register that is there."""
    doc = {**known.doc, **change(known.doc)}
    return Written(drafts=(event(known.id, tag, moment=moment, actor=actor, doc=doc),))


def together(written: Iterable[Written]) -> Written:
    """Return several acts' writings as one."""
    every = tuple(written)
    return Written(
        tuple(birth for one in every for birth in one.births),
        tuple(draft for one in every for draft in one.drafts),
        tuple(name for one in every for name in one.names),
    )
