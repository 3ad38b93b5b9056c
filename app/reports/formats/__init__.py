"""Every format of the report, one line each; JSON is the truth that the others are made from."""

from __future__ import annotations

from app.kit.registry import Registry
from app.reports.formats.csv_file import CSV
from app.reports.formats.format import Format
from app.reports.formats.json_file import JSON
from app.reports.formats.pdf_file import PDF

FORMATS: Registry[Format] = Registry(
    "report format",
    (
        JSON,
        PDF,
        CSV,
    ),
)

__all__ = ["FORMATS", "Format"]
