"""Every code in what is told of a temperature file, as a sentence in its reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.kit.texts import Text
from app.temperature.loggers.piece import FAULTS
from app.temperature.reasons import CLOCK_FAULTS, DOUBTS

_HOUR: Final = 3600
_VERDICTS: Final[Mapping[str, Text]] = {
    "above-limit": Text("Température au-dessus de la limite.", "Temperature above the limit."),
    "below-limit": Text("Température au-dessous de la limite.", "Temperature below the limit."),
    "tolerated": Text("Dépassement toléré par le fabricant.", "An excursion that the maker tolerates."),
}
_KNOWN: Final[Mapping[str, Text]] = dict([*_VERDICTS.items(), *DOUBTS.items(), *FAULTS.items()])


def file_sentences(told: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return code → sentence for the faults, the reasons of every bag, and the clock."""
    reasons = [reason for bag in told["bags"] for probe in bag["probes"] for reason in probe["reasons"]]
    found = {code: _KNOWN[code].say(language) for code in [*told["faults"], *reasons]}
    clock = told["clock"]
    if clock is not None:
        hours = (clock["shift_s"] or 0) / _HOUR
        found[clock["fault"]] = CLOCK_FAULTS[clock["fault"]].say(language).format(shift=f"{hours:+g} h")
    return found
