"""Writes the tables that both barcode readers share, for the tablet's: `python -m tests.tablet.barcode_tables`."""

from __future__ import annotations

import json
from typing import Any, Final

from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS as IDENTIFIERS

from app.barcodes import gs1_elements
from app.barcodes.formats.internal import KEYBOARD_TEST, KINDS
from app.barcodes.keyboards import LAYOUTS
from app.barcodes.reading import REASONS
from app.barcodes.symbology import SYMBOLOGY_NAMES
from app.tablet import build

PLACE: Final = build.HERE / "src" / "core" / "barcodes" / "tables.json"


def tables() -> dict[str, Any]:
    """Return what is data in `app.barcodes`, in a shape that TypeScript reads at once."""
    shapes: dict[tuple[str, bool], list[str]] = {}
    for one in IDENTIFIERS.values():
        shape = one.pattern.removeprefix(f"^{one.ai}").removesuffix("$")
        shapes.setdefault((shape, one.separator_required), []).append(one.ai)
    return {
        "gs1": {
            "shapes": [[shape, closed, " ".join(ais)] for (shape, closed), ais in shapes.items()],
            "names": dict(gs1_elements.NAMES),
            "withheld": sorted(gs1_elements.WITHHELD),
            "selfChecked": sorted(gs1_elements.SELF_CHECKED),
            "checkedLengths": dict(gs1_elements._CHECKED_LENGTHS),
            "needs": {ai: sorted(needed) for ai, needed in gs1_elements._NEEDS.items()},
        },
        "labels": {kind.letter: [kind.subject, kind.scheme, kind.issued] for kind in KINDS.values()},
        "keyboardTest": KEYBOARD_TEST,
        "symbologies": list(SYMBOLOGY_NAMES),
        "layouts": dict(LAYOUTS),
        "reasons": {reason: {"fr": text.fr, "en": text.en} for reason, text in REASONS.items()},
    }


def written() -> str:
    """Return them as they are kept."""
    return json.dumps(tables(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PLACE.write_text(written(), encoding="utf-8")
