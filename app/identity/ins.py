"""The national health identity number (INS): a social security number with its key, and the list it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.kit.errors import GivreError

OIDS: Final = {
    "1.2.250.1.213.1.4.8": "nir",
    "1.2.250.1.213.1.4.9": "nia",
    "1.2.250.1.213.1.4.10": "nir-test",
    "1.2.250.1.213.1.4.11": "nir-demonstration",
}
"""The lists an INS number may come from (ANS, Référentiel INS); numbers of tests and demonstrations have their own."""

# Sex, year, month, department (2A and 2B in Corsica), commune, order, key.
_NUMBER: Final = re.compile(r"([1-8][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6})([0-9]{2})")
_CORSICA: Final = {"2A": "19", "2B": "18"}
_DEPARTMENT: Final = slice(5, 7)
_MODULUS: Final = 97


class InsInvalidError(GivreError):
    """A number that is no INS: its form, its key or its list is wrong."""

    code = "ins-invalid"


@dataclass(frozen=True, slots=True)
class Ins:
    """A number of 15 characters with its key, and the OID of its list."""

    number: str
    oid: str


def read_ins(number: str, oid: str) -> Ins:
    """Return an INS whose form and key are right.

    The key is 97 less the number modulo 97; in Corsica 2A counts as 19 and 2B as 18 (INSEE).

    Raises:
        InsInvalidError: with what is wrong: ``ins`` or ``ins_oid``.
    """
    match = _NUMBER.fullmatch(number)
    if match is None or int(match[2]) != key_of(match[1]):
        message = "ins"
        raise InsInvalidError(message)
    if oid not in OIDS:
        message = "ins_oid"
        raise InsInvalidError(message)
    return Ins(number, oid)


def key_of(body: str) -> int:
    """Return the key (1 to 97) of the first 13 characters of a number."""
    department = body[_DEPARTMENT]
    digits = body[: _DEPARTMENT.start] + _CORSICA.get(department, department) + body[_DEPARTMENT.stop :]
    return _MODULUS - int(digits) % _MODULUS
