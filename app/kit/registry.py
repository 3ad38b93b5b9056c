"""An ordered set of named things, closed when it is made: one visible line a member, no duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything with a tag that never changes."""

    @property
    def tag(self) -> str:
        """The name it is known by, for ever."""
        ...


Member = TypeVar("Member", bound=Named)


class Registry(Generic[Member]):
    """Members in the order they were written down.

    Raises:
        ValueError: two members claim one tag.
    """

    def __init__(self, noun: str, members: tuple[Member, ...]) -> None:
        """Keep the members; ``noun`` is what an error message calls them."""
        self.noun = noun
        self._members: dict[str, Member] = {}
        for member in members:
            if member.tag in self._members:
                message = f"two {noun}s are called {member.tag!r}"
                raise ValueError(message)
            self._members[member.tag] = member

    def __iter__(self) -> Iterator[Member]:
        """Go through the members in order."""
        return iter(self._members.values())

    def __len__(self) -> int:
        """Count the members."""
        return len(self._members)

    def __contains__(self, tag: object) -> bool:
        """Say whether a tag is taken."""
        return tag in self._members

    def __getitem__(self, tag: str) -> Member:
        """Return the member of that tag, or raise KeyError."""
        return self._members[tag]

    def get(self, tag: str) -> Member | None:
        """Return the member of that tag, or None."""
        return self._members.get(tag)
