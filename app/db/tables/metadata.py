"""One MetaData, its naming rule, and the class every column must have."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, SmallInteger, Text


class Data(StrEnum):
    """What a column may reveal of a person."""

    IDENTITY = "identity"
    PSEUDONYM = "pseudonym"
    OPERATIONAL = "operational"


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, data: Data = Data.OPERATIONAL, **options: Any) -> Column[str]:
    """Return a text column; instants are RFC 3339 UTC with milliseconds, ids are UUIDv7 in text form."""
    return Column(name, Text(), info={"data": data}, **{"nullable": False, **options})


def blob(name: str, data: Data = Data.OPERATIONAL, *, utf8: bool = False, **options: Any) -> Column[bytes]:
    """Return a column of bytes; ``utf8`` says that they are always text (they then travel as text)."""
    return Column(name, LargeBinary(), info={"data": data, "utf8": utf8}, **{"nullable": False, **options})


def whole(name: str, data: Data = Data.OPERATIONAL, **options: Any) -> Column[int]:
    """Return a 64-bit integer column."""
    return Column(name, BigInteger(), info={"data": data}, **{"nullable": False, **options})


def small(name: str, data: Data = Data.OPERATIONAL, **options: Any) -> Column[int]:
    """Return a 16-bit integer column."""
    return Column(name, SmallInteger(), info={"data": data}, **{"nullable": False, **options})


def flag(name: str, data: Data = Data.OPERATIONAL, **options: Any) -> Column[bool]:
    """Return a boolean column."""
    return Column(name, Boolean(create_constraint=False), info={"data": data}, **{"nullable": False, **options})
