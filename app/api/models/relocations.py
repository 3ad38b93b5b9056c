"""Moves of a box, rack or whole dewar as they come and go over HTTP."""

from __future__ import annotations

from typing import Literal

from app.api.lists import ListOut
from app.api.models.bags import ExposureSumOut
from app.api.models.base import Output
from app.api.models.scans import BagOut, EventOut, IdentifierOut, ReceiptOut, RefusalOut


class ToScanOut(Output):
    """One bag to scan: where it lies and goes, and which rules stand against it now (``against``, the gravest first).

    ``to`` is null where the new place has no such position.
    """

    bag: str
    product: str
    identifiers: list[IdentifierOut]
    on_hold: bool
    position: str
    to: str | None
    exposure: ExposureSumOut
    against: list[str]


class MovePlanOut(Output):
    """What a move asks for. ``fault``: why nothing can go there at all (part-unknown, part-unlike), or null."""

    dewar: str
    scope: str
    to_dewar: str | None
    to: str
    fault: str | None
    bags: list[ToScanOut]


class MovedOut(Output):
    """One bag that was moved, and for how many seconds it was out of the cold."""

    bag: str
    position: str
    to: str
    exposure_s: int


class RelocationOut(Output):
    """One move of a part of a dewar (``scope``) to another (``to``)."""

    id: str
    dewar: str
    scope: str
    to_dewar: str
    to: str
    moved_by: str
    out_at: str
    occurred_at: str
    bags: list[MovedOut]
    deviations: list[str]


class RelocationsOut(ListOut):
    """A page of moves."""

    items: list[RelocationOut]  # type: ignore[assignment]  # narrower than any object


class RelocatedOut(Output):
    """A move that was taken, and the bags as they lie now."""

    verdict: Literal["taken"]
    scan_id: str
    relocation: RelocationOut
    bags: list[BagOut]
    event: EventOut
    receipt: ReceiptOut
    overridden: list[str]


class MissingOut(Output):
    """A bag that is recorded there and was not scanned."""

    bag: str
    position: str


class StrangeOut(Output):
    """Something that was scanned and is not recorded there: the how-manieth scan it was, and what it came to.

    ``outcome``: elsewhere (a bag, recorded at ``recorded`` or nowhere), unknown or unreadable.
    """

    scan: int
    outcome: Literal["elsewhere", "unknown", "unreadable"]
    bag: str | None
    recorded: str | None


class ReasonOut(Output):
    """A rule that stands against a bag, with its sentence."""

    code: str
    detail: str


class BlockedOut(Output):
    """A bag that cannot go where it would, and why."""

    bag: str
    position: str
    to: str
    reasons: list[ReasonOut]


class FoundOut(Output):
    """What is in the way of a move, bag by bag."""

    missing: list[MissingOut]
    strange: list[StrangeOut]
    twice: list[str]
    placeless: list[str]
    blocked: list[BlockedOut]


class RelocationRefusalOut(RefusalOut):
    """A move that was refused: nothing was moved. ``relocation`` is null where no dewar could be told."""

    relocation: FoundOut | None
