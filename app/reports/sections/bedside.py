"""Sections 10, 11 and 12: who was identified by whom, what was infused, and how the patient fared."""

from __future__ import annotations

from typing import Any

from app.reports.material import Event
from app.reports.sections.pharmacy import clocks
from app.reports.telling import Telling, seconds_between


def bedside(tell: Telling) -> list[dict[str, Any]]:
    """Return section 10: every identification at the bedside, refused ones too: a mismatch that was caught is proof."""
    found = []
    for bag in tell.material.products:
        events = [*tell.steps("identified", bag=bag), *tell.steps("identified", bag=bag, taken=False)]
        found += [_identified(tell, event) for event in sorted(events, key=lambda one: one.index)]
    return found


def infusion(tell: Telling) -> list[dict[str, Any]]:
    """Return section 11, one a bag whose infusion began."""
    found = []
    for bag in tell.material.products:
        started, ended = tell.last("infusion_started", bag=bag), tell.last("infusion_ended", bag=bag)
        if started is None:
            continue
        found.append(
            {
                "bag": bag,
                "started": tell.told(started, "line_set", "no_leukodepleting_filter"),
                "ended": _ended(tell, ended) if ended is not None else None,
                "elapsed_s": seconds_between(started.occurred_at, ended.occurred_at) if ended is not None else None,
                "timers": clocks(tell, bag),
            }
        )
    return found


def follow_up(tell: Telling) -> dict[str, Any]:
    """Return section 12: the worst grade of each reaction, scale by scale, and every record behind it."""
    if not tell.copy.inside:
        return {"disclosed": False, "worst": [], "second_dose": None, "records": [], "serious": []}
    therapy = tell.material.therapy
    decided = therapy.get("second_dose")
    return {
        "disclosed": True,
        "worst": [
            {"reaction": reaction, "scheme": scheme, "grade": grade}
            for reaction, schemes in sorted(therapy["reactions"].items())
            for scheme, grade in sorted(schemes.items())
        ],
        "second_dose": decided["decision"] if decided is not None else None,
        "records": [
            {
                **tell.told(event),
                "bag": event.body["subjects"]["bag"],
                "stated": event.body["details"],
                "computed": event.body["computed"],
            }
            for event in followed(tell)
        ],
        "serious": [],
    }


def followed(tell: Telling) -> list[Event]:
    """Return the follow-ups of the bags the report is about."""
    chosen = set(tell.material.chosen)
    return [
        event
        for event in tell.material.events
        if event.kind == "therapy"
        and event.step == "followed_up"
        and event.taken
        and event.body["subjects"]["bag"] in chosen
    ]


def _identified(tell: Telling, event: Event) -> dict[str, Any]:
    issued = next((one for one in tell.steps("issued", bag=event.subject) if one.index < event.index), None)
    thaw = tell.last("thaw_started", bag=event.subject)
    return tell.told(
        event,
        "patient_spoke",
        outcome=event.outcome,
        scanned=[
            {
                "role": symbol["role"],
                "format": symbol.get("format"),
                "source": symbol["source"],
                "symbology": symbol["symbology"],
                "text": symbol.get("text"),
            }
            for symbol in event.body.get("symbols", ())
            if tell.copy.inside or "text" in symbol
        ],
        comparison=tell.compared(event.body.get("comparison", ())),
        issued=tell.fact(issued),
        tocilizumab_available=tell.details(thaw).get("tocilizumab_available") if thaw is not None else None,
    )


def _ended(tell: Telling, event: Event) -> dict[str, Any]:
    return tell.told(event, "volume_ml", "completeness", "rest_ml", "fate_of_rest", "interruptions", "reactions")
