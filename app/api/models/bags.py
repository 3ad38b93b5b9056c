"""Who answered for a bag, and how long it was out of the cold, as the API tells it."""

from __future__ import annotations

from app.api.models.base import Output


class ExposureSumOut(Output):
    """How long the bag was out of the cold in all, of how long it may be; see ``/bags/{id}/exposure``."""

    total_s: int
    limit_s: int | None
    left_s: int | None
    open: bool


class CustodianOut(Output):
    """A stretch in which one site answered for the bag; ``until`` is null while it still does."""

    since: str
    until: str | None
    custodian: str
    step: str
    event: str


class GapOut(Output):
    """A stretch in which nobody did: there is none in a sound record."""

    since: str
    until: str


class CustodyOut(Output):
    """Who answered for a bag, from its first event on."""

    bag: str
    intervals: list[CustodianOut]
    gaps: list[GapOut]
