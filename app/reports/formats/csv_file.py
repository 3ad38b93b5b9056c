"""CSV for spreadsheets: a table a section, gaps first, and one for each list in it; nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.reports.formats.format import Format
from app.reports.model import Report
from app.reports.words import SECTIONS

BOM: Final = "\N{BYTE ORDER MARK}"
"""Without it, spreadsheets read UTF-8 as their own old code page."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # some spreadsheets read the wide ones too
"""What makes a spreadsheet calculate a cell instead of showing it (OWASP, CSV injection)."""
_HEAD = ("format", "id", "language", "audience", "scope")
_BETWEEN = {"fr": ";", "en": ","}
"""What stands between two cells: French spreadsheets keep the comma for decimals."""


def write(report: Report) -> bytes:
    """Return UTF-8 with a byte order mark; every cell is quoted, and lines end as RFC 4180 asks."""
    text = io.StringIO(newline="")
    between = _BETWEEN[report["language"]]
    written = csv.writer(text, delimiter=between, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    labels = report["words"]["members"]
    whole: Mapping[str, Any] = {**report}
    for name in _HEAD:
        written.writerow(_row([labels.get(name, name), whole[name]]))
    for section in SECTIONS:
        for title, rows in _tables(report["words"]["sections"][section], whole[section], labels):
            written.writerow([])
            written.writerow(_row([title]))
            written.writerows(_row(row) for row in rows)
    return (BOM + text.getvalue()).encode()


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that begins like it begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA) else cell


def _tables(title: str, told: Any, labels: Mapping[str, str]) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    """Yield a section's tables: a list as it is, otherwise its plain members one a line and then each of its lists."""
    if isinstance(told, list):
        yield title, _table(told, labels)
        return
    lists = {name: value for name, value in told.items() if _is_list(value)}
    plain = {name: value for name, value in told.items() if name not in lists}
    yield title, [[_label(path, labels), value] for path, value in _leaves(plain)]
    for name, value in lists.items():
        yield f"{title} – {_label(name, labels)}", _table(value, labels)


def _table(items: Sequence[Any], labels: Mapping[str, str]) -> Sequence[Sequence[Any]]:
    lines = [dict(_leaves(item)) for item in items]
    columns = list(dict.fromkeys(path for line in lines for path in line))
    return [[_label(path, labels) for path in columns], *([line.get(path) for path in columns] for line in lines)]


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value with its path; a list of plain values is one value."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif _is_list(value):
        for number, inner in enumerate(value, start=1):
            yield from _leaves(inner, f"{path} {number}")
    else:
        yield path, value


def _label(path: str, labels: Mapping[str, str]) -> str:
    said = []
    for part in path.split("."):
        name, _, number = part.partition(" ")
        said.append(f"{labels.get(name, name)} {number}".strip())
    return " / ".join(said)


def _row(cells: Sequence[Any]) -> list[str]:
    return [safe(_cell(cell)) for cell in cells]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return " | ".join(map(_cell, value)) if isinstance(value, list) else str(value)


CSV = Format("csv", "text/csv; charset=utf-8", write)
