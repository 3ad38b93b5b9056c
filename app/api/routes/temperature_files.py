"""Temperature files of shipments: hand one in, hear what it says of every bag."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, UploadFile

from app.actions.attach_temperatures import AttachTemperatures, TemperatureFileOutdatedError
from app.actions.recorded import NotFoundError
from app.actions.take_temperatures import attachment, kept, take
from app.api.dependencies import LanguageDependency, PrincipalDependency, ServicesDependency
from app.api.file_sentences import file_sentences
from app.api.guarded_route import GuardedRoute
from app.api.models.base import Output, Uuid
from app.api.models.temperature import mapping_of, said_mapping
from app.api.sight import shipment_seen
from app.temperature.rules import Rules

ROUTER = APIRouter(prefix="/api/v1/shipments", tags=["shipments"], route_class=GuardedRoute)
_RULES = Rules()


class SeriesOut(Output):
    """One probe of the file; ``root`` is the RFC 9162 root over its chunks."""

    probe: int
    interval_s: int | None
    readings: int
    chunks: int
    root: str
    lowest_mC: int | None  # noqa: N815  milli-°C, as in the ledger
    highest_mC: int | None  # noqa: N815  as above
    first: str | None
    last: str | None
    doubts: list[list[int | str]]


class ClockOut(Output):
    """``fault``: ahead-of-its-reading, off-by or elsewhere; ``shift_s`` added to the file's times would mend it."""

    fault: str
    shift_s: int | None


class FaultLineOut(Output):
    """A row to look at: its line in the file, counted from 1 (in a JSON file: the reading's number), and why."""

    line: int
    fault: str


class TemperatureFileOut(Output):
    """A file that was recorded. ``verdict``: in_range, excursion, unknown, or evidence for a PDF.

    ``complete`` is false for a file that was cut. ``bags`` tell of each bag its window, its limit and, per probe, what
    is known, what is not, and every excursion. ``fault_lines``: the first 100 of ``faults``. ``overlaps``: earlier
    files of this journey that cover the same time. ``clock``: what is wrong with the file's times. ``sentences``: every
    code above in the reader's language.
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
    fault_lines: list[FaultLineOut]
    bags: list[dict[str, Any]]
    overlaps: list[str]
    clock: ClockOut | None
    recorded_at: str
    sentences: dict[str, str]


@ROUTER.post(
    "/{shipment_id}/temperature-files",
    response_model=TemperatureFileOut,
    status_code=201,
    summary="Attach a temperature file to a shipment",
)
async def attach(  # noqa: PLR0913, PLR0917  # the file, and who hands it in
    shipment_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
    file: Annotated[UploadFile, File(description="the logger's file, as it is")],
    mapping: Annotated[str | None, Form(description="how to read it: a MappingIn as JSON", max_length=20_000)] = None,
) -> Any:
    """Keep the file, read it, judge every bag of the shipment by it, and hold those that were not in range."""
    told = None if mapping is None else mapping_of(said_mapping(mapping))
    stored = await asyncio.to_thread(services.reader.subject, shipment_id, principal.tenant)
    if stored is None or not shipment_seen(stored, principal):
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
    answer: dict[str, Any] = outcome.reply.content if outcome.reply is not None else {}
    return {**answer, "sentences": file_sentences(answer, language)}
