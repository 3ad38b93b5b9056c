from __future__ import annotations

import copy
from typing import Any

import pytest

from app.custody.labels import ANCHORS
from app.custody.profile import (
    ASKED,
    STARTS,
    Excursions,
    Profile,
    ProfileInvalidError,
    SplitDose,
    parse_profile,
)
from app.custody.steps import STEPS
from app.custody.steps.thaw_started import WHERE_ASKED
from tests.unit.custody.scenes import KYMRIAH, YESCARTA, profile_document

GONE = object()
PRODUCTS = ("kymriah", "yescarta", "tecartus", "breyanzi", "abecma", "carvykti", "aucatzyl", "ebvallo", "givre-t1")
T1 = "givre-t1.v1.json"


def seed(tag: str) -> Profile:
    return parse_profile(profile_document(f"{tag}.v1.json"))


@pytest.fixture(params=PRODUCTS)
def shipped(request: pytest.FixtureRequest) -> Profile:
    return seed(request.param)


def changed(path: tuple[str | int, ...], value: object, name: str = "kymriah.v1.json") -> dict[str, Any]:
    document = copy.deepcopy(profile_document(name))
    place: Any = document
    for member in path[:-1]:
        place = place[member]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def test_every_ruling_value_says_how_sure_it_is_and_where_it_comes_from(shipped: Profile) -> None:
    assert set(shipped.confidence) == set(shipped.source)
    assert all(shipped.source.values())
    assert all(timer.source for timer in shipped.timers)
    assert {"limit_c", "shelf_life_months", "identifiers", "match_labels"} <= set(shipped.confidence)


def test_what_was_not_read_rules_nothing_until_it_is() -> None:
    weak = {
        (tag, name) for tag in PRODUCTS for name, confidence in seed(tag).confidence.items() if confidence == "K"
    } | {(tag, "timers") for tag in PRODUCTS for timer in seed(tag).timers if not timer.binding}

    assert weak == {
        ("kymriah", "shelf_life_months"),
        ("breyanzi", "shelf_life_months"),
        ("carvykti", "shelf_life_months"),
        ("carvykti", "collection"),
        ("aucatzyl", "limit_c"),
        ("aucatzyl", "shelf_life_months"),
        ("aucatzyl", "collection"),
        ("aucatzyl", "sequential_thaw"),
        ("aucatzyl", "match_labels"),
        ("aucatzyl", "timers"),
        ("ebvallo", "match_labels"),
        ("ebvallo", "identifiers"),
    }
    assert all(not seed(tag).binding(name) for tag, name in weak if name != "timers")
    assert seed("yescarta").binding("limit_c")


def test_the_eight_products_say_what_their_labels_say_about_cold_and_time() -> None:
    told = {
        tag: (one.limit_c, one.shelf_life_months, [(t.starts, t.ends, t.max_minutes) for t in one.timers])
        for tag in PRODUCTS[:-1]
        for one in (seed(tag),)
    }
    from_thaw = [
        ("thaw_ended", "infusion_ended", 180),
        ("thaw_ended", "infusion_started", 30),
        ("infusion_started", "infusion_ended", 30),
    ]

    assert told == {
        "kymriah": (-120, 9, [("thaw_ended", "infusion_ended", 30)]),
        "yescarta": (-150, 12, from_thaw),
        "tecartus": (-150, 12, from_thaw),
        "breyanzi": (-130, 13, [("retrieved", "infusion_ended", 120)]),
        "abecma": (-130, 12, [("thaw_started", "infusion_ended", 60)]),
        "carvykti": (-120, 9, [("thaw_ended", "infusion_ended", 150)]),
        "aucatzyl": (-150, 6, [("thaw_ended", "infusion_ended", 60)]),
        "ebvallo": (-150, 60, [("thaw_started", "prepared", 60), ("thaw_started", "infusion_ended", 180)]),
    }


def test_the_products_that_are_not_one_bag_say_how_they_differ() -> None:
    breyanzi, aucatzyl, ebvallo = seed("breyanzi"), seed("aucatzyl"), seed("ebvallo")

    assert (breyanzi.form, breyanzi.components, breyanzi.bags_per_dose) == ("vial", ("CD8", "CD4"), (2, 8))
    assert aucatzyl.split_dose == SplitDose(days=(1, 10), window_days=2)
    assert aucatzyl.colour_codes == {"10e6": "blue", "100e6": "orange", "300e6": "red"}
    assert aucatzyl.partial_use == ("10e6",)
    assert (ebvallo.allogeneic, ebvallo.collection, ebvallo.excursions) == (True, "none", Excursions(3, -80))
    assert breyanzi.excursions == Excursions()
    assert KYMRIAH.split_dose is None


def test_a_trial_names_its_sponsor_its_protocol_and_what_is_kept_from_those_who_treat() -> None:
    trial = seed("givre-t1")

    assert (trial.kind, trial.protocol) == ("trial", "GT1-01")
    assert trial.sponsor
    assert {"arm", "component", "strength"} <= set(trial.blinded)
    assert (KYMRIAH.kind, KYMRIAH.sponsor, KYMRIAH.protocol, KYMRIAH.blinded) == ("commercial", None, None, ())


def test_the_shipped_profiles_say_what_the_labels_say() -> None:
    assert (KYMRIAH.key, KYMRIAH.limit_c, KYMRIAH.bags_per_dose, KYMRIAH.sequential_thaw) == (
        "kymriah@1",
        -120,
        (1, 3),
        True,
    )
    assert [(one.starts, one.ends, one.max_minutes) for one in KYMRIAH.timers] == [("thaw_ended", "infusion_ended", 30)]
    assert (YESCARTA.key, YESCARTA.limit_c, YESCARTA.bags_per_dose, YESCARTA.sequential_thaw) == (
        "yescarta@1",
        -150,
        (1, 1),
        False,
    )
    assert (KYMRIAH.collection, YESCARTA.collection) == ("frozen", "fresh")
    assert KYMRIAH.match_labels == ("bag", "certificate")
    assert KYMRIAH.readiness == ()


def test_what_is_only_known_by_the_trade_does_not_bind() -> None:
    weak = changed(("timers", 0, "confidence"), "K")
    assert not parse_profile(weak).timers[0].binding


def test_a_profile_may_ask_for_more_before_the_thaw() -> None:
    asked = changed(("values", "readiness"), {"value": ["mri_available"], "confidence": "M", "source": "manual"})
    assert parse_profile(asked).readiness == ("mri_available",)


def test_clocks_and_lines_have_names_and_steps_behind_them() -> None:
    assert set(ANCHORS) == set(STARTS)
    assert set(WHERE_ASKED) == set(ASKED)
    assert all(tag in STEPS for tag in STARTS)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tag",), GONE),
        (("tag",), ""),
        (("version",), "1"),
        (("version",), True),
        (("version",), 0),
        (("form",), "bottle"),
        (("colour",), "blue"),
        (("values",), []),
        (("values", "limit_c"), GONE),
        (("values", "limit_c", "value"), -120.5),
        (("values", "limit_c", "value"), -274),
        (("values", "limit_c", "confidence"), "sure"),
        (("values", "limit_c", "source"), " "),
        (("values", "phase"), {"value": "vapour", "confidence": "H", "source": "x"}),
        (("values", "collection", "value"), "warm"),
        (("values", "sequential_thaw", "value"), "false"),
        (("values", "bags_per_dose", "value"), [3, 1]),
        (("values", "bags_per_dose", "value"), [0, 1]),
        (("values", "bags_per_dose", "value"), [1]),
        (("values", "bags_per_dose", "value"), 3),
        (("values", "match_labels", "value"), [1]),
        (("values", "readiness"), {"value": ["good_weather"], "confidence": "H", "source": "x"}),
        (("values", "match_labels", "value"), ["bag", "bag"]),
        (("values", "match_labels", "value"), "bag"),
        (("values", "limit_c", "unit"), "C"),
        (("kind",), GONE),
        (("kind",), "compassionate"),
        (("sponsor",), "Boréal Thérapies (essai)"),
        (("blinded",), ["strength"]),
        (("values", "identifiers", "value"), ["name"]),
        (("values", "components"), {"value": [""], "confidence": "H", "source": "x"}),
        (("values", "colour_codes"), {"value": {"10e6": "blu"}, "confidence": "H", "source": "x"}),
        (("values", "colour_codes"), {"value": ["blue"], "confidence": "H", "source": "x"}),
        (("values", "partial_use"), {"value": ["10e6"], "confidence": "H", "source": "x"}),
        (("values", "split_dose"), {"value": {"days": [10, 1], "window_days": 2}, "confidence": "H", "source": "x"}),
        (("values", "split_dose"), {"value": {"days": [1, 10]}, "confidence": "H", "source": "x"}),
        (
            ("values", "split_dose"),
            {"value": {"days": [1, 10], "window_days": 2, "late": 1}, "confidence": "H", "source": "x"},
        ),
        (("values", "excursions"), {"value": {"max_count": 1, "ceiling_c": -121}, "confidence": "H", "source": "x"}),
        (("values", "excursions"), {"value": {"max_count": 0, "ceiling_c": -80}, "confidence": "H", "source": "x"}),
        (("values", "allogeneic"), {"value": "yes", "confidence": "H", "source": "x"}),
        (("timers",), GONE),
        (("timers", 0, "unit"), "min"),
        (("timers", 0, "from"), "packed"),
        (("timers", 0, "to"), "stored"),
        (("timers", 0, "max_min"), 0),
        (("timers", 0, "max_min"), 30.0),
        (("timers", 0, "confidence"), "L"),
        (("timers", 0, "source"), GONE),
    ],
)
def test_a_profile_that_is_not_written_as_it_must_be_is_no_profile(path: tuple[str | int, ...], value: object) -> None:
    with pytest.raises(ProfileInvalidError) as refused:
        parse_profile(changed(path, value))
    assert refused.value.code == "profile-invalid"


@pytest.mark.parametrize(
    ("path", "value"),
    [(("sponsor",), GONE), (("protocol",), ""), (("blinded",), GONE), (("blinded",), ["patient"])],
)
def test_a_trial_without_its_protocol_is_no_trial(path: tuple[str | int, ...], value: object) -> None:
    with pytest.raises(ProfileInvalidError):
        parse_profile(changed(path, value, T1))


def test_a_profile_is_an_object() -> None:
    with pytest.raises(ProfileInvalidError):
        parse_profile([])  # type: ignore[arg-type]  # what a file may hold
