"""A sentence in both languages; French first, as the people who read it are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said in French and in English."""

    fr: str
    en: str

    def say(self, language: str) -> str:
        """Return the sentence in ``language`` ("fr" or "en"); French when it is neither."""
        return self.en if language == "en" else self.fr

    def filled(self, **values: object) -> Text:
        """Return the same sentence with its ``{named}`` places filled."""
        return Text(self.fr.format(**values), self.en.format(**values))


def joined(texts: Iterable[Text], *, nothing: str = "—") -> Text:
    """Return several names as one, with commas; ``nothing`` stands for none."""
    named = list(texts)
    return Text(", ".join(text.fr for text in named) or nothing, ", ".join(text.en for text in named) or nothing)
