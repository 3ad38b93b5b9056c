"""What is told of an error, wherever it is told: over HTTP, of one scan of many, or on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kit.errors import GivreError
from app.kit.texts import Text


def failure_members(error: GivreError) -> dict[str, Any]:
    """Return what an error adds to its problem."""
    # What is told may be said in either language; the rest of an error's text is a name, a code or a number.
    told = getattr(error, "told", None) or str(error)
    members: dict[str, Any] = {"detail": told} if told else {}
    for name in ("retry_after_seconds", "faults", "limit", "next_version", "refusal"):
        if hasattr(error, name):
            members[name] = getattr(error, name)
    return members


def filled(sentence: Text, members: Mapping[str, Any]) -> Text:
    """Return a sentence with its ``{named}`` places filled, each value in the sentence's language; — where none is."""
    french, english = (
        _Places({name: value.say(language) if isinstance(value, Text) else value for name, value in members.items()})
        for language in ("fr", "en")
    )
    return Text(sentence.fr.format_map(french), sentence.en.format_map(english))


class _Places(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
