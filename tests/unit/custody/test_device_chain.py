"""A device's chain: the bytes that are hashed, and every way in which a scan does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.api.models.scans import ScanIn
from app.api.scan_messages import digest_of
from app.custody.device_chain import BREAKS, FIRST, Break, Link, breaks, link_text, linked
from app.kit.canonical import canonical

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "device_chain.json").read_text(encoding="utf-8")
)


def link(seq: int, prev: bytes, name: str = "a") -> Link:
    return linked(tenant="chu", device_id="TAB-1", seq=seq, prev=prev, scan_id=f"scan-{name}-{seq}", act=name)


ONE = link(1, FIRST)
TWO = link(2, ONE.hash)
THREE = link(3, TWO.hash)
OTHER_ONE = link(1, FIRST, "b")
OTHER_TWO = link(2, OTHER_ONE.hash, "b")


@pytest.mark.parametrize("vector", VECTORS["scans"], ids=lambda vector: vector["name"])
def test_the_bytes_of_a_link_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    message = ScanIn.model_validate_json(json.dumps(vector["message"]))
    assert message.device_seq is not None
    assert message.device_prev is not None

    act, prev = digest_of(message), bytes.fromhex(message.device_prev)
    told = {"device_id": message.device_id, "seq": message.device_seq, "scan_id": message.scan_id}

    assert act == vector["act"]
    assert link_text(**told, prev=prev, act=act).decode() == vector["link_text"]
    assert linked(tenant="chu", **told, prev=prev, act=act).hash.hex() == vector["hash"]
    assert canonical(json.loads(vector["act_text"])).decode() == vector["act_text"]


def test_the_vectors_are_one_chain_from_the_first_scan_on() -> None:
    prevs = [vector["message"]["device_prev"] for vector in VECTORS["scans"]]

    assert prevs == [FIRST.hex(), *(vector["hash"] for vector in VECTORS["scans"][:-1])]


@pytest.mark.parametrize(
    ("new", "before", "beside", "after", "found"),
    [
        (ONE, [], [], [], ()),
        (TWO, [ONE], [], [], ()),
        (TWO, [ONE], [], [THREE], ()),
        (TWO, [ONE], [TWO], [], ()),
        (replace(ONE, prev=bytes([1]) * 32), [], [], [], (Break.MISMATCH,)),
        (THREE, [], [], [], (Break.GAP,)),
        (TWO, [OTHER_ONE], [], [], (Break.MISMATCH,)),
        (OTHER_TWO, [OTHER_ONE], [], [THREE], (Break.MISMATCH,)),
        (OTHER_ONE, [], [ONE], [TWO], (Break.FORK,)),
        (OTHER_TWO, [ONE, OTHER_ONE], [TWO], [THREE], ()),
        (OTHER_TWO, [ONE], [TWO], [], (Break.FORK, Break.MISMATCH)),
        (OTHER_TWO, [], [TWO], [], (Break.FORK, Break.GAP)),
    ],
)
def test_what_does_not_fit_is_told_once_where_it_begins(
    new: Link, before: list[Link], beside: list[Link], after: list[Link], found: tuple[Break, ...]
) -> None:
    assert breaks(new, before, beside, after) == found


def test_every_break_is_told_in_both_languages() -> None:
    assert BREAKS.keys() == set(Break)
    assert all(text.fr != text.en for text in BREAKS.values())
