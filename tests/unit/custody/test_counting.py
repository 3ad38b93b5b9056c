from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.custody.counting import Count, Seen, agreeing, differences
from tests.unit.custody.scenes import PUI, SCENES, WARD, codes, done, scan

P1, P2, P3 = ("D1-T1-R1-B1-P1", "D1-T1-R1-B1-P2", "D1-T1-R1-B1-P3")
EMPTY = [Seen(one, "empty") for one in (P1, P2, P3)]


def count(*seen: Seen, expected: dict[str, str | None] | None = None, **recorded: str | None) -> Count:
    told = {P1: "bag-1", P2: None, P3: None} if expected is None else expected
    return Count("dewar-1", PUI, "D1", seen, told, recorded)


def row(kind: str, position: str, bag: str | None = None, recorded: str | None = None) -> dict[str, str | None]:
    return {"kind": kind, "position": position, "bag": bag, "recorded": recorded}


def test_what_lies_where_it_should_is_no_difference() -> None:
    as_recorded = count(Seen(P1, "bag", "bag-1"), *EMPTY[1:], **{"bag-1": P1})
    assert differences(as_recorded) == []
    assert agreeing(as_recorded) == 3


def test_what_should_be_there_and_is_nowhere_is_missing() -> None:
    empty = count(*EMPTY)
    assert differences(empty) == [row("missing", P1, "bag-1", P1)]
    assert agreeing(empty) == 2


def test_a_bag_in_another_position_is_misplaced_and_not_missing() -> None:
    moved = count(EMPTY[0], Seen(P2, "bag", "bag-1"), **{"bag-1": P1})
    assert differences(moved) == [row("misplaced", P2, "bag-1", P1)]


def test_a_bag_in_the_place_of_another_tells_both() -> None:
    swapped = count(Seen(P1, "bag", "bag-9"), **{"bag-9": "D2-T1-R1-B1-P1"})
    assert differences(swapped) == [
        row("misplaced", P1, "bag-9", "D2-T1-R1-B1-P1"),
        row("missing", P1, "bag-1", P1),
    ]


def test_a_bag_that_is_in_no_stock_of_ours_and_a_label_that_names_none_are_strangers() -> None:
    strange = count(Seen(P2, "bag", "bag-9"), Seen(P3, "unknown"), Seen(P1, "bag", "bag-1"), **{"bag-1": P1})
    assert differences(strange) == [row("stranger", P2, "bag-9"), row("stranger", P3)]


def test_a_bag_is_not_called_missing_where_a_label_could_not_be_read() -> None:
    assert differences(count(Seen(P1, "unreadable"))) == [row("unreadable", P1)]
    assert differences(count(Seen(P1, "unknown"))) == [row("stranger", P1), row("missing", P1, "bag-1", P1)]


def test_a_position_or_a_bag_counted_twice_is_named() -> None:
    assert count(Seen(P1, "empty"), Seen(P1, "bag", "bag-1")).twice == (P1, P1)
    assert count(Seen(P1, "bag", "bag-1"), Seen(P2, "bag", "bag-1"), Seen(P3, "empty")).twice == (P1, P2)


POSITIONS = [f"D1-T1-R1-B1-P{number}" for number in range(1, 7)]


@given(st.permutations(POSITIONS), st.integers(0, 6), st.permutations(POSITIONS), st.integers(0, 6))
def test_a_bag_is_missing_misplaced_or_agrees_and_never_two_of_them(
    recorded: list[str], many: int, lying: list[str], found: int
) -> None:
    record = {f"bag-{number}": code for number, code in enumerate(recorded[:many])}
    lies = {f"bag-{number}": code for number, code in enumerate(lying[:found])}
    at = {code: bag for bag, code in lies.items()}
    seen = tuple(Seen(code, "bag" if code in at else "empty", at.get(code)) for code in POSITIONS)
    expected = {code: next((bag for bag, place in record.items() if place == code), None) for code in POSITIONS}
    rows = differences(Count("dewar-1", PUI, "D1", seen, expected, {bag: record.get(bag) for bag in lies}))
    told = {one["bag"]: one["kind"] for one in rows}
    assert len(told) == len(rows)
    for bag in {*record, *lies}:
        if bag not in lies:
            assert told[bag] == "missing"
        elif bag not in record:
            assert told[bag] == "stranger"
        else:
            assert told.get(bag) == (None if record[bag] == lies[bag] else "misplaced")


def test_a_count_is_of_a_dewar_of_this_site_and_of_its_own_positions() -> None:
    told = SCENES["counted"]["count"]
    assert codes(scan("counted", count=replace(told, site=WARD))) == ("unknown-dewar",)
    assert codes(scan("counted", count=replace(told, elsewhere=("D2-T1-R1-B1-P1",)))) == ("unknown-position",)
    assert done(scan("counted")).bag is None
    step = scan("counted").step
    with pytest.raises(ValueError, match="no count"):
        step.checks[0](scan("counted", count=None))
