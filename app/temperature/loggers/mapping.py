"""How a person says to read a table: which columns, which unit, which time zone. Nothing of it is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal, TypeAlias

from app.kit.errors import GivreError
from app.temperature.units import Unit

Order: TypeAlias = Literal["ymd", "dmy", "mdy"]
ENCODINGS: Final = ("utf-8", "cp1252", "latin-1", "utf-16")
DELIMITERS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 64


class MappingInvalidError(GivreError):
    """A mapping that contradicts itself; the message says where."""

    code = "temperature-mapping-invalid"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, by its place (from 0) or by what its header says."""

    at: int | str


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read a table.

    ``zone`` is where the times without an offset are local; None: every time must carry its own. ``date`` is set where
    date and time stand in two columns. ``header_line`` counts from 1; 0 when there is none, and columns go by place.
    ``serial`` is what a person read off the logger. For a document that states them itself only ``zone`` and ``unit``
    matter, where it does not.
    """

    unit: Unit
    zone: tzinfo | None = None
    time: Column = Column(0)
    values: tuple[Column, ...] = (Column(1),)
    date: Column | None = None
    order: Order = "ymd"
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    header_line: int = 1
    serial: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        columns = self.columns
        places = [one.at for one in columns if isinstance(one.at, int)]
        wrong = {
            "encoding": self.encoding not in ENCODINGS,
            "delimiter": self.delimiter not in DELIMITERS,
            "decimal": self.decimal not in {".", ","} or self.decimal == self.delimiter,
            "header_line": not 0 <= self.header_line <= 1000,  # noqa: PLR2004  a preamble, not a book
            "columns": not self.values
            or len({one.at for one in columns}) != len(columns)
            or len(columns) > MOST_COLUMNS
            or not all(0 <= place < MOST_COLUMNS for place in places)
            or (self.header_line == 0 and len(places) != len(columns)),
        }
        for name, is_wrong in wrong.items():
            if is_wrong:
                message = f"the mapping's {name} cannot be meant"
                raise MappingInvalidError(message)

    @property
    def columns(self) -> list[Column]:
        """Every column that is read."""
        return [self.time, *self.values, *([] if self.date is None else [self.date])]

    def places(self, header: list[str] | None) -> dict[Column, int] | str:
        """Return where each column is, or the name of one that is not there or is there twice."""
        found: dict[Column, int] = {}
        names = [cell.strip() for cell in header or []]
        for column in self.columns:
            at = column.at
            if isinstance(at, int):
                found[column] = at
            elif names.count(at) == 1:
                found[column] = names.index(at)
            else:
                return at
        return found
