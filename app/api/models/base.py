"""The two manners of a model: nothing coerced and nothing unknown on the way in; nothing missing on the way out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from app.kit.clock import to_millisecond


class Input(BaseModel):
    """A request: strict types, no unknown members."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Output(BaseModel):
    """An answer: every member always there. Answers may grow, so readers must pass over what they do not know."""

    model_config = ConfigDict(extra="allow")


NO_NUL = r"^[^\x00]*$"
"""PostgreSQL cannot store NUL in a text, and no label, login or name has one."""
YEARS = r"^2[01][0-9]{2}-"
"""No bag was collected before 2000, and an offset cannot carry such an instant out of the calendar."""
_RFC3339 = re.compile(
    YEARS + r"[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)


def _instant(value: Any) -> Any:
    if not isinstance(value, str) or not value.isascii() or _RFC3339.match(value) is None:
        message = "an RFC 3339 text of the years 2000 to 2199, with its offset"
        raise ValueError(message)
    return datetime.fromisoformat(value.upper())


def _whole(value: Any) -> Any:
    # JSON knows one kind of number: 5.0 is the whole number 5 (JSON Schema, RFC 8785), and nothing else is coerced.
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text64 = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NO_NUL)]
Text200 = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
Text2000 = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=NO_NUL)]
Badge = Annotated[str, StringConstraints(max_length=128, pattern=NO_NUL)]
"""The symbol of somebody's badge, exactly as it was read: a name, and no proof."""
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,31}$")]
Uuid = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    Field(description="UUID in lower-case text form", examples=["0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e"]),
]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_instant),
    AfterValidator(to_millisecond),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": YEARS,
            "description": "RFC 3339, with an offset",
            "examples": ["2026-12-01T09:30:00+01:00"],
        }
    ),
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=NO_NUL)]
WHOLE = BeforeValidator(_whole)
"""For whole numbers: a JSON number without a fraction, however it is written. It comes after the bounds: pydantic's
schema shows only those that stand before it."""
