from __future__ import annotations

import copy
from typing import Any

import pytest

from app.custody.labels import ANCHORS
from app.custody.profile import ASKED, STARTS, Profile, ProfileInvalidError, parse_profile
from app.custody.steps import STEPS
from app.custody.steps.thaw_started import WHERE_ASKED
from tests.unit.custody.scenes import KYMRIAH, YESCARTA, profile_document

GONE = object()


@pytest.fixture(params=["kymriah.v1.json", "yescarta.v1.json"])
def shipped(request: pytest.FixtureRequest) -> Profile:
    return parse_profile(profile_document(request.param))


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    document = copy.deepcopy(profile_document())
    place: Any = document
    for name in path[:-1]:
        place = place[name]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def test_every_ruling_value_says_how_sure_it_is_and_where_it_comes_from(shipped: Profile) -> None:
    assert set(shipped.confidence) == set(shipped.source)
    assert all(shipped.source.values())
    assert all(timer.source and timer.binding for timer in shipped.timers)


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
        (("timers",), GONE),
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


def test_a_profile_is_an_object() -> None:
    with pytest.raises(ProfileInvalidError):
        parse_profile([])  # type: ignore[arg-type]  # what a file may hold
