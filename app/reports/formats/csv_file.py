"""CSV for spreadsheets: one line a value, under the titles of the sections, gaps first; nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from app.reports.formats.format import Format
from app.reports.model import Report
from app.reports.words import SECTIONS

_BOM = "\N{BYTE ORDER MARK}"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet calculate a cell instead of showing it (OWASP, CSV injection)."""
_HEAD = {
    "fr": ("rubrique", "ligne", "membre", "intitulé", "valeur"),
    "en": ("section", "line", "member", "label", "value"),
}


def write(report: Report) -> bytes:
    """Return UTF-8 with a byte order mark, RFC 4180 lines, ``;`` between French cells as their spreadsheets ask."""
    language = report["language"]
    text = io.StringIO(newline="")
    written = csv.writer(text, delimiter=";" if language == "fr" else ",", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    written.writerow(_HEAD[language])
    titles, labels = report["words"]["sections"], report["words"]["members"]
    for name in ("format", "id", "audience", "scope"):
        written.writerow(_safe("", "", name, labels.get(name, name), _cell(report[name])))
    for section in SECTIONS:
        told: Any = report[section]  # type: ignore[literal-required]  # as above
        for number, item in enumerate(told if isinstance(told, list) else [told], start=1):
            line = str(number) if isinstance(told, list) else ""
            for path, value in _leaves(item):
                name = path.rpartition(".")[2].rstrip("]0123456789").rstrip("[")
                written.writerow(_safe(titles[section], line, path, labels.get(name, name), _cell(value)))
    return (_BOM + text.getvalue()).encode()


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that begins like it begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _safe(*cells: str) -> list[str]:
    return [safe(cell) for cell in cells]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value, start=1):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


def _cell(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


CSV = Format("csv", "text/csv; charset=utf-8", write)
