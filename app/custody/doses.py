"""Doses that are not one bag: components in their order, parts on two days, a part of a bag, what is left of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.custody.bag import LIVE, Bag, Kind, State
from app.custody.labels import instant_name
from app.custody.parts import bag_of
from app.custody.profile import Profile
from app.custody.situation import Situation
from app.custody.verdict import Breach
from app.kit.clock import parse_rfc3339

ONE_SESSION = timedelta(hours=12)
"""Bags given within this of the first one belong to the same part of the dose."""
TOO_SEVERE = 3
"""The grade of cytokine release syndrome from which no second part is given (clinical §1B, Aucatzyl)."""
_UNTOUCHED = frozenset(State) - LIVE | {State.STORED, State.ANNOUNCED, State.RELEASED, State.RECEIVED, State.ACCEPTED}


def expected_number(situation: Situation) -> Breach | None:
    """Refuse more or fewer new containers than the product's rules give a dose."""
    if situation.profile is None:
        return None
    low, high = situation.profile.bags_per_dose
    code = "wrong-lot-count" if situation.profile.binding("bags_per_dose") else "wrong-lot-count-unconfirmed"
    if low <= len(situation.newborn) <= high:
        return None
    return Breach(code, {"low": str(low), "high": str(high)})


def contents_stated(situation: Situation) -> Breach | None:
    """Refuse a container of which nobody says what is in it, where the product has several kinds of containers."""
    profile = situation.profile
    if profile is None:
        return None
    bags = situation.details["bags"]
    if profile.components and any(bag.get("component") not in profile.components for bag in bags):
        return Breach("contents-not-stated", {"expected": ", ".join(profile.components)})
    if profile.colour_codes and any(bag.get("strength") not in profile.colour_codes for bag in bags):
        return Breach("contents-not-stated", {"expected": ", ".join(profile.colour_codes)})
    return None


def component_order(situation: Situation) -> Breach | None:
    """Refuse a component before what comes first is in the patient: none of it given yet, or some of it waiting."""
    bag, profile = bag_of(situation), situation.profile
    if profile is None or bag.component not in profile.components:
        return None
    for component in profile.components[: profile.components.index(bag.component)]:
        earlier = [one for one in situation.companions if one.component == component and one.kind == Kind.PRODUCT]
        given = any(one.state == State.INFUSED for one in earlier)
        waiting = any(one.state not in _UNTOUCHED for one in earlier)
        if not given or waiting:
            return Breach("component-order", {"component": bag.component, "first": component})
    return None


def first_infusion(situation: Situation) -> datetime | None:
    """Return when the first bag of this dose began to be infused."""
    begun = [one.marks["infusion_started"] for one in situation.companions if "infusion_started" in one.marks]
    return min(map(parse_rfc3339, begun), default=None)


def second_part(situation: Situation) -> Breach | None:
    """Refuse to thaw the second part of a split dose unless a physician has said go, and within its days."""
    profile, first = situation.profile, first_infusion(situation)
    if profile is None or profile.split_dose is None or first is None:
        return None
    since = situation.occurred_at - first
    if since < ONE_SESSION:
        return None
    decision = situation.therapy.second_dose if situation.therapy is not None else None
    if decision is None or decision["decision"] != "go":
        return Breach("second-dose-undecided")
    day = 1 + round(since / timedelta(days=1))  # day 1 is the day of the first infusion
    middle, window = profile.split_dose.days[1], profile.split_dose.window_days
    if abs(day - middle) <= window:
        return None
    code = "outside-dose-window" if profile.binding("split_dose") else "outside-dose-window-unconfirmed"
    return Breach(code, {"day": str(day), "low": str(middle - window), "high": str(middle + window)})


def foreseen_part(situation: Situation) -> Breach | None:
    """Refuse that a part of a bag was infused where the product's rules do not foresee it, unless a physician says."""
    profile, details = situation.profile, situation.details
    if details["completeness"] == "whole" or profile is None or bag_of(situation).strength in profile.partial_use:
        return None
    return Breach("partial-not-foreseen")


def volumes_agree(situation: Situation) -> Breach | None:
    """Refuse volumes that do not add up: of a bag given in part, what went in and what is left are what was in it."""
    bag, details = bag_of(situation), situation.details
    if details["completeness"] == "whole" or bag.volume_ml is None:
        return None
    return _unaccounted(bag.volume_ml, int(details["volume_ml"]) + int(details.get("rest_ml") or 0))


def rest_agrees(situation: Situation) -> Breach | None:
    """Refuse to destroy more or less of an infused bag than what was left of it."""
    bag = bag_of(situation)
    if bag.state != State.INFUSED or bag.rest_ml is None:
        return None
    return _unaccounted(bag.rest_ml, int(situation.details["quantity_ml"]))


def syringe_in_time(situation: Situation) -> Breach | None:
    """Refuse a syringe after the time its label says."""
    bag = bag_of(situation)
    if bag.form != "syringe" or bag.expires_at is None:
        return None
    discard = parse_rfc3339(bag.expires_at)
    return Breach("syringe-expired", {"discard_at": instant_name(discard)}) if situation.occurred_at > discard else None


def prepared_first(situation: Situation) -> Breach | None:
    """Refuse to issue a vial of a product that is given from syringes."""
    profile, bag = situation.profile, bag_of(situation)
    return Breach("not-prepared") if profile is not None and profile.form == bag.form == "vial" else None


def discard_at(vials: tuple[Bag, ...], profile: Profile | None) -> datetime | None:
    """Return when the first of the vials' clocks runs out, by the rules that are read in a primary source."""
    due = [
        parse_rfc3339(vial.marks[rule.starts]) + timedelta(minutes=rule.max_minutes)
        for rule in (profile.timers if profile is not None else ())
        for vial in vials
        if rule.binding and rule.ends != "prepared" and rule.starts in vial.marks
    ]
    return min(due, default=None)


def _unaccounted(out: int, accounted: int) -> Breach | None:
    if out == accounted:
        return None
    return Breach("volume-unaccounted", {"out": str(out), "accounted": str(accounted)})
