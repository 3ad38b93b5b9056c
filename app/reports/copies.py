"""For whom a report is made, and what of it that reader is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.kit.texts import Text


class Audience(StrEnum):
    """Whose copy it is."""

    HOSPITAL = "hospital"
    AUDITOR = "auditor"
    MAKER = "maker"


NAMES: dict[str, Text] = {
    Audience.HOSPITAL: Text("Exemplaire de l'établissement", "The hospital's own copy"),
    Audience.AUDITOR: Text("Exemplaire pseudonymisé pour audit", "Pseudonymised copy for an audit"),
    Audience.MAKER: Text("Exemplaire pseudonymisé du fabricant", "The manufacturer's pseudonymised copy"),
}
"""What a copy is called on its cover."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One reader's copy.

    ``maker`` is the organisation that a maker's copy is for; ``identity``: whether it names the patient; ``unblind``:
    whether it tells what a trial keeps from those who treat.
    """

    audience: Audience
    language: str
    maker: str | None = None
    identity: bool = False
    unblind: bool = False

    @property
    def notes(self) -> bool:
        """Whether free text is told: it may name somebody, so it stays in the hospital (ACC-03)."""
        return self.audience is Audience.HOSPITAL

    @property
    def inside(self) -> bool:
        """Whether the reader may see how the patient fares and what quality decided."""
        return self.audience is not Audience.MAKER
