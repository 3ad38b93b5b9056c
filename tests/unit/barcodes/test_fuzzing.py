from __future__ import annotations

from tests.fuzz.barcodes import search


def test_the_long_search_still_runs_and_finds_nothing_in_a_short_one() -> None:
    counts = search(20, inputs=4000)
    assert counts["read as isbt128"]
    assert counts["repaired"]
    assert counts["keyboard-layout"]
    assert counts["check-character"]
