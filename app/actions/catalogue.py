"""The product profiles in force, by tag and version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.custody.profile import Profile


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every version of every profile; a bag keeps the version it was enrolled under."""

    profiles: tuple[Profile, ...]

    def newest(self, tag: str) -> Profile | None:
        """Return the newest version of a product's profile."""
        return max((one for one in self.profiles if one.tag == tag), key=lambda one: one.version, default=None)

    def version(self, tag: str, version: int) -> Profile | None:
        """Return one version of a product's profile."""
        return next((one for one in self.profiles if one.tag == tag and one.version == version), None)


def catalogue(profiles: Iterable[Profile]) -> Catalogue:
    """Put profiles in the order of their names."""
    return Catalogue(tuple(sorted(profiles, key=lambda one: (one.tag, one.version))))
