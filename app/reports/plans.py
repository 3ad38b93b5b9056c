"""The printable plan of a dewar: box by box, what is free, taken and on hold, told by shape and word, not by colour."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.kit.texts import Text
from app.reports.printed.letters import FOLDER, printed

if TYPE_CHECKING:
    import typst

TEMPLATE: Final = Path(__file__).with_name("plans.typ")
STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]

_WORDS: Final[dict[str, Text]] = {
    "title": Text("Plan de la cuve", "Plan of the dewar"),
    "site_room": Text("Salle", "Room"),
    "status": Text("État", "Status"),
    "limit": Text("Qualifiée à", "Qualified to"),
    "strictest": Text("Exigée par le contenu", "Asked by the content"),
    "phase": Text("Phase", "Phase"),
    "qualified": Text("Qualification", "Qualification"),
    "mapped": Text("Cartographie", "Mapping"),
    "taken": Text("occupé", "taken"),
    "free": Text("libre", "free"),
    "held": Text("bloqué", "on hold"),
    "zone": Text("zone réservée", "reserved zone"),
    "key": Text("Légende", "Key"),
    "box": Text("Boîte", "Box"),
    "of": Text("occupés sur", "taken of"),
    "on_hold": Text("bloqués", "on hold"),
    "made": Text("Imprimé le", "Printed on"),
    "stale": Text(
        "Ce plan vaut à l’heure d’impression. Avant tout geste, scannez la poche et l’emplacement.",
        "This plan holds for the time of printing. Before you act, scan the bag and the position.",
    ),
    "unknown": Text("non renseigné", "not stated"),
}
_PHASES: Final = {"vapour": Text("vapeur", "vapour"), "liquid": Text("liquide", "liquid")}


@cache
def _fonts() -> typst.Fonts:
    import typst  # noqa: PLC0415  # whoever prints no plan does not wait for it

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FOLDER)])


def plan_pdf(
    plan: Mapping[str, Any], *, status: Text, zones: Mapping[str, Text], language: str, made: datetime
) -> bytes:
    """Return the pages of a map as PDF/A-3a and PDF/UA-1 (the compiler checks both).

    ``plan`` is a map as the API gives it; ``status`` the dewar's, ``zones`` what its zones are kept for, in words.
    ``made``: when. What a plan says is data and never source.
    """
    import typst  # noqa: PLC0415  # as above

    sheet = printed(sheet_of(plan, status=status, zones=zones, language=language, made=made))
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False, separators=(",", ":"))},
        pdf_standards=STANDARDS,
        timestamp=int(made.timestamp()),
        ignore_system_fonts=True,
    )


def sheet_of(
    plan: Mapping[str, Any], *, status: Text, zones: Mapping[str, Text], language: str, made: datetime
) -> dict[str, Any]:
    """Return what a plan says, in one language, whatever it is drawn with; the arguments are those of ``plan_pdf``."""
    made_at = f"{made:%Y-%m-%d %H:%M} UTC"
    words = {name: text.say(language) for name, text in _WORDS.items()}
    dewar = plan["dewar"]
    unknown = words["unknown"]
    phase = _PHASES[dewar["phase"]].say(language) if dewar["phase"] is not None else unknown
    strictest = plan["strictest_c"]
    facts = [
        (words["site_room"], dewar["room"] or unknown),
        (words["status"], status.say(language)),
        (words["limit"], f"{dewar['limit_c']} °C"),
        (words["strictest"], f"{strictest} °C" if strictest is not None else "—"),
        (words["phase"], phase),
        (words["qualified"], " → ".join(dewar[one] or unknown for one in ("qualified_on", "qualified_until"))),
        (words["mapped"], dewar["mapped_on"] or unknown),
    ]
    return {
        "language": language,
        "title": f"{words['title']} {dewar['code']}",
        "name": dewar["name"],
        "words": words,
        "facts": [list(one) for one in facts],
        "total": f"{plan['occupied']} {words['of']} {plan['occupied'] + plan['free']} · "
        f"{plan['on_hold']} {words['on_hold']}",
        "boxes": [_box(box, plan["positions"], zones, words, language) for box in plan["boxes"]],
        "made": f"{words['made']} {made_at}",
        "date": [int(made_at[:4]), int(made_at[5:7]), int(made_at[8:10])],
    }


def _box(
    box: Mapping[str, Any],
    positions: Sequence[Mapping[str, Any]],
    zones: Mapping[str, Text],
    words: Mapping[str, str],
    language: str,
) -> dict[str, Any]:
    inside = [one for one in positions if str(one["code"]).rpartition("-")[0] == box["code"]]
    kept_for = sorted({one for place in inside for one in place["kept_for"]})
    return {
        "code": box["code"],
        "count": f"{box['occupied']} {words['of']} {box['positions']}",
        "held": f"{box['on_hold']} {words['on_hold']}" if box["on_hold"] else "",
        "zone": ", ".join(zones[one].say(language) for one in kept_for),
        "places": [
            {
                "name": str(one["code"]).rpartition("-")[2],
                "state": "held" if one["on_hold"] else "taken" if one["bag"] is not None else "free",
                "zoned": bool(one["kept_for"]),
            }
            for one in inside
        ],
    }
