"""The plain case: one event on one chain, and an answer that needs nothing from the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.actions.world import Draft, Moment, Reply, Sealed, Subject, World
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


class InTheFutureError(GivreError):
    """Something is said to have happened that lies in the future."""

    code = "happened-in-future"


def existing(world: World, kind: str, subject: str, tenant: str) -> Subject:
    """Return the thing that an act is about.

    Raises:
        NotFoundError: there is no such thing of that kind, or it is another tenant's.
    """
    found = world.get(subject, tenant)
    if found is None or found.kind != kind:
        message = f"no such {kind}"
        raise NotFoundError(message)
    return found


def happened(at: datetime, *, stated: str, moment: Moment) -> None:
    """Refuse what is stated as done and has not been yet; ``stated`` is the member that says when.

    Raises:
        InTheFutureError: it has not happened yet.
    """
    if at > moment.now:
        raise InTheFutureError(stated)


def noted(note: str | None) -> Mapping[str, Any] | None:
    """Return what an event keeps sealed of a remark: free text may name somebody."""
    return None if note is None else {"details": {"note": note}}


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
