"""The process of the temperature benchmark: a hospital, a shipment under way, and the import as the command does it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
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
from tests.bench.temperature import YEAR, peak_megabytes
from tests.hospital import TestClock, opened

_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_MAPPING = '{"unit": "C", "zone": "UTC", "time": "time", "values": ["temperature"]}'
_LOOKS = 3


def main(url: str, data: Path, place: Path) -> dict[str, Any]:
    """Import a file into a fresh hospital and draw a year of it."""
    data.mkdir(parents=True)
    clock = TestClock(_BEGAN + timedelta(minutes=30))
    with opened(url, data, clock=clock) as hospital:
        journey = hospital.enrol(product="kymriah", maker="novartis")
        journey.collected()
        journey.manufactured(1)
        journey.released(1)
        journey.shipped("back1", journey.product_label(1), journey.makers, "PUI")
        clock.at = _BEGAN + timedelta(minutes=1_000_000)
        page = hospital.get("/api/v1/shipments?limit=200", "pharm1").json()["items"]
        (shipment,) = [str(one["id"]) for one in page if journey.products[0] in one["bags"]]
        hospital.submit(
            RegisterPerson(
                hospital.people["admin1"],
                "person",
                "desk1",
                "Desk",
                "PUI",
                frozenset({Role.PHARMACIST}),
                hash_secret("s"),
                None,
            )
        )
        times: list[float] = []
        with place.open("rb") as file:
            watched = Watched(file, place.stat().st_size, lambda _done, _total: times.append(time.perf_counter()))

            def run(work: Coroutine[Any, Any, Any]) -> Any:
                async def awaited() -> Any:
                    return await work

                return hospital.portal.call(awaited)

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
            )
            seconds = time.perf_counter() - began
        peak = peak_megabytes()
        assert told["verdict"] in {"in_range", "unknown"}, told["verdict"]
        gaps = [later - sooner for sooner, later in pairwise(times)]
        return {
            "seconds": seconds,
            "megabytes": peak,
            "updates": len(times),
            "silence": max(gaps),
            "stored": _stored(url),
            **_drawn(hospital.services.telemetry, told["id"]),
        }


def _stored(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        asked = "SELECT sum(length(encoded) + 80) FROM temperature_chunk"  # 80: a row's head and its other columns
        return int(connection.execute(text(asked)).scalar_one())


def _drawn(telemetry: Any, series: str) -> dict[str, Any]:
    start, end = milliseconds(_BEGAN), milliseconds(_BEGAN + timedelta(minutes=YEAR))
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
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
