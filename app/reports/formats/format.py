"""What a format of the report is: how it is asked for, what it is called on the wire, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.reports.model import Report


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a report; ``write`` is pure: the same report gives the same bytes.

    ``tag`` is what ``?format=`` takes and what a file's name ends with.
    """

    tag: str
    media_type: str
    write: Callable[[Report], bytes]
