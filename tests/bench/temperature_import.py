"""The process of the temperature benchmark: a hospital, a shipment under way, and the import as the command does it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Coroutine
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from app.access.passwords import hash_secret
from app.access.roles import Role
from app.actions.curves import curve_of
from app.actions.register_person import RegisterPerson
from app.api.models.temperature import mapping_of, said_mapping
from app.cli.client import Account
from app.cli.import_temperatures import Watched, import_file
from app.temperature.reading import milliseconds
from app.temperature.rules import Limit, Rules
from tests.bench.temperature import BEGAN, ROWS, YEAR, peak_megabytes
from tests.browser import served
from tests.hospital import Hospital, TestClock, opened

_MAPPING = '{"unit": "C", "zone": "UTC", "time": "time", "values": ["temperature"]}'
_LOOKS = 3


def main(url: str, data: Path, place: Path, **how: int) -> dict[str, Any]:
    """Import a file into a fresh hospital and draw a year of it; or serve the hospital until a line is said."""
    data.mkdir(parents=True)
    length = timedelta(seconds=how.get("rows", ROWS) * how.get("step_s", 60))
    clock = TestClock(BEGAN + timedelta(minutes=30))
    with opened(url, data, clock=clock) as hospital:
        shipment = _under_way(hospital, BEGAN + length)
        if "serve" in how:
            return _served(hospital, shipment)
        told = _imported(hospital, shipment, place)
        drawn = _drawn(hospital.services.telemetry, told.pop("file")) if how.get("rows", ROWS) == ROWS else {}
        return {**told, "stored": _stored(url), **drawn}


def _under_way(hospital: Hospital, arrives: Any) -> str:
    journey = hospital.enrol(product="kymriah", maker="novartis")
    journey.collected()
    journey.manufactured(1)
    journey.released(1)
    journey.shipped("back1", journey.product_label(1), journey.makers, "PUI")
    hospital.clock.at = arrives
    page = hospital.get("/api/v1/shipments?limit=200", "pharm1").json()["items"]
    (shipment,) = [str(one["id"]) for one in page if journey.products[0] in one["bags"]]
    roles = frozenset({Role.PHARMACIST})
    desk = RegisterPerson(hospital.people["admin1"], "person", "desk1", "Desk", "PUI", roles, hash_secret("s"), None)
    hospital.submit(desk)
    return shipment


def _imported(hospital: Hospital, shipment: str, place: Path) -> dict[str, Any]:
    times: list[float] = []

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        async def awaited() -> Any:
            return await work

        return hospital.portal.call(awaited)

    with place.open("rb") as file:
        watched = Watched(file, place.stat().st_size, lambda _done, _total: times.append(time.perf_counter()))
        began = time.perf_counter()
        told = import_file(
            watched,
            mapping_of(said_mapping(_MAPPING)),
            place.name,
            shipment,
            services=hospital.services,
            account=Account("desk1", "s"),
            run=run,
            decided=lambda: None,
            beat=lambda: times.append(time.perf_counter()),
        )
        ended = time.perf_counter()
    assert told["verdict"] in {"in_range", "unknown"}, told["verdict"]
    assert told["faults"] == {}
    return {
        "file": told["id"],
        "seconds": ended - began,
        "sign_in": times[0] - began,  # and one look at the shipment
        "megabytes": peak_megabytes(),
        "updates": len(times),
        "silence": max(later - sooner for sooner, later in pairwise([*times, ended])),
    }


def _served(hospital: Hospital, shipment: str) -> dict[str, Any]:
    with served(hospital.api) as address:
        token = hospital.token("pharm1")
        print(json.dumps({"url": address, "token": token, "shipment": shipment, "mapping": _MAPPING}), flush=True)
        sys.stdin.readline()
    return {"megabytes": peak_megabytes()}


def _stored(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        asked = "SELECT sum(length(encoded) + 80) FROM temperature_chunk"  # 80: a row's head and its other columns
        return int(connection.execute(text(asked)).scalar_one())


def _drawn(telemetry: Any, series: str) -> dict[str, Any]:
    start, end = milliseconds(BEGAN), milliseconds(BEGAN + timedelta(minutes=YEAR))
    decoded, drawn, curve = [], [], {}
    for _ in range(_LOOKS):
        began = time.perf_counter()
        blocks = telemetry.segments(series, span=(start, end))
        decoded.append(time.perf_counter() - began)
        began = time.perf_counter()
        blocks = telemetry.segments(series, span=(start, end))
        curve = curve_of(blocks, start, end, limit=Limit(-150_000), interval_ms=60_000, rules=Rules())
        drawn.append(time.perf_counter() - began)
    return {"decoded": min(decoded), "drawn": min(drawn), "points": len(curve["points"])}


if __name__ == "__main__":
    said = dict(one.split("=") for one in sys.argv[4:])
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), **{k: int(v) for k, v in said.items()})))
