"""The plan of a dewar as a picture for screens: the same sheet as the printed plan, told by shape and word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring  # it writes only, and reads no document

from app.kit.texts import Text
from app.reports.plans import sheet_of

_WIDTH: Final = 1_200
_MARGIN: Final = 32
_PLACE: Final = 64
"""Side of one position: what a gloved finger finds on a tablet that shows the picture at its size."""
_GAP: Final = 8
_ROW: Final = 10
"""Positions side by side before a box goes on in the next line."""
_LINE: Final = 30
_INK: Final = "#10222e"
_PALE: Final = "#5b6b75"
_FILLS: Final = {"free": "#ffffff", "taken": "#1f6f8b", "held": "#8a1c1c"}
_LETTERS: Final = {"free": _INK, "taken": "#ffffff", "held": "#ffffff"}
_SPACE: Final = "\N{NO-BREAK SPACE}"
_DRAWN: Final = Text("Établi le", "Drawn on")
_SIGNS: Final = {"free": "", "taken": "●", "held": "■"}


def plan_svg(
    plan: Mapping[str, Any], *, status: Text, zones: Mapping[str, Text], language: str, made: datetime
) -> bytes:
    """Return the map as an SVG 1.1 document without scripts, styles or anything from elsewhere.

    ``plan`` is a map as the API gives it; ``status`` the dewar's, ``zones`` what its zones are kept for, in words.
    ``made``: when. It names no bag.
    """
    sheet = sheet_of(plan, status=status, zones=zones, language=language, made=made)
    words = sheet["words"]
    root = Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", "lang": language, "role": "img", "font-family": "sans-serif"}
    )
    SubElement(root, "title").text = f"{sheet['title']} – {sheet['name']}"
    SubElement(root, "desc").text = sheet["total"]
    back = SubElement(root, "rect", {"x": "0", "y": "0", "fill": "#ffffff"})
    y = _MARGIN + 28
    _text(root, _MARGIN, y, f"{sheet['title']} · {sheet['name']}", size=30, bold=True)
    for name, value in sheet["facts"]:
        y += _LINE
        _text(root, _MARGIN, y, f"{name}{_colon(language)}{value}", size=19)
    y += _LINE + 10
    _text(root, _MARGIN, y, sheet["total"], size=21, bold=True)
    y = _key(root, y + 24, words)
    for box in sheet["boxes"]:
        y = _box(root, y + 24, box, words)
    y += _LINE + 12
    _text(root, _MARGIN, y, f"{_DRAWN.say(language)} {made:%Y-%m-%d %H:%M} UTC", size=17, fill=_PALE)
    y += 24
    _text(root, _MARGIN, y, words["stale"], size=17, fill=_PALE)
    height = y + _MARGIN
    root.attrib |= {"viewBox": f"0 0 {_WIDTH} {height}", "width": str(_WIDTH), "height": str(height)}
    back.attrib |= {"width": str(_WIDTH), "height": str(height)}
    drawn: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return drawn


def _key(root: Element, y: int, words: Mapping[str, str]) -> int:
    for number, (state, word) in enumerate((("free", "free"), ("taken", "taken"), ("held", "held"), ("free", "zone"))):
        x = _MARGIN + number * 270
        _square(root, x, y, 32, state, zoned=word == "zone")
        _text(root, x + 16, y + 23, _SIGNS[state], size=18, fill=_LETTERS[state], middle=True)
        _text(root, x + 44, y + 23, words[word], size=19)
    return y + 32


def _box(root: Element, y: int, box: Mapping[str, Any], words: Mapping[str, str]) -> int:
    told: Sequence[str] = [one for one in (box["count"], box["held"], box["zone"]) if one]
    _text(root, _MARGIN, y + 22, f"{box['code']} · {' · '.join(told)}", size=21, bold=True)
    top = y + 38
    for number, place in enumerate(box["places"]):
        line, column = divmod(number, _ROW)
        x = _MARGIN + column * (_PLACE + _GAP)
        at = top + line * (_PLACE + _GAP)
        group = SubElement(root, "g")
        SubElement(group, "title").text = f"{box['code']}-{place['name']} – {words[place['state']]}"
        _square(group, x, at, _PLACE, place["state"], zoned=place["zoned"])
        centre, ink = x + _PLACE // 2, _LETTERS[place["state"]]
        _text(group, centre, at + 28, place["name"], size=18, fill=ink, middle=True)
        _text(group, centre, at + 52, _SIGNS[place["state"]], size=18, fill=ink, middle=True)
    lines = -(-len(box["places"]) // _ROW)
    return top + lines * (_PLACE + _GAP)


def _square(  # noqa: PLR0913  # where, how large and what
    parent: Element, x: int, y: int, side: int, state: str, *, zoned: bool
) -> None:
    drawn = {"x": x, "y": y, "width": side, "height": side, "rx": 8, "fill": _FILLS[state], "stroke": _INK}
    drawn |= {"stroke-width": 4, "stroke-dasharray": "8 6"} if zoned else {"stroke-width": 2}
    SubElement(parent, "rect", {name: str(value) for name, value in drawn.items()})


def _text(  # noqa: PLR0913  # where, what and how
    parent: Element, x: int, y: int, said: str, *, size: int, fill: str = _INK, bold: bool = False, middle: bool = False
) -> None:
    how = {"x": str(x), "y": str(y), "font-size": str(size), "fill": fill}
    how |= {"font-weight": "bold"} if bold else {}
    how |= {"text-anchor": "middle"} if middle else {}
    SubElement(parent, "text", how).text = "".join(one for one in said if one.isprintable() or one == _SPACE)


def _colon(language: str) -> str:
    return f"{_SPACE}: " if language == "fr" else ": "
