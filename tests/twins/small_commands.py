"""Commands small enough to see through, for tests of whatever records them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.actions.world import Birth, Decision, Draft, Erased, Moment, Name, Needs, Once, Reply, Row, Sealed, World
from app.kit.errors import GivreError

TENANT = "chu"
Decide = Callable[[World, Moment], Decision]


class NoSuchCounterError(GivreError):
    """There is nothing to count on."""

    code = "not-found"


@dataclass(frozen=True, slots=True)
class Act:
    """A command put together from its parts."""

    judge: Decide
    wants: Needs = field(default_factory=Needs)
    once: Once | None = None
    tenant: str = TENANT

    def needs(self) -> Needs:
        return self.wants

    def decide(self, world: World, moment: Moment) -> Decision:
        return self.judge(world, moment)


def write(reply: Reply) -> bytes:
    return json.dumps(reply.content).encode()


def once(scan_id: str, request: str = "") -> Once:
    """Return the idempotency of a request; the same text is the same request."""
    return Once(scan_id, hashlib.sha256(request.encode()).digest(), write)


def opened(
    subject: str,
    *,
    names: Sequence[str] = (),
    scan_id: str | None = None,
    position: str | None = None,
    rows: Sequence[Row] = (),
    text: str = "",
) -> Act:
    """Bring a counter into being; with a position it is a bag that stands there."""
    kind = "counter" if position is None else "bag"

    def decide(_world: World, moment: Moment) -> Decision:
        doc: dict[str, Any] = {"id": subject, "count": 0, "text": text}
        if position is not None:
            doc |= _bag(position)
        return Decision(
            reply=lambda sealed: Reply("taken", _told(sealed, 0)),
            births=(Birth(subject, kind, with_vault=True),),
            drafts=(_draft(subject, "opened", moment, doc, scan_id=scan_id, text=text),),
            names=tuple(Name(f"{TENANT}|{name}", subject, exclusive=True) for name in names),
            rows=tuple(rows),
        )

    keys = frozenset(f"{TENANT}|{name}" for name in names)
    return Act(decide, Needs(keys=keys), once(scan_id, subject) if scan_id is not None else None)


def counted(
    subject: str, *, scan_id: str | None = None, request: str | None = None, also: str | None = None, **more: Any
) -> Act:
    """Count one further; ``also`` is a second counter that is found out only while deciding."""

    def decide(world: World, moment: Moment) -> Decision:
        drafts = []
        count = 0
        for one in (subject, *((also,) if also is not None else ())):
            found = world.get(one, TENANT)
            if found is None:
                raise NoSuchCounterError(one)
            doc = {**found.doc, "count": found.doc["count"] + 1, **more}
            drafts.append(_draft(one, "counted", moment, doc, scan_id=scan_id))
            count = count or doc["count"]
        return Decision(reply=lambda sealed: Reply("taken", _told(sealed, count)), drafts=tuple(drafts))

    said = once(scan_id, subject if request is None else request) if scan_id is not None else None
    return Act(decide, Needs(ids=frozenset({subject})), said)


def moved(subject: str, position: str | None) -> Act:
    """Put a bag into a position, or take it out."""
    return counted(subject, position=position)


def raising(error: BaseException, *, scan_id: str | None = None) -> Act:
    """Fail while deciding."""

    def decide(_world: World, _moment: Moment) -> Decision:
        raise error

    return Act(decide, once=once(scan_id) if scan_id is not None else None)


def witnessing_oneself(subject: str) -> Act:
    """Break a check of the table of events."""

    def decide(world: World, moment: Moment) -> Decision:
        found = world.get(subject, TENANT)
        assert found is not None
        draft = Draft(subject, "test:counter:counted", {"v": 1}, moment.now, "person-1", witness="person-1")
        return Decision(reply=lambda sealed: Reply("taken", _told(sealed, 0)), drafts=(draft,))

    return Act(decide, Needs(ids=frozenset({subject})))


def erasing(subject: str, kind: str, target: str, *, drops_key: bool = False) -> Act:
    """Erase the body of an event of a counter, or every private part of its chain."""

    def decide(world: World, moment: Moment) -> Decision:
        assert world.get(subject, TENANT) is not None
        body = {"v": 1, "erases": kind, "erased": target}
        tag = f"erasure:{kind}:erased"
        draft = Draft(subject, tag, body, moment.now, "person-1", witness="person-2", drops_key=drops_key)
        return Decision(
            reply=lambda sealed: Reply("done", sealed[0].id),
            drafts=(draft,),
            erased=(Erased(0, kind, target, "other"),),
        )

    return Act(decide, Needs(ids=frozenset({subject})))


@dataclass(frozen=True, slots=True)
class Pause:
    """Keeps the writer busy until it is let go, so that what comes meanwhile becomes one batch."""

    begun: threading.Event
    let_go: threading.Event

    @classmethod
    def new(cls) -> Pause:
        return cls(threading.Event(), threading.Event())

    @property
    def command(self) -> Act:
        def decide(_world: World, _moment: Moment) -> Decision:
            self.begun.set()
            assert self.let_go.wait(30)
            return Decision(reply=lambda _sealed: Reply("done", None))

        return Act(decide)


def _draft(
    subject: str, verb: str, moment: Moment, doc: dict[str, Any], *, scan_id: str | None, text: str = ""
) -> Draft:
    return Draft(
        subject=subject,
        tag=f"test:counter:{verb}",
        body={"v": 1, "text": text},
        occurred_at=moment.now,
        actor="person-1",
        doc=doc,
        private={"note": verb},
        scan_id=scan_id,
    )


def _told(sealed: Sequence[Sealed], count: int) -> dict[str, Any]:
    return {"count": count, "events": [one.id for one in sealed], "leaf": sealed[0].leaf.hex()}


def _bag(position: str) -> dict[str, Any]:
    return {
        "therapy": "therapy-1",
        "kind": "product",
        "form": "bag",
        "state": "stored",
        "product": "yescarta",
        "custodian": "site-1",
        "manufacturer": "maker-1",
        "lot": None,
        "expires_at": None,
        "holds": [],
        "position": position,
        "shipment": None,
    }
