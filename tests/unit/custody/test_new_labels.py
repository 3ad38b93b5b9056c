from __future__ import annotations

import pytest

from app.custody.bag import PrintRun
from tests.unit.custody.scenes import STORED, bag_after, codes, done, product, refusal, scan

RUN = PrintRun(id="run-1", site="site-pui", printed=4, used=0, void=0, state="open")
OURS = PrintRun(id="run-1", site="site-pui", printed=2, used=0, void=0, state="open", labelled="bag-1")


def test_a_new_label_adds_its_name_and_the_one_it_replaces_is_void() -> None:
    after = bag_after(scan("labelled"))
    assert after.identifiers == [*STORED.identifiers, "givre-bag::B2"]
    assert after.void == ["givre-bag::B1"]
    assert after.state == "stored"


@pytest.mark.parametrize("old", ["kept", "none"])
def test_a_label_that_stays_on_is_not_void(old: str) -> None:
    assert bag_after(scan("labelled", said={"old_label": old})).void == []


def test_the_same_label_printed_again_names_nothing_new() -> None:
    again = scan("labelled", label=(STORED.identifiers[0],), bag=product("stored", void=["givre-bag::B1"]))
    assert bag_after(again).identifiers == STORED.identifiers
    assert bag_after(again).void == ["givre-bag::B1"]


@pytest.mark.parametrize(
    ("printed", "used", "void", "left"), [(2, 1, 1, None), (3, 1, 1, "1"), (1, 1, 1, "1"), (0, 0, 0, None)]
)
def test_what_was_printed_is_on_the_bag_or_destroyed(printed: int, used: int, void: int, left: str | None) -> None:
    told = scan("labelled", said={"printed": printed, "used": used, "void": void})
    assert codes(told) == (() if left is None else ("labels-unaccounted",))
    if left is not None:
        assert refusal(told, "labels-unaccounted").values == {"left": left}


def test_a_run_of_labels_for_one_bag_is_accounted_for_at_once() -> None:
    asked = {"print_run": "run-1"}
    assert codes(scan("labelled", said=asked | {"printed": 1, "void": 0}, print_run=OURS)) == ("labels-unaccounted",)
    closed = done(scan("labelled", said=asked, print_run=OURS)).print_run
    assert closed is not None
    assert (closed.used, closed.void, closed.left, closed.state) == (1, 1, 0, "closed")


def test_a_run_of_labels_for_several_bags_is_accounted_for_bag_by_bag() -> None:
    first = done(scan("labelled", said={"print_run": "run-1"}, print_run=RUN)).print_run
    assert first is not None
    assert (first.left, first.state) == (2, "open")
    last = done(scan("labelled", said={"print_run": "run-1"}, print_run=first)).print_run
    assert last is not None
    assert (last.left, last.state) == (0, "closed")
    assert codes(scan("labelled", said={"print_run": "run-1"}, print_run=last)) == ("labels-unaccounted",)
