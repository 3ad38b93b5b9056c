"""JSON: the report itself, in the order in which it is read, gaps first; ``givre verify`` takes this file."""

from __future__ import annotations

from app.kit.canonical import write_json
from app.reports.formats.format import Format
from app.reports.model import Report


def write(report: Report) -> bytes:
    """Return the report as UTF-8 JSON in one line."""
    return write_json(report) + b"\n"


JSON = Format("json", "application/json", write)
