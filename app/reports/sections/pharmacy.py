"""Sections 6 and 9: the release of the product, and its thaw."""

from __future__ import annotations

from typing import Any

from app.custody.bag import Bag
from app.custody.steps.thaw_started import READINESS, WHERE_ASKED
from app.custody.timers import timers
from app.kit.clock import rfc3339
from app.reports.model import Timer
from app.reports.telling import Telling

_READINESS = (*READINESS, *WHERE_ASKED)


def release(tell: Telling) -> list[dict[str, Any]]:
    """Return section 6, one a product bag; a bag that nobody released stands there with nulls."""
    return [_released(tell, bag) for bag in tell.material.products if tell.material.bags[bag]["form"] != "syringe"]


def thaw(tell: Telling) -> list[dict[str, Any]]:
    """Return section 9, one a bag whose thaw began."""
    found = []
    for bag in tell.material.products:
        started = tell.last("thaw_started", bag=bag)
        if started is None:
            continue
        ended, prepared = tell.last("thaw_ended", bag=bag), tell.last("prepared", bag=bag)
        stated = tell.details(started)
        found.append(
            {
                "bag": bag,
                "started": tell.told(
                    started,
                    "device",
                    "temp_mC",
                    "visual_check",
                    readiness={name: stated.get(name) for name in _READINESS},
                ),
                "ended": tell.told(ended, "temp_mC", "visual_check") if ended is not None else None,
                "prepared": tell.fact(prepared),
                "timers": clocks(tell, bag),
            }
        )
    return found


def clocks(tell: Telling, bag: str) -> list[Timer]:
    """Return every clock of the product's rules against what happened to this bag."""
    ruled = tell.material.profiles.get(bag)
    if ruled is None:
        return []
    value = Bag.from_doc(tell.material.bags[bag])
    found: list[Timer] = []
    for timer in timers(value, ruled[0], tell.material.as_of):
        ended = value.marks.get(timer.rule.ends)
        left = timer.remaining_seconds
        found.append(
            {
                "bag": bag,
                "starts": timer.rule.starts,
                "ends": timer.rule.ends,
                "max_minutes": timer.rule.max_minutes,
                "binding": timer.rule.binding,
                "started_at": rfc3339(timer.started_at) if timer.started_at is not None else None,
                "due_at": rfc3339(timer.due_at) if timer.due_at is not None else None,
                "ended_at": ended if timer.started_at is not None else None,
                "elapsed_s": timer.rule.max_minutes * 60 - left if left is not None else None,
                "state": timer.state,
            }
        )
    return found


def _released(tell: Telling, bag: str) -> dict[str, Any]:
    doc = tell.material.bags[bag]
    released = tell.last("released", bag=bag)
    inspected = next((one for one in tell.steps("inspected", bag=bag) if one.changes.get("state")), None)
    stated = tell.details(released) if released is not None else {}
    oos = [
        {
            "item": item,
            "by": tell.who(said["by"]),
            "at": said["at"],
            "document": said["document"],
        }
        for item, said in doc["oos"].items()
    ]
    return {
        **(tell.fact(released) or {**_NOTHING, "bag": bag}),
        "certificate": stated.get("certificate"),
        "specification": doc["specification"],
        "qualified_person": stated.get("qualified_person"),
        "oos": oos,
        "acceptance": tell.fact(inspected),
    }


_NOTHING: dict[str, Any] = {
    "event": None,
    "step": "released",
    "occurred_at": None,
    "recorded_at": None,
    "late": False,
    "by": None,
    "witness": None,
    "deviation": None,
    "note": None,
    "photos": [],
    "corrections": [],
}
