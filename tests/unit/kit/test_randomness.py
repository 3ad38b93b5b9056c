"""No random byte is handed out twice, however they are asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.kit.randomness import Randomness


@given(st.lists(st.integers(0, 6000), max_size=40))
def test_as_many_bytes_come_as_were_asked_for(counts: list[int]) -> None:
    random = Randomness(bytes)

    assert [len(random(count)) for count in counts] == counts


@given(st.lists(st.integers(1, 6000), min_size=1, max_size=40))
def test_what_is_handed_out_was_drawn_once_and_stands_in_order(counts: list[int]) -> None:
    drawn: list[bytes] = []

    def draw(count: int) -> bytes:
        start = sum(map(len, drawn)) // 4
        drawn.append(b"".join(number.to_bytes(4) for number in range(start, start + count // 4 + 1))[:count])
        return drawn[-1]

    random = Randomness(draw)
    handed = [random(count) for count in counts]

    at = 0
    for one in handed:
        at = b"".join(drawn).find(one, at)
        assert at >= 0
        at += len(one)


def test_small_needs_are_met_from_one_draw() -> None:
    draws: list[int] = []

    def draw(count: int) -> bytes:
        draws.append(count)
        return bytes(range(256)) * (count // 256)

    random = Randomness(draw)
    handed = b"".join(random(32) for _ in range(8))

    assert handed == bytes(range(256))
    assert draws == [4096]
