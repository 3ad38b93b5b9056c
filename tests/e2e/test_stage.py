"""The demonstration stops where the service answers otherwise than it expects: it never shows something half true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.cli.client import PublicApi
from app.cli.credentials import read_credentials
from app.cli.demo.stage import DemoFailedError, Manner, Stage
from app.kit.clock import SystemClock
from tests.e2e.demonstration import Demonstration


@pytest.fixture
def stage(demonstration: Demonstration, url: str) -> Iterator[Stage]:
    known = read_credentials(demonstration.directory)
    with PublicApi(url, language="en") as api:
        yield Stage(api, demonstration.directory / "labels", known, SystemClock())


def test_a_step_that_should_be_taken_and_is_refused_stops_it(stage: Stage) -> None:
    with pytest.raises(DemoFailedError, match="released of moreau-bag-2 was refused: This act is reserved for"):
        stage.taken("pharm1", "released", "moreau-bag-2")


def test_a_step_that_should_be_refused_and_is_refused_for_another_reason_stops_it(stage: Stage) -> None:
    nobodys = "0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e"

    with pytest.raises(DemoFailedError, match=r"was not refused as wrong-patient: .*wrong-bag"):
        stage.refused("wrong-patient", "pharm1", "issued", "moreau-bag-2", witness="tech1", manner=Manner(bag=nobodys))
