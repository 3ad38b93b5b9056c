"""The plain case: one event on one chain, and an answer that needs nothing from the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.actions.world import Draft, Moment, Reply, Sealed
from app.kit.errors import GivreError


class AlreadyExistsError(GivreError):
    """A thing of that name exists already."""

    code = "already-exists"


class AlreadyClosedError(GivreError):
    """The thing was brought to its end before; it is not opened again."""

    code = "already-closed"


class NotFoundError(GivreError):
    """There is no such thing, or it belongs to somebody else."""

    code = "not-found"


class ReasonMissingError(GivreError):
    """What is done here is justified in writing."""

    code = "reason-missing"


def event(  # noqa: PLR0913  # the members of one event
    subject: str,
    tag: str,
    *,
    moment: Moment,
    actor: str | None,
    body: Mapping[str, Any] | None = None,
    doc: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
) -> Draft:
    """Return an event that happens as it is recorded."""
    return Draft(
        subject=subject,
        tag=tag,
        body={"v": 1, "actor": actor, **(body or {})},
        occurred_at=moment.now,
        actor=actor,
        doc=doc,
        private=private,
    )


def done(content: Any) -> Callable[[Sequence[Sealed]], Reply]:
    """Return a reply that is known before the event is sealed."""
    return lambda _sealed: Reply("done", content)
