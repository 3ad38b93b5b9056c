"""The ISBT 128 structures we read, in one table, and how a run of them is cut (ST-001 table 2 and section 2.4).

Only layouts are here: the code tables (products, facilities, sequences) belong to ICCBBA and are not part of Givre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.barcodes.format import Fault
from app.barcodes.isbt_contents import (
    FIN,
    Contents,
    birth_date,
    dimensions,
    din,
    expiry_month,
    flexible_time,
    ordinal_date,
    text_of,
)
from app.barcodes.sec_contents import single_european_code

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_OF_DIN: Final = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789"
"""What may follow ``=`` in a donation number: the one structure whose identifier is part of its content."""

PRODUCT_CODE: Final = "([A-LO-QSUX-Z][0-9A-Z]{4}[0-9A-Za-z]{3}|[TMNRVW][0-9A-Z]{4}[0-9]{3})"
"""Product description, then collection type and division; for the second family, a pack number (ST-001 2.4.3)."""

RETIRED_DONOR: Final = "037"
"""The structure that named a registry donor before 039 did; like every retired one it is recognised and skipped."""

NATIONAL: Final = "national"
"""The field that says which national structure was found; what it holds is nobody's business here."""

_NATIONAL_SECOND: Final = frozenset("abcdefghijklmnopqrstuvwxyz;!")


@dataclass(frozen=True, slots=True)
class Structure:
    """One row: ``length`` is that of the content, ``more`` what its head adds to it when it says so itself."""

    number: str
    name: str
    data_identifier: str
    length: int
    read: Callable[[str], Contents]
    more: Callable[[str], int] | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A structure and its content as found in a symbol."""

    structure: Structure
    content: str


def _patient_length(head: str) -> int:
    return _announced(head[2:])


def _dimensions_length(head: str) -> int:
    return 14 * _announced(head)


def _announced(digits: str) -> int:
    # What is no number adds nothing here: the content's own reader refuses it.
    return int(digits) if digits.isascii() and digits.isdigit() else 0


STRUCTURES: Final[tuple[Structure, ...]] = (
    Structure("001", "donation identification number", "=", 15, din),
    Structure("002", "blood groups", "=%", 4, text_of("([0-9A-Za-z]{4})", "blood_groups")),
    Structure("003", "product code", "=<", 8, text_of(PRODUCT_CODE, "product_code")),
    Structure("004", "expiry date", "=>", 6, ordinal_date("expiry")),
    Structure("005", "expiry date and time", "&>", 10, ordinal_date("expiry")),
    Structure("006", "collection date", "=*", 6, ordinal_date("collected")),
    Structure("007", "collection date and time", "&*", 10, ordinal_date("collected")),
    Structure("008", "production date", "=}", 6, ordinal_date("produced")),
    Structure("009", "production date and time", "&}", 10, ordinal_date("produced")),
    Structure("011", "red blood cell antigens (retired)", "={", 18, text_of("[0-9A-Za-z]{18}")),
    Structure("015", "HLA-A and -B alleles (retired)", "=[", 18, text_of("[0-9A-Za-z]{18}")),
    Structure("016", "HLA-DRB1 alleles (retired)", '="', 18, text_of("[0-9A-Za-z]{18}")),
    Structure("019", "donor identification number", "=;", 21, text_of(f"({FIN}[0-9]{{16}})", "donor_id")),
    Structure("020", "staff member identification number", "='", 11, text_of(f"({FIN}[0-9A-Z]{{6}})", "staff_id")),
    Structure("023", "compound message", "=+", 5, text_of("([0-9]{2})[0-9]{3}", "announced")),
    Structure("024", "patient date of birth", "=#", 10, birth_date),
    Structure(
        "025",
        "patient identification number",
        "&#",
        4,
        text_of("([0-9]{2})[0-9]{2}([0-9A-Za-z]+)", "patient_location", "patient_id"),
        more=_patient_length,
    ),
    Structure("026", "expiry month and year", "=]", 6, expiry_month),
    Structure("029", "dimensions", "&$", 2, dimensions, more=_dimensions_length),
    Structure("031", "flexible date and time", "=(", 16, flexible_time),
    Structure("032", "product divisions", "=,", 6, text_of("([0-9A-Z]{6})", "division")),
    Structure(
        "033",
        "processing facility information code",
        "&+",
        11,
        text_of(f"({FIN})([0-9A-Z]{{6}})", "processing_facility", "facility_product_code"),
    ),
    Structure(
        "034",
        "processor product identification code",
        "=/",
        16,
        text_of(
            f"({FIN})([0-9A-Z]{{6}})([0-9A-Z]{{5}})",
            "processor",
            "processor_product_code",
            "processor_product_description",
        ),
    ),
    Structure("035", "MPHO lot number", "&,1", 18, text_of("([0-9A-Z]{18})", "mpho_lot")),
    Structure(
        "036", "MPHO supplemental identification number", "&,2", 18, text_of("([0-9A-Z]{18})", "mpho_supplement")
    ),
    Structure(RETIRED_DONOR, "registry donor (retired)", "&,3", 19, text_of("[0-9A-Za-z]{19}")),
    Structure("038", "Single European Code", "&,4", 40, single_european_code),
    # The two digits at the end are a check; their rule is not public, so they are kept and not judged.
    Structure(
        "039", "global registration identifier for donors", "&:", 19, text_of("([0-9]{4}[0-9A-Z]{13}[0-9]{2})", "grid")
    ),
    Structure(
        "040",
        "chain of identity identifier",
        "&/",
        15,
        text_of(f"(CH{FIN}[0-9]{{2}}[0-9A-Z]{{6}})", "coi"),
    ),
)

BY_NUMBER: Final = {structure.number: structure for structure in STRUCTURES}
_BY_IDENTIFIER: Final = {structure.data_identifier: structure for structure in STRUCTURES}
_BY_START: Final = {
    **{start: structure for start, structure in _BY_IDENTIFIER.items() if len(start) > 1},
    **{f"={first}": BY_NUMBER["001"] for first in FIRST_OF_DIN},
}


def cut(text: str, national: frozenset[str] = frozenset()) -> tuple[Cut, ...] | Fault:
    """Cut a text from left to right into structures, checking identifiers and lengths, not contents.

    A national structure (``&`` and a small letter, ``&;``, ``&!``) has no known end: one that ``national`` names takes
    all that follows, any other is a fault (ST-001 section 2.5).
    """
    found: list[Cut] = []
    at = 0
    while at < len(text):
        structure = _BY_START.get(text[at : at + 2]) or _BY_START.get(text[at : at + 3])
        if structure is None:
            tail = _national_tail(text, at, national) or _unknown(at, inside=bool(found) and text[at] not in "=&")
            return tail if isinstance(tail, Fault) else (*found, tail)
        start = at + len(structure.data_identifier)
        length = structure.length
        if structure.more is not None:
            length += structure.more(text[start : start + length])
        content = text[start : start + length]
        if len(content) < length:
            return Fault("length", f"structure {structure.number}")
        found.append(Cut(structure, content))
        at = start + length
    return tuple(found)


def _unknown(at: int, *, inside: bool) -> Fault:
    return Fault("length" if inside else "unknown-structure", f"character {at + 1}")


def _national_tail(text: str, at: int, national: frozenset[str]) -> Cut | Fault | None:
    identifier = text[at : at + 2]
    if identifier[0] != "&" or identifier[1:] not in _NATIONAL_SECOND:
        return None
    if identifier not in national:
        return Fault("national-structure", f"character {at + 1}")
    if len(text) == at + 2:
        return Fault("length", "national structure")
    opaque = Structure(identifier, "national structure", identifier, 0, lambda _: {NATIONAL: identifier})
    return Cut(opaque, text[at + 2 :])
