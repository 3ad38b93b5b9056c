"""Scans through lost connections, killed servers, killed tabs and a killed browser: none lost, none twice, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import find_chromium
from tests.tablet.conftest import harness
from tests.tablet.cryo_room import on_a_disk
from tests.tablet.trial import Trouble, try_out


@pytest.mark.parametrize("seed", [1])
def test_no_scan_is_lost_or_doubled_or_out_of_order_or_judged_otherwise(tmp_path: Path, seed: int) -> None:
    trouble = Trouble(scans=40, losses=8, server_kills=1, tab_kills=1, browser_kills=1)

    told = try_out(on_a_disk(tmp_path), find_chromium(), harness(tmp_path / "app"), tmp_path / "profile", trouble, seed)

    assert len(told.kept) == trouble.scans
    assert told.lost == []
    assert told.duplicated == []
    assert told.in_order
    assert told.misjudged == []
    assert told.verdicts["taken"] < len(told.recorded)
    every = len(told.recorded) + len(told.parked)
    assert (told.chain["last_seq"], told.chain["missing"], told.chain["forks"]) == (every, [], [])
    assert told.met["loss"] == trouble.losses
