"""The demonstration's cold: a year of two probes for each dewar, and five journeys whose loggers were read out.

The year comes as one reading every half hour, which is the longest step that is no gap, and the quarter of an hour of
the play itself as one a second. Real probes push once a minute.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sin
from typing import Any, Final

from app.cli.demo.house import DEWARS
from app.cli.demo.script import Company, Scene
from app.cli.demo.stage import Stage
from app.cli.demo.together import together
from app.kit.clock import rfc3339

YEAR: Final = timedelta(days=365)
STEP: Final = timedelta(minutes=30)
PLAY_SECONDS: Final = 900
_AT_ONCE: Final = 9_000
_FILL_EVERY: Final = 48.0
_MAPPING: Final = {
    "unit": "C",
    "zone": "UTC",
    "time": "Date",
    "values": ["Sonde"],
    "delimiter": ";",
    "decimal": ",",
    "serial": "LOG-2041",
}


@dataclass(frozen=True, slots=True)
class Pushing:
    """A probe that was enrolled: where it pushes, with which credential, and how cold it is there in °C."""

    dewar: str
    credential: str
    celsius: float


@dataclass(frozen=True, slots=True)
class Journey:
    """A therapy's way back to the pharmacy, and what its logger says so many minutes before it was read out."""

    therapy: str
    celsius: Callable[[int], float | None]


def _cold(minutes: int) -> float | None:
    return -190.0 + 1.5 * sin(minutes / 97)


def _warm_at_the_end(minutes: int) -> float | None:
    return -95.0 - minutes if 0 < minutes < 45 else _cold(minutes)  # noqa: PLR2004  the lid was left open


def _silent(minutes: int) -> float | None:
    return _cold(minutes) if minutes > 120 else None  # noqa: PLR2004  for the last two hours it says nothing


def _lying(minutes: int) -> float | None:
    return -160.0 - min(30.0, minutes / 10)  # it warms from the moment the shipper fell over


JOURNEYS: Final = (
    Journey("moreau", _cold),
    Journey("girard", _cold),
    Journey("masson", _warm_at_the_end),
    Journey("fabre", _silent),
    Journey("charles", _lying),
)
"""Two that were cold, one excursion, one sensor that fell silent, one shipper that lay on its side."""


def probe(stage: Stage) -> list[Pushing]:
    """Enrol two probes for each dewar, and let them tell of the year that has passed."""
    found = []
    for number, (login, code, *_) in enumerate(DEWARS):
        dewar = next(one["id"] for one in stage.get("/api/v1/dewars", login)["items"] if one["code"] == code)
        for place, (name, warmer) in enumerate((("HAUT", 3.0), ("BAS", 0.0))):
            told = {
                "code": f"{code}-{name}",
                "serial": f"PT100-{number}{place}",
                "interval_s": int(STEP.total_seconds()),
                "calibration_due": f"{stage.clock.now() + timedelta(days=200):%Y-%m-%d}",
            }
            made = stage.post(f"/api/v1/dewars/{dewar}/probes", login, told)
            found.append(Pushing(str(dewar), str(made["credential"]), -193.0 + warmer - number / 4))
    now = stage.clock.now()
    together(stage.ended, lambda one: _push(stage, one, list(_year(one, now))), found)
    return found


def measured(stage: Stage, probes: list[Pushing], company: Company) -> None:
    """Let the probes tell of the play itself, and read the loggers of five journeys out."""
    now = stage.clock.now()
    seconds = [now - timedelta(seconds=PLAY_SECONDS - at) for at in range(PLAY_SECONDS)]
    for one in probes:
        _push(stage, one, [(at, one.celsius) for at in seconds])
    for journey in JOURNEYS:
        _attach(stage, company[journey.therapy], journey)


def _year(one: Pushing, now: datetime) -> Iterator[tuple[datetime, float]]:
    steps = YEAR // STEP
    for step in range(steps):
        # Filled every other day: it warms by two degrees until then. And no two readings are quite alike.
        since_fill = step % (2 * _FILL_EVERY) / _FILL_EVERY
        yield now - YEAR + STEP * step, one.celsius + since_fill + 0.3 * sin(step * 12.9898)


def _push(stage: Stage, one: Pushing, readings: list[tuple[datetime, float]]) -> None:
    for start in range(0, len(readings), _AT_ONCE):
        message = {
            "format": "givre.readings.v1",
            "unit": "C",
            "readings": [
                {"at": rfc3339(at), "value": round(celsius, 1)} for at, celsius in readings[start : start + _AT_ONCE]
            ],
        }
        stage.api.push(f"/api/v1/dewars/{one.dewar}/readings", one.credential, message)


def _attach(stage: Stage, scene: Scene, journey: Journey) -> None:
    now, days = stage.clock.now(), 3
    rows = [
        f"{now - timedelta(minutes=at):%Y-%m-%d %H:%M:%S};{_said(journey.celsius(at))}"
        for at in range(days * 1440, -1, -1)
        if journey.celsius(at) is not None
    ]
    content = "\n".join([f"Date;Sonde;{scene.therapy.name}", *rows, ""]).encode()
    shipment: Mapping[str, Any] = scene.answers["shipment back"]
    path = f"/api/v1/shipments/{shipment['id']}/temperature-files"
    stage.enter("pharm1")
    scene.answers["temperatures"] = stage.api.attach(
        path, "pharm1", f"{scene.therapy.name}.csv", content, json.dumps(_MAPPING)
    )


def _said(celsius: float | None) -> str:
    return "" if celsius is None else f"{celsius:.1f}".replace(".", ",")
