"""A number as a logger writes it, in the unit it measures in, as thousandths of a degree Celsius."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Final

from app.temperature.reading import State, plausible


class Unit(StrEnum):
    """Degrees Celsius, degrees Fahrenheit, kelvins."""

    CELSIUS = "C"
    FAHRENHEIT = "F"
    KELVIN = "K"


ABSENT: Final = frozenset({"", "-", "--", "---", "----", "n/a", "na", "nan", "null", "none", "missing", "no data"})
"""How loggers write that there is no value; compared in lower case."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,6}(?:\.[0-9]{0,15})?", re.ASCII)
_FLOAT: Final = re.compile(r"[+-]?[0-9]{1,6}(?:\.[0-9]{0,30})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_UNIT_BEHIND: Final = re.compile(r"\s*(?:°\s*)?([CFK])$")
_LARGEST: Final = 1_000_000
_MINUSES: Final = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})


def milli_celsius(number: Decimal, unit: Unit) -> int:
    """Return a temperature in thousandths of a degree Celsius, half to even."""
    if unit is Unit.FAHRENHEIT:
        number = (number - 32) * 5 / 9
    elif unit is Unit.KELVIN:
        number -= Decimal("273.15")
    return int((number * 1000).to_integral_value(ROUND_HALF_EVEN))


def read_value(text: str, unit: Unit, decimal: str = ".") -> tuple[int, State, bool]:
    """Read one cell: (milli-°C, state, whether the cell is a sound one).

    An empty cell or a logger's sign for "no value" is a *missing* reading; any other text is a *sensor error*, and so
    is a number that no probe can measure. A unit behind the number must be the announced one: a cell in another unit is
    no reading. The third value is False where a person should look at the row.
    """
    stripped = text.strip()
    if stripped.lower() in ABSENT:
        return 0, State.MISSING, True
    behind = _UNIT_BEHIND.search(stripped)
    if behind:
        if behind[1] != unit.value:
            return 0, State.SENSOR_ERROR, False
        stripped = stripped[: behind.start()]
    plain = stripped.translate(_MINUSES)
    if decimal == ",":
        plain = plain.replace(".", "!").replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return 0, State.SENSOR_ERROR, False
    return _judged(Decimal(plain), unit)


def read_number(number: object, unit: Unit) -> tuple[int, State, bool]:
    """Read a number that a document holds as one (JSON, a spreadsheet's cell); anything but a number is an error."""
    if number is None:
        return 0, State.MISSING, True
    if isinstance(number, bool) or not isinstance(number, (int, float, Decimal)):
        return 0, State.SENSOR_ERROR, False
    if isinstance(number, int) and abs(number) > _LARGEST:
        return 0, State.SENSOR_ERROR, False
    # The shortest text that names the number is what was meant; its binary fraction is not.
    plain = str(number)
    if not _FLOAT.fullmatch(plain):
        return 0, State.SENSOR_ERROR, False
    return _judged(Decimal(plain), unit)


def _judged(number: Decimal, unit: Unit) -> tuple[int, State, bool]:
    milli = milli_celsius(number, unit)
    return (milli, State.OK, True) if plausible(milli) else (0, State.SENSOR_ERROR, False)
