"""Probes, gauges and controllers of a dewar as they come and go over HTTP, and the curves of what they said."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.models.base import WHOLE, Code, Input, Output, Text64


class ProbeIn(Input):
    """A new probe of a dewar. ``interval_s``: how often it pushes; twice as long without a reading is a gap.

    ``measures``: a temperature; or the level of nitrogen, or whether the controller is on, which alarm rules listen to.
    """

    code: Annotated[Code, Field(examples=["D1-TOP"])]
    serial: Text64
    interval_s: Annotated[int, Field(ge=1, le=3600, examples=[60]), WHOLE]
    calibration_due: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2027-03-01"])] = None
    measures: Literal["temperature", "level", "controller"] = "temperature"


class LatestOut(Output):
    """The latest reading by the probe's own clock; both values are null unless the state is ok.

    ``value``: in thousandths of what it measures (°C, %; a controller 1000 on, 0 off); ``value_mC`` of a temperature.
    """

    at: str
    value_mC: int | None  # noqa: N815  milli-°C, as in the ledger
    value: int | None
    state: str


class ProbeOut(Output):
    """A probe. ``segments``: how often what it said was committed to the ledger."""

    id: str
    dewar: str
    code: str
    serial: str
    interval_s: int
    measures: str
    calibration_due: str | None
    state: str
    enrolled_at: str
    retired_at: str | None
    segments: int


class EnrolledProbeOut(ProbeOut):
    """A probe and its credential, which is shown this once and is sent with every message of it."""

    credential: str


class ShownProbeOut(ProbeOut):
    """A probe, what it said last, and when anything last came from it."""

    latest: LatestOut | None
    received_at: str | None


class ProbesOut(Output):
    """The probes of a dewar."""

    items: list[ShownProbeOut]


class ReadingsOut(Output):
    """What became of a message. ``conflicts``: another value for an instant that was recorded; the first one stands.

    ``faults``: readings that could not be believed, by kind.
    """

    probe: str
    new: int
    duplicates: int
    conflicts: int
    faults: dict[str, int]


class CurveOut(Output):
    """One probe as a line: ``points`` are [ms since 1970, milli-°C], ``unknown`` are [from, to, why]."""

    probe: str
    name: str
    interval_s: int | None
    readings: int
    verdict: str
    coverage_permille: int
    lowest_mC: int | None  # noqa: N815  milli-°C, as in the ledger
    highest_mC: int | None  # noqa: N815  as above
    points: list[list[int]]
    unknown: list[list[int | str]]
    excursions: list[dict[str, Any]]


class CurveEventOut(Output):
    """Something that happened meanwhile: a step and its bag, or an excursion that was recorded."""

    at: str
    kind: str
    bag: str | None


class DewarCurvesOut(Output):
    """A dewar's probes over a stretch, with the limit of the strictest bag that is in it."""

    since: str
    until: str
    limit_mC: int  # noqa: N815  milli-°C, as in the ledger
    curves: list[CurveOut]
    events: list[CurveEventOut]
