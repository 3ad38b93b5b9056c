"""What a registered shipper's hold asks of whoever packs it or takes bags out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.situation import Carrier
from app.kit.texts import Text
from tests.unit.custody.scenes import bag_after, codes, refusal, scan

FINE = Carrier("cold", requalified=True)


@pytest.mark.parametrize(
    ("carrier", "told"),
    [
        (None, ()),
        (FINE, ()),
        (replace(FINE, state="half"), ()),
        (replace(FINE, state="unknown"), ("shipper-hold-unknown",)),
        (replace(FINE, state="over"), ("shipper-hold-over-unconfirmed",)),
        (replace(FINE, state="over", certain=True), ("shipper-hold-over",)),
        (replace(FINE, requalified=False), ("shipper-not-requalified",)),
    ],
)
def test_a_reception_asks_where_the_shipper_may_not_have_held(carrier: Carrier | None, told: tuple[str, ...]) -> None:
    assert codes(scan("received", carrier=carrier)) == told
    packed = tuple(one for one in told if one == "shipper-not-requalified")
    assert codes(scan("packed", carrier=carrier)) == packed


def test_what_comes_out_of_it_waits_for_the_curve() -> None:
    over = replace(FINE, state="over", until=Text("01/12/2026 12:00 UTC", "2026-12-01 12:00 UTC"))
    asked = scan("received", carrier=over)
    assert refusal(asked, "shipper-hold-over-unconfirmed").values == {"until": over.until}
    wish = {"overrides": frozenset({"shipper-hold-over-unconfirmed"}), "reason": "orage"}
    held = bag_after(scan("received", carrier=over, **wish)).holds
    assert [one["reason"] for one in held] == ["hold_time"]
    assert bag_after(scan("received", carrier=replace(FINE, state="half"))).holds == []
