"""The versioned rules of one product; a site's pharmacist signs them, Givre only applies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kit.errors import GivreError

CONFIDENCES = ("H", "M", "K")
FORMS = ("bag", "vial", "syringe")
COLLECTIONS = ("fresh", "frozen")
STARTS = ("retrieved", "thaw_started", "thaw_ended", "infusion_started")
"""The steps a clock may hang on (domain §8)."""
ENDS = ("infusion_started", "infusion_ended")
"""The steps a clock may run to."""
ASKED = ("mri_available", "neurologist_reachable")
"""What some makers ask for before the thaw, and others do not."""


class ProfileInvalidError(GivreError):
    """A product profile that cannot be read."""

    code = "profile-invalid"


@dataclass(frozen=True, slots=True)
class TimerRule:
    """At most ``max_minutes`` from one step to another, per bag.

    Every product has its own anchor (clinical §1B): one clock for all would be wrong for most of them.
    ``binding`` is False while the value is only professional knowledge (K): it then warns and never blocks.
    """

    starts: str
    ends: str
    max_minutes: int
    confidence: str
    source: str

    @property
    def binding(self) -> bool:
        """Whether a breach refuses the step (H or M) or only asks for an acknowledgement (K)."""
        return self.confidence != "K"


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of one product's rules.

    ``limit_c`` is the warmest storage temperature in degrees Celsius. ``readiness`` names what this maker wants
    confirmed before the thaw beyond what every product needs.
    """

    tag: str
    version: int
    product: str
    inn: str
    holder: str
    form: str
    bags_per_dose: tuple[int, int]
    collection: str
    limit_c: int
    shelf_life_months: int
    sequential_thaw: bool
    match_labels: tuple[str, ...]
    timers: tuple[TimerRule, ...]
    confidence: Mapping[str, str]
    source: Mapping[str, str]
    readiness: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How a version is named in a record, e.g. ``kymriah@1``."""
        return f"{self.tag}@{self.version}"


_MEMBERS = frozenset({"tag", "version", "product", "inn", "holder", "form", "status", "values", "timers"})
_VALUES = frozenset(
    {"bags_per_dose", "collection", "limit_c", "shelf_life_months", "sequential_thaw", "match_labels", "readiness"}
)


def parse_profile(document: Mapping[str, Any]) -> Profile:
    """Read a profile document; each ruling value stands as ``{"value", "confidence", "source"}``.

    Nothing is coerced: a rule that is not written as it must be is no rule to thaw a bag by.

    Raises:
        ProfileInvalidError: a member is missing, unknown or of the wrong type, or a value is none that exists.
    """
    try:
        return _profile(document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"this product profile cannot be read: {error!r}"
        raise ProfileInvalidError(message) from error


def _profile(document: Mapping[str, Any]) -> Profile:
    values = document["values"]
    unknown = (document.keys() - _MEMBERS) | (values.keys() - _VALUES)
    if unknown:
        message = f"unknown: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    low, high = (_whole(number, 1) for number in values["bags_per_dose"]["value"])
    if low > high:
        message = f"from {low} to {high} bags a dose"
        raise ValueError(message)
    return Profile(
        tag=_text(document["tag"]),
        version=_whole(document["version"], 1),
        product=_text(document["product"]),
        inn=_text(document["inn"]),
        holder=_text(document["holder"]),
        form=_one_of(document["form"], FORMS),
        bags_per_dose=(low, high),
        collection=_one_of(values["collection"]["value"], COLLECTIONS),
        limit_c=_whole(values["limit_c"]["value"], -273),
        shelf_life_months=_whole(values["shelf_life_months"]["value"], 1),
        sequential_thaw=_yes_or_no(values["sequential_thaw"]["value"]),
        match_labels=tuple(_text(label) for label in values["match_labels"]["value"]),
        timers=tuple(_timer(item) for item in document["timers"]),
        confidence={name: _one_of(item["confidence"], CONFIDENCES) for name, item in values.items()},
        source={name: _text(item["source"]) for name, item in values.items()},
        readiness=tuple(_one_of(line, ASKED) for line in values.get("readiness", {"value": ()})["value"]),
    )


def _timer(item: Mapping[str, Any]) -> TimerRule:
    return TimerRule(
        starts=_one_of(item["from"], STARTS),
        ends=_one_of(item["to"], ENDS),
        max_minutes=_whole(item["max_min"], 1),
        confidence=_one_of(item["confidence"], CONFIDENCES),
        source=_text(item["source"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        message = f"a text, not {value!r}"
        raise ValueError(message)
    return value


def _whole(value: Any, least: int) -> int:
    if type(value) is not int or value < least:
        message = f"a whole number from {least}, not {value!r}"
        raise ValueError(message)
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        message = f"true or false, not {value!r}"
        raise TypeError(message)
    return value


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        message = f"one of {', '.join(known)}, not {value!r}"
        raise ValueError(message)
    return str(value)
