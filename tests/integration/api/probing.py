"""A dewar with its probes, as a test pushes to them and moves their time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.hospital import Hospital, Journey


@dataclass
class Probe:
    """One enrolled probe. ``push`` sends (minutes from ``start``, °C or None) pairs."""

    hospital: Hospital
    dewar: str
    id: str
    credential: str
    start: datetime

    def message(self, readings: Iterable[tuple[float, float | None]], **more: Any) -> dict[str, Any]:
        return {
            "format": "givre.readings.v1",
            "logger": "SN-1",
            "probe": "TOP",
            "unit": "C",
            "interval_s": 60,
            **more,
            "readings": [
                {
                    "at": (self.start + timedelta(minutes=at)).isoformat(),
                    "value": value,
                    "state": "ok" if value is not None else "missing",
                }
                for at, value in readings
            ],
        }

    def push(self, readings: Iterable[tuple[float, float | None]], **more: Any) -> Any:
        credential, dewar = more.pop("credential", self.credential), more.pop("dewar", self.dewar)
        return self.hospital.post(
            f"/api/v1/dewars/{dewar}/readings",
            headers={"Givre-Probe": credential, "Content-Type": "application/json"},
            content=json.dumps(self.message(readings, **more)),
        )

    def taken(self, readings: Iterable[tuple[float, float | None]]) -> dict[str, Any]:
        answer = self.push(readings)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


def dewar_of(hospital: Hospital, code: str = "D1") -> str:
    page = hospital.get("/api/v1/dewars", "pharm1").json()["items"]
    return str(next(one["id"] for one in page if one["code"] == code))


def probe_of(hospital: Hospital, code: str, *, dewar: str | None = None, interval_s: int = 60, **more: Any) -> Probe:
    dewar = dewar or dewar_of(hospital)
    told = {"code": code, "serial": "SN-1", "interval_s": interval_s, **more}
    made = hospital.post(f"/api/v1/dewars/{dewar}/probes", "pharm1", json=told)
    assert made.status_code == 201, made.text
    return Probe(hospital, dewar, made.json()["id"], made.json()["credential"], hospital.clock.now())


def bag(journey: Journey, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = journey.hospital.get(f"/api/v1/bags/{journey.products[place]}", "pharm1").json()
    return found


def reasons(journey: Journey, place: int = 0) -> list[str]:
    return [hold["reason"] for hold in bag(journey, place)["holds"]]
