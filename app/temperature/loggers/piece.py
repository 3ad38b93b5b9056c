"""What reading a logger's file gives, piece by piece: probes, readings, rows that are no good, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from app.kit.texts import Text
from app.temperature.reading import Block

FaultReason: TypeAlias = Literal[
    "time-unreadable",
    "time-implausible",
    "time-impossible",
    "time-zone-missing",
    "value-unreadable",
    "columns-missing",
    "line-too-long",
    "line-cut",
    "summary-only",
]
RefusalReason: TypeAlias = Literal[
    "empty",
    "unknown-format",
    "too-large",
    "encoding",
    "mapping-missing",
    "column-missing",
    "header-missing",
    "time-zone-missing",
    "unit-unknown",
    "not-json",
    "structure",
    "workbook-damaged",
    "workbook-bomb",
    "evidence-only",
]


@dataclass(frozen=True, slots=True)
class Probe:
    """One series of the file. ``number`` counts from 0; ``serial`` and ``channel`` are None where the file is silent.

    ``interval_ms`` is how often the logger says it records, None when it does not say.
    """

    number: int
    serial: str | None
    channel: str | None
    interval_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Readings of one probe, in the order of the file."""

    probe: int
    block: Block


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that a person should look at; ``line`` counts from 1 (in a JSON file: the reading's number)."""

    line: int
    reason: FaultReason


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be read as what it claims to be; ``detail`` names a place in it, never its content."""

    reason: RefusalReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of the file. ``complete`` is False when it was cut: less is in it than was recorded.

    ``doubtful_ms`` is from when on the logger's clock is in doubt (None: never).
    """

    complete: bool
    doubtful_ms: int | None = None


Piece: TypeAlias = Probe | Rows | Fault | Refused | Ended
"""Of a file: its probes before their rows, and at the very end one ``Ended`` or one ``Refused``."""

FAULTS: Final[Mapping[FaultReason, Text]] = {
    "time-unreadable": Text("Date ou heure illisible.", "The date or time cannot be read."),
    "time-implausible": Text("Date invraisemblable.", "The date is implausible."),
    "time-impossible": Text(
        "Heure qui n'existe pas dans ce fuseau (changement d'heure).",
        "This time does not exist in the time zone (clock change).",
    ),
    "time-zone-missing": Text("Heure sans fuseau horaire.", "A time without a time zone."),
    "value-unreadable": Text("Température illisible ou impossible.", "The temperature cannot be read or cannot be."),
    "columns-missing": Text("Il manque des colonnes.", "Columns are missing."),
    "line-too-long": Text("Ligne trop longue.", "The line is too long."),
    "line-cut": Text("La dernière ligne n'est pas terminée.", "The last line does not end."),
    "summary-only": Text("Résumé sans mesures.", "A summary without readings."),
}
REFUSALS: Final[Mapping[RefusalReason, Text]] = {
    "empty": Text("Le fichier est vide.", "The file is empty."),
    "unknown-format": Text("Format de fichier non reconnu.", "The format of the file is not recognised."),
    "too-large": Text("Fichier trop volumineux.", "The file is too large."),
    "encoding": Text("Encodage du texte inattendu.", "Unexpected text encoding."),
    "mapping-missing": Text(
        "Indiquez les colonnes, l'unité et le fuseau horaire de ce fichier.",
        "State the columns, the unit and the time zone of this file.",
    ),
    "column-missing": Text("Une colonne annoncée est absente.", "A column that was stated is not there."),
    "header-missing": Text("L'en-tête du fichier est incomplet.", "The header of the file is incomplete."),
    "time-zone-missing": Text("Indiquez le fuseau horaire de l'enregistreur.", "State the time zone of the logger."),
    "unit-unknown": Text("Indiquez l'unité de température.", "State the unit of the temperatures."),
    "not-json": Text("Le fichier n'est pas du JSON.", "The file is not JSON."),
    "structure": Text("Le fichier n'a pas la structure attendue.", "The file is not built as expected."),
    "workbook-damaged": Text("Le classeur est endommagé.", "The workbook is damaged."),
    "workbook-bomb": Text("Le classeur se décompresse démesurément.", "The workbook unpacks beyond all measure."),
    "evidence-only": Text(
        "Un PDF est gardé comme preuve ; joignez aussi l'export CSV ou Excel.",
        "A PDF is kept as evidence; attach the CSV or Excel export as well.",
    ),
}
