"""Labels: drawn at whole printer dots, read back before they are handed out, every print accounted for."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from app.actions.account_labels import AccountLabels
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer
from app.api.models.base import WHOLE, Input, Output, Uuid
from app.kit.errors import GivreError

ROUTER = APIRouter(prefix="/api/v1/labels", tags=["labels"], route_class=GuardedRoute)
_MEDIA = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


class LabelInvalidError(GivreError):
    """A label that cannot be drawn as asked."""

    code = "label-invalid"


class LabelSymbolIn(Input):
    """One symbol of a label."""

    text: Annotated[str, Field(min_length=1, max_length=512, examples=["=A99992612345600"])]
    symbology: Literal["code128", "datamatrix", "gs1-datamatrix"] = "code128"
    caption: Annotated[str, StringConstraints(max_length=100)] = ""


class LabelIn(Input):
    """One label: its symbols, and the lines a person reads."""

    symbols: Annotated[list[LabelSymbolIn], Field(min_length=1, max_length=8)]
    lines: Annotated[list[Annotated[str, StringConstraints(max_length=200)]], Field(max_length=8, default_factory=list)]


class LabelsIn(Input):
    """Labels to draw. ``subject`` is the id of what they will be stuck on, when it exists already."""

    size: Annotated[Literal["bag-100x50", "cryo-25x25", "position-50x25", "wristband-60x25", "badge-85x54"], Field()]
    format: Literal["png", "svg", "pdf"] = "png"
    dpi: Annotated[Literal[203, 300, 600], WHOLE] = 300
    page: Literal["A4", "A5", "letter"] = "A4"
    labels: Annotated[list[LabelIn], Field(min_length=1, max_length=100)]
    subject: Uuid | None = None


class PrintRunOut(Output):
    """Labels printed in one go: how many, and how many are stuck on or destroyed. ``state``: open, closed."""

    id: str
    site: str
    printed: int
    used: int
    void: int
    state: str
    labelled: str | None


class PrintRunsOut(ListOut):
    """A page of print runs."""

    items: list[PrintRunOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.post(
    "",
    response_class=Response,
    summary="Draw labels",
    responses={
        200: {
            "description": "One PNG or SVG, or a PDF sheet",
            "headers": {
                "Givre-Print-Run": {
                    "description": "The print run its labels are accounted for against (step `labelled`)",
                    "schema": {"type": "string"},
                }
            },
            "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA.values()},
        }
    },
)
async def draw(
    _request: Request, message: LabelsIn, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Draw labels; what does not read back exactly is never handed out."""
    if message.format != "pdf" and len(message.labels) != 1:
        detail = "a PNG or SVG holds one label; ask for a PDF sheet"
        raise LabelInvalidError(detail)
    drawn = await asyncio.to_thread(_draw, message)
    texts = tuple(symbol.text for label in message.labels for symbol in label.symbols)
    command = AccountLabels(principal, message.subject, texts, message.size, len(message.labels))
    outcome = await services.recorder.submit(command)
    run = outcome.reply.content["print_run"] if outcome.reply is not None else ""
    return Response(drawn, media_type=_MEDIA[message.format], headers={"Givre-Print-Run": run})


@ROUTER.get("/runs", response_model=PrintRunsOut, summary="Print runs: which labels are not accounted for")
async def print_runs(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the print runs of the establishment; one stays open until every label is on a bag or destroyed."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "print_run", after=cursor, limit=limit)
    return page_answer(request, page, plain_view)


def _draw(message: LabelsIn) -> bytes:
    # The drawing libraries are loaded with the first label: most processes never draw one, and all must start fast.
    from app.labels.label import SIZES, Label, LabelSymbol  # noqa: PLC0415  # as said
    from app.labels.render import render_png, render_sheet, render_svg  # noqa: PLC0415  # as said

    size = SIZES[message.size]
    labels: list[Label] = [
        size.label(
            tuple(LabelSymbol(one.text, one.symbology, one.caption) for one in label.symbols),
            tuple(label.lines),
            dpi=message.dpi,
        )
        for label in message.labels
    ]
    if message.format == "png":
        return render_png(labels[0])
    if message.format == "svg":
        return render_svg(labels[0])
    return render_sheet(labels, message.page)
