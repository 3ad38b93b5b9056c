"""Dewars as they come and go over HTTP: shape, map, counts, fills, upkeep, evacuation."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.lists import ListOut
from app.api.models.base import NO_NUL, WHOLE, Input, Instant, Output, Text64, Text200, Text2000
from app.api.models.scans import EventOut, ReceiptOut

_Count = Annotated[int, Field(ge=1, le=1000), WHOLE]
_Limit = Annotated[int, Field(ge=-196, le=-80, examples=[-150]), WHOLE]
_Level = Annotated[int, Field(ge=0, le=100_000), WHOLE]
_Status = Literal["qualified", "restricted", "defrosting", "retired"]
_Phase = Literal["vapour", "liquid"]
_Day = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", examples=["2026-11-02"])]
_Class = Literal["infectious", "infectious_unknown", "quarantine", "investigational", "oos"]


class ShapeIn(Input):
    """How many of each level, from the outside in."""

    towers: _Count
    racks: _Count
    boxes: _Count
    positions: _Count


class DewarIn(Input):
    """A new dewar at the caller's site. ``limit_c``: the warmest temperature it is qualified to, in °C.

    ``shape`` where everything in it is alike, or ``layout``: tower → rack → box → how many positions.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$", examples=["D1"])]
    name: Text200
    limit_c: _Limit
    status: _Status = "qualified"
    shape: ShapeIn | None = None
    layout: Annotated[list[list[list[_Count]]], Field(max_length=1000)] | None = None
    room: Text64 | None = None
    phase: _Phase | None = None
    qualified_on: _Day | None = None
    qualified_until: _Day | None = None
    mapped_on: _Day | None = None


class DewarOut(Output):
    """A dewar."""

    id: str
    code: str
    name: str
    site: str
    limit_c: int
    status: str
    shape: dict[str, int]
    layout: list[list[list[int]]] | None
    room: str | None
    phase: str | None
    qualified_on: str | None
    qualified_until: str | None
    mapped_on: str | None
    zones: list[dict[str, Any]]
    split: bool


class DewarsOut(ListOut):
    """A page of dewars."""

    items: list[DewarOut]  # type: ignore[assignment]  # narrower than any object


class PositionOut(Output):
    """One position: its label's text, and the bag in it. ``kept_for``: what its zone is kept for."""

    id: str
    code: str
    label: str
    bag: str | None
    on_hold: bool
    holds: list[str]
    kept_for: list[str]


class BoxOut(Output):
    """One box of a dewar: how full it is, and how many of its bags are on hold."""

    code: str
    positions: int
    occupied: int
    on_hold: int


class MapOut(Output):
    """Every position of a dewar."""

    dewar: DewarOut
    positions: list[PositionOut]
    boxes: list[BoxOut]
    occupied: int
    free: int
    on_hold: int
    strictest_c: int | None


class DifferenceOut(Output):
    """One difference: missing, misplaced (``recorded``: where it should lie), stranger or unreadable."""

    kind: str
    position: str
    bag: str | None
    recorded: str | None


class CountOut(Output):
    """One blind count of a dewar or a part of it (``scope``), and what it found."""

    id: str
    dewar: str
    scope: str
    counted_by: str
    occurred_at: str
    positions: int
    agreeing: int
    unvisited: list[str]
    differences: list[DifferenceOut]


class CountsOut(ListOut):
    """A page of counts."""

    items: list[CountOut]  # type: ignore[assignment]  # narrower than any object


class CountedOut(Output):
    """A count that was taken."""

    verdict: Literal["taken"]
    scan_id: str
    count: CountOut
    event: EventOut
    receipt: ReceiptOut
    overridden: list[str]


class ZoneIn(Input):
    """A part of a dewar (tower, rack, box, position) that is kept for some kinds of bags."""

    scope: Annotated[str, Field(max_length=64, pattern=NO_NUL, examples=["D1-T1-R2"])]
    classes: Annotated[list[_Class], Field(min_length=1, max_length=5)]


class ChangesIn(Input):
    """What becomes different about a dewar, and why. ``split``: one patient's bags do not all lie in this dewar.

    ``null`` takes back a room, a phase or a day; anywhere else it changes nothing.
    """

    reason: Text2000
    name: Text200 | None = None
    status: _Status | None = None
    limit_c: _Limit | None = None
    room: Text64 | None = None
    phase: _Phase | None = None
    qualified_on: _Day | None = None
    qualified_until: _Day | None = None
    mapped_on: _Day | None = None
    split: bool | None = None
    zones: Annotated[list[ZoneIn], Field(max_length=100)] | None = None


class MoveOut(Output):
    """One bag of an evacuation: from its position into a free one of another dewar."""

    bag: str
    position: str
    dewar: str
    to: str


class NowhereOut(Output):
    """A bag for which there is no safe place: limit-unknown, none-free or none-cold-enough."""

    bag: str
    position: str
    reason: str


class EvacuationOut(Output):
    """Where each bag of a dewar would go. A plan only: nothing is moved or reserved by asking for it."""

    dewar: str
    moves: list[MoveOut]
    nowhere: list[NowhereOut]


class FillIn(Input):
    """A filling. Levels in thousandths of a per cent."""

    filled_at: Instant
    level_before: _Level | None = None
    level_after: _Level | None = None
    volume_ml: Annotated[int, Field(ge=1, le=2_000_000), WHOLE] | None = None
    delivery: Text64 | None = None
    note: Text2000 | None = None


class FillOut(Output):
    """A filling that was recorded."""

    id: str
    dewar: str
    filled_at: str
    by: str
    level_before: int | None
    level_after: int | None
    volume_ml: int | None
    delivery: str | None


class TrendOut(Output):
    """Loss between fills, in thousandths of a per cent a day. ``suspect``: null while too little is known."""

    per_day: int | None
    before_per_day: int | None
    intervals: int
    suspect: bool | None


class FillsOut(ListOut):
    """A page of fills, and what the newest two hundred say of the dewar's consumption."""

    items: list[FillOut]  # type: ignore[assignment]  # narrower than any object
    trend: TrendOut


class UpkeepIn(Input):
    """What was done to a dewar or, a calibration, to one of its probes (by its code)."""

    kind: Literal["qualification", "mapping", "calibration", "service", "cleaning"]
    done_at: Instant
    valid_until: Annotated[date, Field(strict=False)] | None = None
    passed: bool = True
    probe: Text64 | None = None
    certificate: Text64 | None = None
    note: Text2000 | None = None


class UpkeepOut(Output):
    """What was done, by whom, and until when it counts."""

    id: str
    dewar: str
    kind: str
    done_at: str
    valid_until: str | None
    passed: bool
    probe: str | None
    certificate: str | None
    by: str


class UpkeepsOut(ListOut):
    """A page of it."""

    items: list[UpkeepOut]  # type: ignore[assignment]  # narrower than any object
