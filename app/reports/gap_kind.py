"""What a kind of gap is: its code, how grave it is, in which section it is looked for, and its sentence."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.texts import Text

MISSING, UNVERIFIED, WITHHELD, NOTE = "missing", "unverified", "withheld", "note"
SEVERITIES = (MISSING, UNVERIFIED, WITHHELD, NOTE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of gap; its code is for ever. ``section`` is where a reader looks for what is not there."""

    tag: str
    severity: str
    section: str
    text: Text


def gap_kind(tag: str, severity: str, section: str, fr: str, en: str) -> Kind:
    """Write a kind of gap, French first."""
    return Kind(tag, severity, section, Text(fr, en))
