"""The barcodes that were scanned, drawn again as they stood on the label; and the one of the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final

from app.kit.texts import Text
from app.labels.errors import TextNotEncodableError
from app.labels.symbologies import CODE_128, DATA_MATRIX, GS1_DATA_MATRIX, Modules, Symbology
from app.reports.printed.blocks import Block
from app.reports.printed.said import NOTHING, Saying

WITHHELD: Final = Text("non communiqué", "not disclosed")
UNDRAWN: Final = Text("non dessiné", "not drawn")
DRAWN: Final = Text("Symbole {kind} : {text}", "{kind} symbol: {text}")
SQUARE_MM, LINEAR_MM, LINEAR_HIGH = 17, 44, 34
_KINDS: Final = {"code128": CODE_128, "datamatrix": DATA_MATRIX, "gs1-datamatrix": GS1_DATA_MATRIX}


def svg(modules: Modules, *, linear: bool) -> str:
    """Return a symbol with its quiet zone as an SVG of one path; a linear one is drawn tall."""
    quiet, tall = modules.quiet, LINEAR_HIGH if linear else 1
    above = 0 if linear else quiet
    wide, high = modules.columns + 2 * quiet, len(modules.rows) * tall + 2 * above
    path = "".join(
        f"M{left + quiet} {row * tall + above}h{length}v{tall}h-{length}z"
        for row, line in enumerate(modules.rows)
        for left, length in _dark(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f'<rect width="{wide}" height="{high}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )


def _dark(line: str) -> Iterable[tuple[int, int]]:
    at = 0
    for module, run in groupby(line):
        length = len(list(run))
        if module == "1":
            yield at, length
        at += length


def data_matrix(text: str) -> str:
    """Return a text as an SVG Data Matrix; what is not ASCII is escaped, as readers differ in what they make of it."""
    return svg(DATA_MATRIX.encode(text.encode("ascii", "backslashreplace").decode()), linear=False)


def scanned(say: Saying, symbols: Iterable[Mapping[str, Any]]) -> list[Block]:
    """Return each different symbol once, with its image; nothing where none was kept."""
    unlike = {(one["role"], one["symbology"], one["text"]): one for one in symbols}
    items = [_card(say, one) for one in unlike.values()]
    return [{"kind": "symbols", "items": items}] if items else []


def _card(say: Saying, one: Mapping[str, Any]) -> dict[str, Any]:
    text = one["text"]
    kind = _KINDS.get(one["symbology"] or "")
    drawn = "" if text is None or kind is None else _drawn(kind, text)
    shown = say.text(WITHHELD) if text is None else text
    about = (say.value(name, one[name]) for name in ("format", "symbology", "source"))
    return {
        "svg": drawn,
        "width": LINEAR_MM if drawn and kind is CODE_128 else SQUARE_MM,
        "title": say.code("scanned", one["role"] or NOTHING),
        "about": " · ".join(about),
        "text": shown.replace("\x1d", "<GS>"),
        "alt": say.text(DRAWN).format(kind=one["symbology"], text=shown),
        "instead": say.text(WITHHELD if text is None else UNDRAWN),
    }


def _drawn(kind: Symbology, text: str) -> str:
    try:
        return svg(kind.encode(text), linear=kind.linear)
    except TextNotEncodableError:
        # A reader may have seen what our writers cannot draw (Latin-1 letters): its text stands beside the frame.
        return ""
