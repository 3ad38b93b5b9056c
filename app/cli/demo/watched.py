"""The demonstration's dewars as they are looked after: rooms, upkeep, fills, alarm plans, and one alarm answered."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from app.cli.demo.house import DEWARS
from app.cli.demo.stage import DemoFailedError, Stage
from app.cli.demo.together import together
from app.kit.clock import rfc3339

_FILLS: Final = 10
_DRUNK: Final = {"D3": (18, 18, 19, 18, 18, 19, 27, 28, 29)}
"""What a dewar used between its fills, in per cent; D3 uses more than it did: its vacuum may be failing."""
_USUAL: Final = (20, 21, 20, 19, 20, 21, 20, 20, 21)
_FULL: Final = 92
_PATIENCE_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 0.2
_MONTH_S: Final = 30 * 86_400
_ON_CALL: Final = {
    "name": "Astreinte de la pharmacie (démonstration)",
    "channel": "email",
    "address": "astreinte@chu.example",
    "language": "fr",
}


def looked_after(stage: Stage) -> None:
    """Let a year of upkeep have happened, have every dewar watched, and one alarm ring and be answered."""
    now = stage.clock.now()
    dewars = {str(one["code"]): str(one["id"]) for one in stage.get("/api/v1/dewars", DEWARS[0][0])["items"]}
    contact = str(stage.post("/api/v1/alarms/contacts", DEWARS[0][0], _ON_CALL)["id"])
    together(stage.ended, lambda one: _keep(stage, one[0], one[1], dewars[one[1]], contact, now), DEWARS)
    if not stage.ended.is_set():
        _rings(stage, dewars["D2"])


def _keep(  # noqa: PLR0913, PLR0917  # a dewar, who keeps it and who is called
    stage: Stage, login: str, code: str, dewar: str, contact: str, now: datetime
) -> None:
    path = f"/api/v1/dewars/{dewar}"
    for kind, days, lasts in (("qualification", 200, 365), ("mapping", 199, None), ("service", 40, None)):
        until = None if lasts is None else f"{now + timedelta(days=lasts - days):%Y-%m-%d}"
        done = {
            "kind": kind,
            "done_at": rfc3339(now - timedelta(days=days)),
            "certificate": f"{kind[:2].upper()}-{code}",
        }
        stage.post(f"{path}/upkeep", login, {**done, **({} if until is None else {"valid_until": until})})
    for place in ("HAUT", "BAS"):
        stage.post(
            f"{path}/upkeep",
            login,
            {
                "kind": "calibration",
                "done_at": rfc3339(now - timedelta(days=165)),
                "valid_until": f"{now + timedelta(days=200):%Y-%m-%d}",
                "probe": f"{code}-{place}",
                "certificate": f"COFRAC-{code}-{place}",
            },
        )
    for number, used in enumerate((0, *_DRUNK.get(code, _USUAL))):
        filled = now - timedelta(days=2 * (_FILLS - number), hours=-3)
        before = (_FULL - used) * 1000 if used else None
        stage.post(
            f"{path}/fills", login, {"filled_at": rfc3339(filled), "level_before": before, "level_after": 92_000}
        )
    stage.post("/api/v1/alarms/rules", login, _plan(dewar, code, contact))
    tested = {"dewar": dewar, "tested_at": rfc3339(now - timedelta(days=9)), "rang": True}
    stage.post("/api/v1/alarms/tests", login, tested)


def _plan(dewar: str, code: str, contact: str) -> dict[str, Any]:
    rules: list[Mapping[str, Any]] = [
        {"kind": "fill_overdue", "source": "fills", "severity": "action", "after_s": 4 * 86_400},
        {"kind": "qualification_ends", "source": "qualification", "severity": "warning", "after_s": _MONTH_S},
        {"kind": "level", "source": f"{code}-NIVEAU", "severity": "action", "limit": 30_000, "clear": 5_000},
    ]
    for place in ("HAUT", "BAS"):
        source = f"{code}-{place}"
        rules += [
            {"kind": "high", "source": source, "severity": "action", "for_s": 300, "clear": 2_000},
            {"kind": "silent", "source": source, "severity": "warning", "after_s": 86_400},
            {
                "kind": "calibration_ends",
                "source": f"calibration_end/{source}",
                "severity": "warning",
                "after_s": _MONTH_S,
            },
        ]
    steps = [{"after_s": 900, "contacts": [contact]}]
    return {"dewar": dewar, "rules": rules, "steps": steps, "repeat_s": 1800, "test_every_days": 31}


def _rings(stage: Stage, dewar: str) -> None:
    """Let the level of a dewar fall, wait until that rings, fill it and say so."""
    who = "pharm2"
    gauge = {"code": "D2-NIVEAU", "serial": "JAUGE-2", "interval_s": 600, "measures": "level"}
    credential = str(stage.post(f"/api/v1/dewars/{dewar}/probes", "pharm1", gauge)["credential"])

    def tell(*levels: float) -> None:
        now = stage.clock.now()
        readings = [
            {"at": rfc3339(now - timedelta(seconds=len(levels) - place)), "value": level}
            for place, level in enumerate(levels)
        ]
        message = {"format": "givre.readings.v1", "unit": "%", "readings": readings}
        stage.api.push(f"/api/v1/dewars/{dewar}/readings", credential, message)

    tell(41.0, 35.5, 28.0)
    alarm = _rung(stage, dewar)
    answer = {"action": "filled", "note": "Remplissage manuel ; le fournisseur est prévenu."}
    stage.post(f"/api/v1/alarms/{alarm}/acknowledgement", who, answer)
    filled = {"filled_at": rfc3339(stage.clock.now()), "level_before": 28_000, "level_after": 90_000}
    stage.post(f"/api/v1/dewars/{dewar}/fills", who, filled)
    tell(90.0)


def _rung(stage: Stage, dewar: str) -> str:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends:
        found = [one for one in stage.get("/api/v1/alarms", "pharm1", dewar=dewar)["items"] if one["kind"] == "level"]
        if found:
            return str(found[0]["id"])
        time.sleep(_PAUSE_SECONDS)
    message = "the alarm of a low level did not ring"
    raise DemoFailedError(message)
