"""The product profiles of one operator: every version, and which of them rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from app.actions.profile_record import DRAFT, IN_FORCE, WITHDRAWN, digest_of, number_of
from app.custody.bag import Bag, Therapy
from app.custody.profile import Profile, ProfileInvalidError, parse_profile
from app.kit.clock import parse_rfc3339


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """One version as the rules see it. ``since``: when it was signed."""

    profile: Profile
    state: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """By which rules a bag is judged now.

    ``profile`` is None when the product is unknown. ``standing``: the state of what the product has to offer, of which
    only ``in_force`` starts a therapy or a thaw. ``followed`` is the version the bag has followed so far.
    """

    profile: Profile | None
    standing: str
    followed: Profile | None = None
    since: datetime | None = None


_UNKNOWN = Ruling(None, DRAFT)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every version of every profile of one operator; nothing rules that no pharmacist of theirs has signed."""

    versions: tuple[ProfileVersion, ...]
    _profiles: dict[tuple[str, int], Profile] = field(init=False, repr=False, compare=False, default_factory=dict)
    _now: dict[str, Ruling] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Decide once what rules each product: every scan asks."""
        by_tag: dict[str, list[ProfileVersion]] = {}
        for one in sorted(self.versions, key=lambda one: one.profile.version):
            by_tag.setdefault(one.profile.tag, []).append(one)
            self._profiles[one.profile.tag, one.profile.version] = one.profile
        self._now.update({tag: _ruling(known) for tag, known in by_tag.items()})

    def version(self, tag: str, version: int) -> Profile | None:
        """Return one version of a product's profile, whatever became of it."""
        return self._profiles.get((tag, version))

    def for_product(self, tag: str) -> Ruling:
        """Return the version in force; where there is none, the newest and why it does not rule."""
        return self._now.get(tag, _UNKNOWN)

    def for_bag(self, bag: Bag) -> Ruling:
        """Return the rules of a bag: the version in force until its thaw begins, then for ever the one it began under.

        A bag whose product has no version in force any more keeps the one it follows for what is not a thaw.
        """
        if "thaw_started" in bag.marks:
            followed = self.version(bag.product, bag.profile_version)
            return Ruling(followed, IN_FORCE, followed)
        return self._followed(bag)

    def for_therapy(self, therapy: Therapy) -> Ruling:
        """Return the rules of a therapy that has no bag yet: the version in force, or else the one it began under."""
        return self._followed(therapy)

    def _followed(self, bag: Bag | Therapy) -> Ruling:
        followed, now = self.version(bag.product, bag.profile_version), self.for_product(bag.product)
        profile = now.profile if now.standing == IN_FORCE else followed
        return Ruling(profile, now.standing, followed, now.since)


class Catalogues(Protocol):
    """The catalogue of each operator, at most a second old; what this process signs is seen at once."""

    async def of(self, tenant: str) -> Catalogue:
        """Return the catalogue of an operator."""
        ...

    def forget(self, tenant: str) -> None:
        """Read it anew the next time: a version was signed or withdrawn."""
        ...

    @property
    def seeds(self) -> tuple[Mapping[str, Any], ...]:
        """The profile documents that come with the service; drafts until somebody signs them."""
        ...


def catalogue(seeds: Iterable[Mapping[str, Any]], records: Iterable[Mapping[str, Any]]) -> Catalogue:
    """Read an operator's catalogue from the documents that come with the service and what was recorded of each version.

    What an operator recorded stands before a seed of the same number. A signed document that cannot be read any more,
    or that is not the one that was signed, rules nothing.
    """
    recorded: dict[tuple[str, int], ProfileVersion | None] = {
        (doc["tag"], doc["version"]): _recorded(doc) for doc in records
    }
    shipped = [one for one in seeds if (one["tag"], number_of(one)) not in recorded]
    return Catalogue(
        tuple(
            [one for one in recorded.values() if one is not None]
            + [ProfileVersion(parse_profile(document), DRAFT) for document in shipped]
        )
    )


def _ruling(known: list[ProfileVersion]) -> Ruling:
    for one in reversed(known):
        if one.state == IN_FORCE:
            return Ruling(one.profile, IN_FORCE, since=one.since)
        if one.state == WITHDRAWN:
            return Ruling(one.profile, WITHDRAWN)  # what it superseded does not come back by itself
    return Ruling(known[-1].profile, DRAFT)


def _recorded(doc: Mapping[str, Any]) -> ProfileVersion | None:
    try:
        profile = parse_profile(doc["document"])
    except ProfileInvalidError:
        return None
    signature = doc["signature"]
    if signature is not None and digest_of(doc["document"]) != signature["sha256"]:
        return None
    return ProfileVersion(profile, doc["state"], parse_rfc3339(signature["at"]) if signature is not None else None)
