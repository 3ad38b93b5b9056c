"""Temperature files of shipments: hand one in, hear what it says of every bag."""

from __future__ import annotations

import asyncio
from datetime import timedelta, timezone, tzinfo
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import Field, ValidationError

from app.actions.attach_temperatures import AttachTemperatures, TemperatureFileOutdatedError
from app.actions.recorded import NotFoundError
from app.actions.resolve import carriers
from app.actions.take_temperatures import attachment, kept, take
from app.api.dependencies import PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.models.base import Input, Output, Text64, Text200, Uuid
from app.api.problems import invalid_members
from app.temperature.loggers.mapping import MOST_COLUMNS, Column, Mapping, MappingInvalidError
from app.temperature.rules import Rules
from app.temperature.units import Unit

ROUTER = APIRouter(prefix="/api/v1/shipments", tags=["shipments"], route_class=GuardedRoute)
_RULES = Rules()
_Place = Annotated[int, Field(ge=0, lt=MOST_COLUMNS)] | Text200
_OFFSET = 6  # +01:00
_FAULTS = 3


class MappingIn(Input):
    """How to read the file. ``zone``: an IANA name, an offset like +01:00, or null where every time has its own.

    Columns are named by their header, or by their place from 0. A document that states its own unit, and times with
    their offset, needs no mapping.
    """

    unit: Literal["C", "F", "K"]
    zone: Text64 | None = None
    time: _Place = 0
    date: _Place | None = None
    values: Annotated[list[_Place], Field(min_length=1, max_length=MOST_COLUMNS, default_factory=lambda: [1])]
    order: Literal["ymd", "dmy", "mdy"] = "ymd"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf-8", "cp1252", "latin-1", "utf-16"] = "utf-8"
    header_line: Annotated[int, Field(ge=0, le=1000)] = 1
    serial: Text64 | None = None


class SeriesOut(Output):
    """One probe of the file; ``root`` is the RFC 9162 root over its chunks."""

    probe: int
    interval_s: int | None
    readings: int
    chunks: int
    root: str
    lowest_mC: int | None  # noqa: N815  milli-°C, as in the ledger
    highest_mC: int | None  # noqa: N815  as above
    doubts: list[list[int | str]]


class TemperatureFileOut(Output):
    """A file that was recorded. ``verdict``: in_range, excursion, unknown, or evidence for a PDF.

    ``complete`` is false for a file that was cut. ``bags`` tell of each bag its window, its limit and, per probe, what
    is known, what is not, and every excursion.
    """

    id: str
    shipment: str
    sha256: str
    size: int
    format: str
    verdict: Literal["in_range", "excursion", "unknown", "evidence"]
    complete: bool
    series: list[SeriesOut]
    faults: dict[str, int]
    bags: list[dict[str, Any]]
    recorded_at: str


@ROUTER.post(
    "/{shipment_id}/temperature-files",
    response_model=TemperatureFileOut,
    status_code=201,
    summary="Attach a temperature file to a shipment",
)
async def attach(
    shipment_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    file: Annotated[UploadFile, File(description="the logger's file, as it is")],
    mapping: Annotated[str | None, Form(description="how to read it: a MappingIn as JSON", max_length=20_000)] = None,
) -> Any:
    """Keep the file, read it, judge every bag of the shipment by it, and hold those that were not in range."""
    told = None if mapping is None else _mapping(_said(mapping))
    stored = await asyncio.to_thread(services.reader.subject, shipment_id, principal.tenant)
    scope = scope_of(principal)
    if (
        stored is None
        or stored.kind != "shipment"
        or (scope.manufacturer is not None and stored.doc["manufacturer"] != scope.manufacturer)
        or (scope.carrier_site is not None and scope.carrier_site not in carriers(stored.doc))
    ):
        message = "no such shipment"
        raise NotFoundError(message)
    taken = await asyncio.to_thread(take, file.file, told, rules=_RULES)
    original = await asyncio.to_thread(
        kept, file.file, file.filename or "", taken, services.blobs, at_most=services.max_file_bytes
    )
    catalogue = await services.catalogues.of(principal.tenant)

    def judged() -> AttachTemperatures:
        now = services.clock.now()
        shipment = services.reader.subject(shipment_id, principal.tenant) or stored
        return attachment(
            principal,
            shipment.doc,
            original,
            taken,
            reader=services.reader,
            catalogue=catalogue,
            now=now,
            rules=_RULES,
        )

    try:
        outcome = await services.recorder.submit(await asyncio.to_thread(judged))
    except TemperatureFileOutdatedError:
        # A bag was scanned in between: once more, for the world as it is now.
        outcome = await services.recorder.submit(await asyncio.to_thread(judged))
    return outcome.reply.content if outcome.reply is not None else None


def _said(mapping: str) -> MappingIn:
    """Read the form's text; what is wrong with it is said like any other fault of a mapping."""
    try:
        return MappingIn.model_validate_json(mapping)
    except ValidationError as error:
        message = ", ".join(
            f"{fault['path'] or 'JSON'}: {fault['reason']}" for fault in invalid_members(error)["errors"][:_FAULTS]
        )
        raise MappingInvalidError(message) from error


def _mapping(said: MappingIn) -> Mapping:
    return Mapping(
        unit=Unit(said.unit),
        zone=None if said.zone is None else _zone(said.zone),
        time=Column(said.time),
        values=tuple(Column(one) for one in said.values),
        date=None if said.date is None else Column(said.date),
        order=said.order,
        delimiter=said.delimiter,
        decimal=said.decimal,
        encoding=said.encoding,
        header_line=said.header_line,
        serial=said.serial,
    )


def _zone(name: str) -> tzinfo:
    if len(name) == _OFFSET and name[0] in "+-" and name[3] == ":" and (name[1:3] + name[4:]).isdecimal():
        offset = timedelta(hours=int(name[1:3]), minutes=int(name[4:]))
        if offset < timedelta(days=1):
            return timezone(-offset if name[0] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = "zone"
        raise MappingInvalidError(message) from error
