"""Where one GS1 element ends and the next begins, so that FNC1 is drawn where a scanner expects it."""

from __future__ import annotations

from app.labels.errors import TextNotEncodableError

GROUP_SEPARATOR = "\x1d"
"""What a reader reports for an FNC1 between two elements."""

_AI_DIGITS = {
    "23": 3,
    "24": 3,
    "25": 3,
    "39": 4,
    "40": 3,
    "41": 3,
    "42": 3,
    "43": 4,
    "70": 4,
    "71": 3,
    "72": 4,
    "80": 4,
}
_AI_DIGITS |= {"31": 4, "32": 4, "33": 4, "34": 4, "35": 4, "36": 4, "81": 4, "82": 4}

# GS1 General Specifications, "element strings with predefined length": AI and data together; never followed by FNC1.
_PREDEFINED = {"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "20": 4, "41": 16}
_PREDEFINED |= dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8)
_PREDEFINED |= dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10)


def bracketed(elements: str) -> str:
    r"""Write an element string (``"0109…10AB\x1d21…"``) with its AIs in square brackets (``"[01]09…[10]AB[21]…"``).

    Raises:
        TextNotEncodableError: an element is empty, does not start with the digits of an AI, or is followed by a
            separator that a reader would not report.
    """
    parts: list[str] = []
    rest = elements
    while rest:
        ends = _PREDEFINED.get(rest[:2])
        separator = ""
        if ends is None:
            element, separator, rest = rest.partition(GROUP_SEPARATOR)
        else:
            element, rest = rest[:ends], rest[ends:]
        digits = _AI_DIGITS.get(element[:2], 2)
        identifier, value = element[:digits], element[digits:]
        closed = not separator or rest
        if not (closed and len(identifier) == digits and identifier.isdecimal() and value and "[" not in value):
            message = f"not a GS1 element: {element!r}"
            raise TextNotEncodableError(message)
        parts.append(f"[{identifier}]{value}")
    return "".join(parts)
