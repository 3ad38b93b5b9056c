"""The versioned rules of one product; a site's pharmacist signs them, Givre only applies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.custody.written import listed, one_of, only, slug, text, two, whole, yes_or_no
from app.kit.errors import GivreError

CONFIDENCES = ("H", "M", "K")
KINDS = ("commercial", "trial")
FORMS = ("bag", "vial", "syringe")
COLLECTIONS = ("fresh", "frozen", "none")
"""How the starting material travels; ``none``: an allogeneic product, nothing is collected from its patient."""
STARTS = ("retrieved", "thaw_started", "thaw_ended", "infusion_started")
"""The steps a clock may hang on (domain §8)."""
ENDS = ("prepared", "infusion_started", "infusion_ended")
"""The steps a clock may run to."""
ASKED = ("mri_available", "neurologist_reachable")
"""What some makers ask for before the thaw, and others do not."""
LAYERS = (
    "bag",
    "vial",
    "syringe",
    "cassette",
    "carton",
    "certificate",
    "rfic",
    "lot_information_sheet",
    "prescription",
    "wristband",
)
"""The labels and papers that can be held against each other (clinical §1C)."""
IDENTIFIERS = ("din", "coi", "lot", "batch", "product_code", "join_id", "sec", "gtin", "serial", "kit")
"""The identifiers a maker's papers carry (clinical §1C)."""
COLOURS = ("blue", "orange", "red", "green", "yellow", "purple", "white", "grey")
"""The colours a strength may be told by on its label."""
BLINDABLE = ("arm", "component", "strength", "dose", "components", "colour_codes", "partial_use")
"""What a trial may keep from those who treat: members of a bag, of a statement, or values of the profile itself."""
COLDEST_C = -273
MONTHS = 1200


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
class SplitDose:
    """A dose given on two days of the treatment, the second give or take ``window_days`` (clinical §1B, Aucatzyl)."""

    days: tuple[int, int]
    window_days: int


@dataclass(frozen=True, slots=True)
class Excursions:
    """How many warm spells of the stored bag the label tolerates, up to ``ceiling_c`` degrees Celsius; else none."""

    max_count: int = 0
    ceiling_c: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of one product's rules.

    ``limit_c`` is the warmest storage temperature in degrees Celsius. ``readiness`` names what this maker wants
    confirmed before the thaw beyond what every product needs. ``components`` stand in the order they are infused; empty
    when the dose is of one kind. ``colour_codes``: strength → colour of its label. ``partial_use``: the strengths of
    which a part may be infused. ``match_labels``: the layers that must agree before use. ``identifiers``: which ones
    are recorded and must agree. ``blinded``: what those who treat must not read (trials only).
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
    kind: str = "commercial"
    sponsor: str | None = None
    protocol: str | None = None
    blinded: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    colour_codes: Mapping[str, str] = field(default_factory=dict)
    partial_use: tuple[str, ...] = ()
    split_dose: SplitDose | None = None
    excursions: Excursions = Excursions()
    allogeneic: bool = False
    identifiers: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How a version is named in a record, e.g. ``kymriah@1``."""
        return f"{self.tag}@{self.version}"

    def binding(self, value: str) -> bool:
        """Whether a breach of that value refuses (H or M) or only asks for an acknowledgement (K: not read yet)."""
        return self.confidence.get(value) != "K"


_MEMBERS = frozenset(
    {
        "tag",
        "version",
        "product",
        "inn",
        "holder",
        "form",
        "status",
        "kind",
        "sponsor",
        "protocol",
        "blinded",
        "values",
        "timers",
    }
)
_VALUES = frozenset(
    {
        "bags_per_dose",
        "collection",
        "limit_c",
        "shelf_life_months",
        "sequential_thaw",
        "match_labels",
        "readiness",
        "components",
        "colour_codes",
        "partial_use",
        "split_dose",
        "excursions",
        "allogeneic",
        "identifiers",
    }
)
_LONGEST_FAULT = 300
_RULING = frozenset({"value", "confidence", "source"})
_TIMED = frozenset({"from", "to", "max_min", "confidence", "source"})


def parse_profile(document: Mapping[str, Any]) -> Profile:
    """Read a profile document; each ruling value stands as ``{"value", "confidence", "source"}``.

    Nothing is coerced: a rule that is not written as it must be is no rule to thaw a bag by.

    Raises:
        ProfileInvalidError: a member is missing, unknown or of the wrong type, or a value is none that exists.
    """
    try:
        return _profile(document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        fault = f"missing: {error.args[0]}" if isinstance(error, KeyError) else str(error)
        raise ProfileInvalidError(fault[:_LONGEST_FAULT]) from error


def _profile(document: Mapping[str, Any]) -> Profile:
    values = document["values"]
    only(document.keys(), _MEMBERS)
    only(values.keys(), _VALUES)
    for item in values.values():
        only(item.keys(), _RULING)
    stated = {name: item["value"] for name, item in values.items()}
    text(document.get("status", "draft"))
    limit = whole(stated["limit_c"], COLDEST_C)
    colours = {text(strength): one_of(colour, COLOURS) for strength, colour in stated.get("colour_codes", {}).items()}
    kind = one_of(document["kind"], KINDS)
    trial = kind == "trial"
    if not trial:
        only(document.keys(), _MEMBERS - {"sponsor", "protocol", "blinded"})
    return Profile(
        tag=slug(document["tag"]),
        version=whole(document["version"], 1),
        product=text(document["product"]),
        inn=text(document["inn"]),
        holder=text(document["holder"]),
        form=one_of(document["form"], FORMS),
        bags_per_dose=two(stated["bags_per_dose"], 1),
        collection=one_of(stated["collection"], COLLECTIONS),
        limit_c=limit,
        shelf_life_months=whole(stated["shelf_life_months"], 1, MONTHS),
        sequential_thaw=yes_or_no(stated["sequential_thaw"]),
        match_labels=_words(stated["match_labels"], LAYERS),
        timers=tuple(_timer(item) for item in listed(document["timers"])),
        confidence={name: one_of(item["confidence"], CONFIDENCES) for name, item in values.items()},
        source={name: text(item["source"]) for name, item in values.items()},
        readiness=_words(stated.get("readiness", []), ASKED),
        kind=kind,
        sponsor=text(document["sponsor"]) if trial else None,
        protocol=text(document["protocol"]) if trial else None,
        blinded=_words(document["blinded"], BLINDABLE) if trial else (),
        components=tuple(text(one) for one in listed(stated.get("components", []))),
        colour_codes=colours,
        partial_use=_words(stated.get("partial_use", []), tuple(colours)),
        split_dose=_split(stated["split_dose"]) if "split_dose" in stated else None,
        excursions=_excursions(stated["excursions"], limit) if "excursions" in stated else Excursions(),
        allogeneic=yes_or_no(stated.get("allogeneic", False)),
        identifiers=_words(stated.get("identifiers", []), IDENTIFIERS),
    )


def _words(value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one_of(one, known) for one in listed(value))


def _split(value: Mapping[str, Any]) -> SplitDose:
    only(value.keys(), {"days", "window_days"})
    return SplitDose(days=two(value["days"], 1), window_days=whole(value["window_days"], 0))


def _excursions(value: Mapping[str, Any], limit_c: int) -> Excursions:
    only(value.keys(), {"max_count", "ceiling_c"})
    return Excursions(max_count=whole(value["max_count"], 1), ceiling_c=whole(value["ceiling_c"], limit_c))


def _timer(item: Mapping[str, Any]) -> TimerRule:
    only(item.keys(), _TIMED)
    return TimerRule(
        starts=one_of(item["from"], STARTS),
        ends=one_of(item["to"], ENDS),
        max_minutes=whole(item["max_min"], 1),
        confidence=one_of(item["confidence"], CONFIDENCES),
        source=text(item["source"]),
    )
