"""A probe that says nothing good any more: an alarm, never silence (§5.3.1)."""

from __future__ import annotations

from app.alarms.terms import term
from app.kit.texts import Text

SILENT = term("silent", Text("sonde muette", "probe silent"))
