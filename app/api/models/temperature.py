"""How to read a logger's file, as people write it."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError

from app.api.models.base import Input, Text64, Text200
from app.api.problems import invalid_members
from app.temperature.loggers.mapping import MOST_COLUMNS, Column, Mapping, MappingInvalidError
from app.temperature.units import Unit

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


def said_mapping(mapping: str) -> MappingIn:
    """Read the form's text; what is wrong with it is said like any other fault of a mapping."""
    try:
        return MappingIn.model_validate_json(mapping)
    except ValidationError as error:
        message = ", ".join(
            f"{fault['path'] or 'JSON'}: {fault['reason']}" for fault in invalid_members(error)["errors"][:_FAULTS]
        )
        raise MappingInvalidError(message) from error


def mapping_of(said: MappingIn) -> Mapping:
    """Return what was said as the parsers take it.

    Raises:
        MappingInvalidError: it contradicts itself, or names no time zone that exists.
    """
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
