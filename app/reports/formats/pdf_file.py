"""PDF for people: pages made from the report alone, with the report attached; ``givre verify`` takes this file."""

from __future__ import annotations

from app.kit.clock import parse_rfc3339
from app.reports.formats import json_file
from app.reports.formats.format import Format
from app.reports.model import Report


def write(report: Report) -> bytes:
    """Return PDF/A-3a and PDF/UA-1 that carries the JSON format's bytes; its date is the checkpoint's, not today's."""
    # Type-setting, fonts and symbols are loaded with the first report that is printed, not when the service starts.
    from app.reports.printed.setting import set_pages  # noqa: PLC0415  # as said
    from app.reports.printed.sheet import sheet  # noqa: PLC0415  # as said

    made_at = parse_rfc3339(report["cover"]["as_of"])
    return set_pages(sheet(report), json_file.write(report), made_at=int(made_at.timestamp()))


PDF = Format("pdf", "application/pdf", write)
