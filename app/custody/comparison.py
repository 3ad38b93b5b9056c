"""Every field that two labels share, side by side: people do not compare by eye alone (domain §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

RECORDED = "recorded"
"""The layer of what the service knows itself: what the bag was announced, named and made with."""
AGREE, DIFFER, ABSENT = "agree", "differ", "absent"
PERSONAL = frozenset({"patient", "patient_number", "birth_date"})
"""Fields about the patient: their values are pseudonyms or keyed digests, and outsiders do not see them (ACC-03)."""
OF_THE_GOODS = frozenset({"expiry", "gtin"})
"""Fields that tell bags of one product alike: they say nothing about whose cells these are."""

_CONTAINER = frozenset({"bag", "vial", "syringe"})
_PAPERS = frozenset({"certificate", "rfic", "lot_information_sheet", "prescription"})
_SHOWN_BY = {"bag": _CONTAINER, "document": _PAPERS, "patient": frozenset({"wristband"})}

_EXPIRY = "expiry"
_FURTHEST_EAST, _FURTHEST_WEST = timedelta(hours=14), timedelta(hours=12)
_TO_THE_MINUTE = len("2027-06-30T21:59")


@dataclass(frozen=True, slots=True)
class Row:
    """One field and what each layer says of it.

    ``verdict``: agree when at least two layers carry it and all say the same, differ when two do not, absent when there
    is nothing to hold it against.
    """

    field: str
    values: Mapping[str, str]
    verdict: str

    def to_doc(self) -> dict[str, Any]:
        """Return the row as it is kept with the event and shown."""
        return {"field": self.field, "values": dict(self.values), "verdict": self.verdict}


def compare(readings: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[Row, ...]:
    """Put what each layer says side by side, field by field, in the order the fields were met.

    ``readings`` are pairs of a layer and its fields (name → value as printed). A second symbol of one layer that
    contradicts the first stands beside it as ``layer#2``. Expiries agree when the coarser one holds the finer one; a
    recorded instant (UTC) agrees with a printed day when it falls on that day anywhere in the world, because labels
    carry no time zone (ISBT 128 ST-001, structures 004 and 005).
    """
    fields: dict[str, dict[str, str]] = {}
    for layer, said in readings:
        for name, value in said.items():
            told = fields.setdefault(name, {})
            if told.get(layer, value) == value:
                told[layer] = value
            else:
                told.setdefault(f"{layer}#2", value)
    return tuple(Row(name, told, _verdict(name, tuple(told.values()))) for name, told in fields.items())


def disagreeing(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the names of the fields whose layers differ."""
    return tuple(row.field for row in rows if row.verdict == DIFFER)


def shown_layers(roles: Iterable[str]) -> frozenset[str]:
    """Return the layers that symbols scanned into these slots stand for; one paper stands for whichever was handed."""
    return frozenset().union(*(_SHOWN_BY.get(role, frozenset({role})) for role in roles))


def _verdict(name: str, values: tuple[str, ...]) -> str:
    if len(values) < 2:  # noqa: PLR2004  # nothing to hold it against
        return ABSENT
    same = _same_expiry if name == _EXPIRY else str.__eq__
    return AGREE if all(same(one, other) for one, other in combinations(values, 2)) else DIFFER


def _same_expiry(one: str, other: str) -> bool:
    if one.endswith("Z") == other.endswith("Z"):
        finest = min(len(one), len(other), _TO_THE_MINUTE)
        return one[:finest] == other[:finest]
    instant, printed = (one, other) if one.endswith("Z") else (other, one)
    starts, ends = _span(printed)
    at = datetime.fromisoformat(instant).replace(tzinfo=None)
    return starts - _FURTHEST_EAST <= at < ends + _FURTHEST_WEST


def _span(printed: str) -> tuple[datetime, datetime]:
    """Return the first instant of a printed month, day or minute and the first one after it, without a zone."""
    if len(printed) == len("2027-06"):
        starts = datetime.fromisoformat(f"{printed}-01")
        return starts, (starts + timedelta(days=31)).replace(day=1)
    starts = datetime.fromisoformat(printed)
    return starts, starts + (timedelta(minutes=1) if "T" in printed else timedelta(days=1))
