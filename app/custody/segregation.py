"""What a bag must be kept apart for, and whether its position does so (clinical §5.3.8)."""

from __future__ import annotations

from typing import Final

from app.custody.bag import Bag
from app.custody.labels import joined
from app.custody.profile import Profile
from app.custody.situation import Situation
from app.custody.verdict import Breach
from app.kit.texts import Text

CLASSES: Final[dict[str, Text]] = {
    "infectious": Text("sérologie positive", "positive serology"),
    "infectious_unknown": Text("sérologie inconnue", "serology unknown"),
    "quarantine": Text("quarantaine", "quarantine"),
    "investigational": Text("essai clinique", "investigational"),
    "oos": Text("hors spécification", "out of specification"),
}
_SEROLOGY: Final = {"positive": "infectious", "unknown": "infectious_unknown"}
_INFECTIOUS: Final = frozenset(_SEROLOGY.values())


def classes_of(bag: Bag, profile: Profile | None) -> frozenset[str]:
    """Return why a bag must be kept apart: serology, a hold, a trial, a release out of specification."""
    found = {_SEROLOGY[bag.serology]} if bag.serology in _SEROLOGY else set()
    if bag.holds:
        found.add("quarantine")
    if profile is not None and profile.kind == "trial":
        found.add("investigational")
    if bag.specification == "out":
        found.add("oos")
    return frozenset(found)


def reserved(situation: Situation) -> Breach | None:
    """Refuse a position that is kept for bags of which this is none."""
    place, bag = situation.place, situation.bag
    if place is None or bag is None or not place.kept_for or place.kept_for & classes_of(bag, situation.profile):
        return None
    return Breach("position-reserved", {"classes": _named(place.kept_for)})


def segregated(situation: Situation) -> Breach | None:
    """Refuse a position outside the zone that this dewar has for what the bag is."""
    place, bag = situation.place, situation.bag
    if place is None or bag is None:
        return None
    outside = (classes_of(bag, situation.profile) & place.zoned) - place.kept_for
    if not outside:
        return None
    code = "segregation-infectious" if outside & _INFECTIOUS else "segregation-asked"
    return Breach(code, {"classes": _named(outside)})


def split(situation: Situation) -> Breach | None:
    """Warn when all bags of one patient come to lie in one dewar whose site keeps them in several (Cleveland, 2018)."""
    place = situation.place
    return Breach("split-storage") if place is not None and place.holds_the_others else None


def _named(classes: frozenset[str]) -> Text:
    return joined([name for one, name in CLASSES.items() if one in classes])


SEGREGATION = (reserved, segregated, split)
"""What the place of a bag must be besides cold enough."""
