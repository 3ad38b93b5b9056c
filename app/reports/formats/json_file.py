"""JSON: the report itself, in the order in which it is read, gaps first; ``givre verify`` takes this file."""

from __future__ import annotations

import json

from app.reports.formats.format import Format
from app.reports.model import Report


def write(report: Report) -> bytes:
    """Return the report as UTF-8 JSON in one line."""
    return json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


JSON = Format("json", "application/json", write)
