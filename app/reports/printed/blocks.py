"""The kinds of blocks a page is made of; report.typ draws each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
Cell = str | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title and its share of the width; a share of 0 is as narrow as its words."""

    title: str
    share: int = 0


def cell(text: str, tone: str = "plain", *, mono: bool = False, strong: bool = False, chip: bool = False) -> Cell:
    """Return words with a tone and a face; a chip is a word in a frame, with a sign beside it."""
    return {"text": text, "tone": tone, "mono": mono, "strong": strong, "chip": chip}


def fields(items: Iterable[tuple[str, Cell]], *, across: int = 2) -> Block:
    """Return names and values, so many pairs across."""
    return {"kind": "fields", "items": [list(item) for item in items], "across": across}


def table(columns: Sequence[Column], rows: Iterable[tuple[str, Sequence[Cell]]], *, size: int = 8) -> Block:
    """Return a table whose head is repeated on each page; a row is its tone and its cells; ``size`` in points."""
    return {
        "kind": "table",
        "columns": [{"title": column.title, "width": column.share} for column in columns],
        "rows": [{"tone": tone, "cells": list(cells)} for tone, cells in rows],
        "size": size,
    }


def note(text: str, tone: str = "muted") -> Block:
    """Return a sentence in a frame."""
    return {"kind": "note", "text": text, "tone": tone}


def heading(text: str, *, level: int = 2) -> Block:
    """Return a heading: of a section (1) or inside one (2)."""
    return {"kind": "heading", "text": text, "level": level}
