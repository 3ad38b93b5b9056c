"""The two manners of a model: nothing coerced and nothing unknown on the way in; nothing missing on the way out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.kit.clock import to_millisecond


class Input(BaseModel):
    """A request: strict types, no unknown members."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Output(BaseModel):
    """An answer: every member always there. Answers may grow, so readers must pass over what they do not know."""

    model_config = ConfigDict(extra="allow")


def _no_nul(text: str) -> str:
    # PostgreSQL cannot store NUL in a text, and no label, login or name has one.
    if "\x00" in text:
        message = "a NUL character"
        raise ValueError(message)
    return text


def _instant(value: Any) -> Any:
    if not isinstance(value, str):
        message = "an RFC 3339 text"
        raise ValueError(message)  # noqa: TRY004  # pydantic turns ValueError into a 422
    instant = datetime.fromisoformat(value)
    if instant.utcoffset() is None:
        message = "an instant needs an offset"
        raise ValueError(message)
    return instant


def _in_range(instant: datetime) -> datetime:
    if not 2000 <= instant.year < 2200:  # noqa: PLR2004  # no bag was collected before, and offsets cannot overflow
        message = "an instant from 2000 to 2199"
        raise ValueError(message)
    return to_millisecond(instant)


Text64 = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_no_nul)]
Text200 = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_no_nul)]
Text2000 = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_no_nul)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,31}$")]
Uuid = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    Field(description="UUID in lower-case text form", examples=["0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e"]),
]
Instant = Annotated[
    AwareDatetime, BeforeValidator(_instant), AfterValidator(_in_range), Field(examples=["2026-12-01T09:30:00+01:00"])
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=256), AfterValidator(_no_nul)]
