"""What a thousand probes that push once a minute cost to be taken in: credential, message, database, alarms' inbox."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from app.access.principal import Principal
from app.actions.register_probe import RegisterProbe
from app.api.receiving import Receiving
from tests.hospital import Hospital

PROBES, MINUTES, AT_ONCE = 120, 3, 17
"""A thousand a minute are seventeen a second; their cost is that of fewer probes, one by one."""


def pushing_share(
    hospital: Hospital, pharmacist: Principal, dewars: Sequence[str], servers: Callable[[], float]
) -> float:
    """Return the share of one core of a thousand messages a minute, the wire and HTTP itself not counted.

    ``servers`` returns how many processor seconds the database's server has used.
    """
    probes = [(dewar, _enrolled(hospital, pharmacist, dewar, number)) for number, dewar in enumerate(_places(dewars))]
    receiving: Receiving = hospital.api.state.receiving

    async def taken(dewar: str, probe: str, at: str) -> None:
        known = await receiving.admitted(f"{probe}.s", dewar=dewar, via="http")
        told: dict[str, Any] = {"format": "givre.readings.v1", "logger": "L", "probe": "P", "unit": "C"}
        told |= {"interval_s": 60, "readings": [{"at": at, "value": -190.5}]}
        await receiving.receive(known, json.dumps(told).encode())

    async def second(part: Sequence[tuple[str, str]]) -> None:
        at = hospital.clock.now().isoformat()
        await asyncio.gather(*(taken(dewar, probe, at) for dewar, probe in part))

    hospital.portal.call(second, probes[:AT_ONCE])  # what is loaded once is not counted
    used = 0.0
    for _ in range(MINUTES):
        for start in range(0, len(probes), AT_ONCE):
            hospital.clock.forward(seconds=1)
            before = time.process_time() + servers()
            hospital.portal.call(second, probes[start : start + AT_ONCE])
            used += time.process_time() + servers() - before
    return used / (MINUTES * len(probes)) * 1000 / 60


def _places(dewars: Sequence[str]) -> list[str]:
    return [dewars[number % len(dewars)] for number in range(PROBES)]


def _enrolled(hospital: Hospital, pharmacist: Principal, dewar: str, number: int) -> str:
    secret = sha256(b"s").digest()
    made = hospital.submit(RegisterProbe(pharmacist, dewar, f"Q{number}", "SN", 60, None, secret))
    return str(made["id"])
