"""One version of a product profile as it is recorded: its document, who stands behind it, what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.world import Draft, Moment, Name, Subject, World
from app.kit.canonical import canonical
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

DRAFT, IN_FORCE, SUPERSEDED, WITHDRAWN = "draft", "in_force", "superseded", "withdrawn"


class ProfileNotNextError(GivreError):
    """A proposed document bears another number than the one that follows; ``next_version`` is that one."""

    code = "profile-not-next"

    def __init__(self, next_version: int) -> None:
        """Say which number is next."""
        super().__init__(str(next_version))
        self.next_version = next_version


class ProfileNotDraftError(GivreError):
    """A version that was signed or withdrawn already, or that a later one has overtaken."""

    code = "profile-not-draft"


class ProfileNotInForceError(GivreError):
    """There is nothing to withdraw: the version does not rule."""

    code = "profile-not-in-force"


class ProfileAlteredError(GivreError):
    """What is signed is not the document that is there: it was read before it changed."""

    code = "profile-altered"


class OwnProposalError(GivreError):
    """Nobody signs alone what they proposed themselves."""

    code = "profile-own-proposal"


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a profile document's canonical form (RFC 8785), in hex: what a signature stands on."""
    return hashlib.sha256(canonical(document)).hexdigest()


def number_of(document: Mapping[str, Any]) -> int:
    """Return the version of a document that was read before."""
    return int(document["version"])


def product_key(tenant: str, tag: str) -> str:
    """Return the identifier that all versions of one product's profile share."""
    return f"{tenant}|profile::{tag}"


def versions_of(world: World, tenant: str, tag: str) -> dict[int, Subject]:
    """Return every recorded version of one product's profile, by its number."""
    return {int(one.doc["version"]): one for one in world.find(f"profile::{tag}", tenant)}


def names_of(tenant: str, subject: str, *, tag: str, version: int) -> tuple[Name, ...]:
    """Return what a version is found by; its number is its own, so that two cannot be proposed as the same one."""
    return (
        Name(product_key(tenant, tag), subject),
        Name(f"{tenant}|profile-version::{tag}@{version}", subject, exclusive=True),
    )


def record(subject: str, document: Mapping[str, Any], *, proposed_by: str | None, moment: Moment) -> dict[str, Any]:
    """Return the state of a version that begins as a draft; ``proposed_by`` is None for one that comes with Givre."""
    tag, version = document["tag"], number_of(document)
    return {
        "id": subject,
        "tag": tag,
        "version": version,
        "state": DRAFT,
        "document": dict(document),
        "proposed_by": proposed_by,
        "proposed_at": rfc3339(moment.now) if proposed_by is not None else None,
        "signature": None,
        "superseded_by": None,
        "withdrawal": None,
        "identifiers": [f"profile::{tag}", f"profile-version::{tag}@{version}"],
    }


def superseded(earlier: Sequence[Subject], *, by: int, actor: str, moment: Moment) -> tuple[Draft, ...]:
    """Say on the chain of each earlier version that it gives way."""
    return tuple(
        Draft(
            subject=one.id,
            tag="custody:profile:superseded",
            body={"v": 1, "actor": actor, "by": by},
            occurred_at=moment.now,
            actor=actor,
            doc={**one.doc, "state": SUPERSEDED, "superseded_by": by},
        )
        for one in earlier
        if one.doc["state"] in {DRAFT, IN_FORCE}
    )
