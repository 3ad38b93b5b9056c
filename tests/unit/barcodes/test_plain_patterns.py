from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes.plain_patterns import LONGEST_MATCH, plain_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "groups"),
    [
        ("ABC", "ABC", ()),
        (r"MK\.([0-9]{4})-([A-Z]{1,3})", "MK.0042-XY", ("0042", "XY")),
        ("(A?[0-9])", "7", ("7",)),
        (r"([0-9A-Za-z ._/:+*=#%\-\]\^\\\&\|\~]{3})", "^-]", ("^-]",)),
        (r"\(01\)([0-9]{14})", "(01)03400955057413", ("03400955057413",)),
        ("x{2}", "xx", ()),
    ],
)
def test_a_plain_pattern_matches_what_it_says(pattern: str, text: str, groups: tuple[str, ...]) -> None:
    match = plain_pattern(pattern).fullmatch(text)
    assert match is not None
    assert match.groups() == groups


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "A*",
        "A+",
        "A|B",
        ".",
        "^A",
        "A$",
        r"\d",
        r"\1",
        "(?:A)",
        "(?P<a>A)",
        "(?=A)",
        "[^A]",
        "[]",
        "[A-z]",
        "[z-a]",
        "[a",
        "((A))",
        "(A",
        "A)",
        "()",
        "(A?)",
        "(A){2}",
        "A{2}{3}",
        "A{3,2}",
        "A{,2}",
        "A?",
        "A{129}",
        "A{100}B{29}",
        "é",
        "[é]",
        "A\n",
        "[&&]",
        "[9-0]",
        "A" * 129,
    ],
)
def test_what_could_be_slow_or_empty_or_unclear_is_no_plain_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        plain_pattern(pattern)


def test_the_longest_match_is_just_possible() -> None:
    assert plain_pattern(f"[A-Z]{{{LONGEST_MATCH}}}").fullmatch("Q" * LONGEST_MATCH)


def test_a_part_gives_nothing_back() -> None:
    assert plain_pattern("[A-Z]{1,5}Z").fullmatch("ABZ") is None


def test_the_worst_pattern_takes_no_time() -> None:
    worst = plain_pattern("A{0,9}" * 13 + "A{0,9}B")
    started = time.process_time()  # of this process alone, however busy the machine is
    for _ in range(100):
        assert worst.fullmatch("A" * LONGEST_MATCH) is None
    assert time.process_time() - started < 1


@given(st.text(alphabet=r"AZ09az[]-{},?()\.&*+|^$", max_size=30))
def test_any_text_is_a_pattern_or_a_reason_why_not(text: str) -> None:
    try:
        found = plain_pattern(text)
    except ValueError:
        return
    assert isinstance(found, re.Pattern)
    assert found.fullmatch("") is None
