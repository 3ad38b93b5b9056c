"""ASTCT 2019 grades of CRS and ICANS, computed from what was recorded (Lee et al., BBMT 2019; 25: 625-638)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCHEMES = ("ASTCT2019", "Lee2014", "CTCAE")
"""The scales in use. Their grades are never compared with each other (domain §8)."""
COMPUTED = "ASTCT2019"

FEVER_MC = 38_000
"""Fever is a temperature of at least 38.0 °C, in thousandths of a degree Celsius."""
HYPOTENSION = {"none": 0, "no_vasopressor": 2, "one_vasopressor": 3, "several_vasopressors": 4}
"""Treatment of a low blood pressure → the least grade; vasopressin does not count as a further vasopressor."""
HYPOXIA = {"none": 0, "low_flow": 2, "high_flow": 3, "positive_pressure": 4}
"""Oxygen needed → the least grade; low flow is at most 6 L/min by nasal cannula, or blow-by."""

CONSCIOUSNESS = {"awake": 0, "spontaneous": 1, "to_voice": 2, "to_touch": 3, "unarousable": 4}
"""How the patient awakens → the least grade."""
SEIZURE = {"none": 0, "resolved": 3, "prolonged": 4}
"""Seizures: one that resolves rapidly or with treatment, or one that lasts over 5 min or recurs without a recovery."""
OEDEMA = {"none": 0, "focal": 3, "diffuse": 4}
"""Oedema of the brain on imaging; diffuse counts with posturing, palsy of the sixth nerve or Cushing's triad."""


def crs_grade(drivers: Mapping[str, Any]) -> int | None:
    """Return the grade of the cytokine release syndrome, 0 to 4; None when no driver was recorded.

    Once tocilizumab, steroids or an antipyretic were given, fever is no longer asked for: what remains decides.
    """
    if not drivers.keys() & {"temp_mC", "hypotension", "hypoxia"}:
        return None
    worst = max(HYPOTENSION[drivers.get("hypotension", "none")], HYPOXIA[drivers.get("hypoxia", "none")])
    fever = drivers.get("temp_mC", 0) >= FEVER_MC
    if fever or drivers.get("fever_treated") is True:
        return max(worst, 1 if fever else 0)
    return 0


def icans_grade(drivers: Mapping[str, Any]) -> int | None:
    """Return the grade of the neurotoxicity, 0 to 4: the worst of its drivers; None when none was recorded."""
    found = [
        table[drivers[name]]
        for name, table in (("consciousness", CONSCIOUSNESS), ("seizure", SEIZURE), ("oedema", OEDEMA))
        if name in drivers
    ]
    if "ice_score" in drivers:
        found.append(_ice(drivers["ice_score"], unarousable=drivers.get("consciousness") == "unarousable"))
    if drivers.get("motor_weakness") is True:
        found.append(4)
    return max(found, default=None)


def _ice(score: int, *, unarousable: bool) -> int:
    # Ten points: nothing lost. None at all while the patient can be woken is grade 3, and 4 when they cannot.
    if score == 0:
        return 4 if unarousable else 3
    return next(grade for least, grade in ((10, 0), (7, 1), (3, 2), (1, 3)) if score >= least)
