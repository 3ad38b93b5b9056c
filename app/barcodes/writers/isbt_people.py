"""Patients, donors and staff in ISBT 128; every function raises NotASymbolError on a misfit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.barcodes.writers.structure import structure

if TYPE_CHECKING:
    from datetime import date

_DONOR_LENGTH: Final = 16


def donor(fin: str, number: str) -> str:
    """Write a donor's number (019): FIN, then up to 16 digits, padded with zeros."""
    return structure("019", fin + number.rjust(_DONOR_LENGTH, "0"))


def staff(fin: str, number: str) -> str:
    """Write a staff member's number (020): FIN, then six characters of ``0-9A-Z``."""
    return structure("020", fin + number)


def birth_date(location: str, day: date) -> str:
    """Write a patient's date of birth (024) after a two-digit location code."""
    return structure("024", f"{location}{day.year:04d}{day:%m%d}")


def patient(location: str, number: str) -> str:
    """Write a patient's number (025), 1 to 99 letters of either case and digits, after a two-digit location code."""
    return structure("025", f"{location}{len(number):02d}{number}")


def registry_donor(grid: str) -> str:
    """Write a registry donor's number (039): the 19 characters with their two check digits."""
    return structure("039", grid)
