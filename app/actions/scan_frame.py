"""What frames a scan that is recorded, whatever it is about: its event, the signatures it spends, its refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.actions.open_deviation import Cause
from app.actions.resolve import Resolved, label_container
from app.actions.scan_answer import refused
from app.actions.scan_request import ReadSymbol, ScanRequest
from app.actions.scan_world import spent_keys
from app.actions.settle import settlement
from app.actions.world import Decision, Draft, Moment, Name, Needs, Reply, Sealed, World
from app.custody.rules import strictness
from app.custody.verdict import Breach, Refused


def needed(request: ScanRequest, *, keys: Iterable[str] = (), ids: Iterable[str] = ()) -> Needs:
    """Return what a scan needs: all that its symbols name, whether its signatures were used, its site, and more.

    ``keys`` are without their tenant, as a symbol's are.
    """
    named = {key for symbol in request.symbols for key in symbol.lookups.values()}
    wanted = {*named, *spent_keys(request), *keys}
    tenant = request.actor.tenant
    return Needs(ids=frozenset({str(request.actor.site_id), *ids}), keys=frozenset(f"{tenant}|{key}" for key in wanted))


def names_of(symbols: Iterable[ReadSymbol]) -> set[str]:
    """Return every key under which a label may be known: by one of its symbols, or by all of them together."""
    read = tuple(symbols)
    container = label_container(read)
    named = {key for symbol in read for key in symbol.lookups.values()}
    return named if container is None else {*named, container}


def scanned(  # noqa: PLR0913  # the members of one event
    request: ScanRequest,
    subject: str,
    outcome: str,
    body: Mapping[str, Any],
    *,
    doc: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
) -> Draft:
    """Return the event of a scan; ``private`` stands sealed beside its body."""
    witness = request.witness.person_id if request.witness is not None else None
    return Draft(
        subject=subject,
        tag=f"custody:{request.step.tag}:{outcome}",
        body=body,
        occurred_at=request.occurred_at,
        actor=request.actor.subject_id,
        doc=doc,
        private=private,
        # Who tries to witness themselves is in the body; the column's constraint keeps the pair apart for ever.
        witness=witness if witness != request.actor.subject_id else None,
        scan_id=request.scan_id,
    )


def spent(request: ScanRequest, subject: str, world: World) -> tuple[Name, ...]:
    """Return the signatures of a scan as used up; one that was spent before stays with the chain it was spent on."""
    tenant = request.actor.tenant
    fresh = (key for key in spent_keys(request) if not world.find(key, tenant))
    return tuple(Name(f"{tenant}|{key}", subject, exclusive=True) for key in fresh)


def gravest_first(breaches: Sequence[Breach]) -> Refused:
    """Return the refusal for several breaches: a person is told a wrong patient before a torn label."""
    first, *others = sorted(breaches, key=strictness)
    return Refused(first, tuple(others))


def cause_of(request: ScanRequest, rules: Sequence[str]) -> Cause:
    """Return a scan as what opens a deviation from ``rules``."""
    who = request.actor
    return Cause(request.step.tag, list(rules), who.subject_id, who.site_id, request.occurred_at, request.scan_id)


def refusal(  # noqa: PLR0913  # the refusal, its event, what was resolved, and what its answer shows besides
    request: ScanRequest,
    verdict: Refused,
    told: Draft,
    world: World,
    moment: Moment,
    *,
    found: Resolved | None = None,
    shown: Mapping[str, Any] | None = None,
) -> Decision:
    """Write a refusal and nothing else; one that comes from a queue opens an item to settle.

    ``told`` is its event, ``found`` what its symbols named, and ``shown`` stands in the answer beside the refusal.
    """
    settle = settlement(request, verdict, found or Resolved(), moment) if request.offline else None

    def reply(sealed: Sequence[Sealed]) -> Reply:
        return refused(request, verdict, sealed, moment.keyring, shown)

    return Decision(
        reply=reply,
        drafts=(told, *((settle[1],) if settle is not None else ())),
        births=(settle[0],) if settle is not None else (),
        names=spent(request, told.subject, world),
    )
