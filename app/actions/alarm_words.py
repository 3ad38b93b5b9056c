"""What an alarm says to whoever is called: no patient, no bag, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.alarms.ends import MINUTE_MS
from app.alarms.kinds import KINDS
from app.alarms.kinds.calibration_ends import CALIBRATION_ENDS
from app.alarms.kinds.hold_ends import HOLD_ENDS
from app.alarms.kinds.qualification_ends import QUALIFICATION_ENDS
from app.kit.texts import Text
from app.temperature.reading import instant

_OWN = {
    "rule_disabled": Text("règle d’alarme désactivée", "alarm rule switched off"),
    "test_failed": Text("essai d’alarme : elle n’a pas sonné", "alarm test: it did not ring"),
}
_SEVERITY = {"action": Text("ALARME", "ALARM"), "warning": Text("Avertissement", "Warning")}
_DAYS = (CALIBRATION_ENDS, QUALIFICATION_ENDS)
"""Kinds whose value is a day."""
_EPOCH = date(1970, 1, 1)
_DEWAR, _SHIPPER = Text("Cuve", "Dewar"), Text("Conteneur", "Shipper")
_UNITS = {"high": "°C", "low": "°C", "flat": "°C", "rate": "°C", "silent": "°C", "level": "%"}


def kind_name(kind: str) -> Text:
    """Return what a kind of alarm is called."""
    known = KINDS.get(kind)
    return known.labels if known is not None else _OWN[kind]


def subject_line(doc: Mapping[str, Any], language: str) -> str:
    """Return the one line that must be understood at night."""
    severity = _SEVERITY[doc["severity"]].say(language)
    return f"{severity} · {doc['dewar_code']} · {kind_name(doc['kind']).say(language)}"


def message(doc: Mapping[str, Any], number: int, language: str) -> str:
    """Return the whole message of one call."""
    value = reading_text(doc["kind"], doc["value"], language)
    what = _SHIPPER if KINDS.get(doc["kind"]) is HOLD_ENDS else _DEWAR
    lines = Text(
        f"{subject_line(doc, 'fr')}\n\n{what.fr} : {doc['dewar_code']}\nSource : {doc['source']}\n"
        f"Depuis : {doc['since']}\n"
        f"Dernière valeur connue : {value}\nAppel n° {number + 1}\n\n"
        "Acquittez l’alarme dans Givre et indiquez ce que vous faites. Sans acquittement, la personne suivante est "
        f"appelée.\nAlarme {doc['id']}\n",
        f"{subject_line(doc, 'en')}\n\n{what.en}: {doc['dewar_code']}\nSource: {doc['source']}\nSince: {doc['since']}\n"
        f"Last known value: {value}\nCall no. {number + 1}\n\n"
        "Acknowledge the alarm in Givre and say what you do. Unless it is acknowledged, the next person is called.\n"
        f"Alarm {doc['id']}\n",
    )
    return lines.say(language)


def reading_text(kind: str, value: int | None, language: str) -> str:
    """Return a value in thousandths as people write it, with its unit; exact, for it is no measurement of ours."""
    if KINDS.get(kind) in _DAYS and value:
        return f"{_EPOCH + timedelta(days=value):%d/%m/%Y}" if language == "fr" else str(_EPOCH + timedelta(days=value))
    if KINDS.get(kind) is HOLD_ENDS and value:
        return f"{instant(value * MINUTE_MS):{'%d/%m/%Y %H:%M' if language == 'fr' else '%Y-%m-%d %H:%M'}} UTC"
    unit = _UNITS.get(kind)
    if value is None or unit is None:
        return "—"
    sign = "-" if value < 0 else ""
    whole, thousandths = divmod(abs(value), 1000)
    digits = f"{whole}.{thousandths:03d}".rstrip("0").rstrip(".")
    return f"{sign}{digits.replace('.', ',') if language == 'fr' else digits} {unit}"
