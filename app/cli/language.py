"""In which language a terminal is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["fr", "en"]


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language of a terminal: French where it says so, else English."""
    said = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "fr" if said.lower().startswith("fr") else "en"
