"""The one place that calls typst: a sheet and the report it was made from become an archivable, accessible PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from app.reports.printed.letters import FOLDER

TEMPLATE: Final = Path(__file__).with_name("report.typ")
STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]
"""PDF/A-3a (ISO 19005-3, archivable, tagged, may carry a file) and PDF/UA-1 (ISO 14289-1); the compiler checks both."""


@cache
def _fonts() -> typst.Fonts:
    # The machine's own fonts would make the bytes depend on the machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FOLDER)])


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def set_pages(sheet: Mapping[str, Any], report: bytes, *, made_at: int) -> bytes:
    """Return the PDF of a sheet with ``report`` attached to it; ``made_at`` is POSIX time.

    The same arguments give the same bytes. What a sheet says is handed over as data and never as source.
    """
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False, separators=(",", ":")), "report": report.decode()}
    return typst.compile(
        _template(),
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_standards=STANDARDS,
        timestamp=made_at,
        ignore_system_fonts=True,
    )
