"""The board and its stream: what is late first, told as it is published, to whom it concerns, and to nobody else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.access.principal import Principal
from app.actions.reader import Scope
from app.actions.stream import Place, place_of
from app.api.stream import Tail
from tests.bench.heard import hearing
from tests.hospital import Hospital, Journey, found


@pytest.fixture(scope="module")
def stored(house: Hospital) -> Journey:
    found(house, tenant="autre", prefix="b-")
    journey = house.enrol()
    journey.to_store()
    published(house)
    return journey


def published(hospital: Hospital) -> Place:
    """Publish everything that waits, however much that is; return the end of the log."""
    while hospital.publish():
        pass
    ends = hospital.services.log_tail.ends()
    return max(Place(log, last) for log, (tenant, last) in ends.items() if tenant == hospital.tenant)


def listening(hospital: Hospital, login: str) -> Principal:
    """Return somebody whose access runs on for as long as a test listens."""
    return replace(hospital.people[login], expires_at=hospital.clock.now() + timedelta(hours=1))


def shown(hospital: Hospital, login: str = "coord1", **asked: str) -> dict[str, Any]:
    answer = hospital.get("/api/v1/board", login, params=asked)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def row(content: dict[str, Any], therapy: str) -> dict[str, Any]:
    return dict(next(one for one in content["therapies"] if one["id"] == therapy))


def heard(
    hospital: Hospital, count: int, *, login: str = "coord1", after: Place | None = None, site: bool = False
) -> list[str]:
    """Listen until so many blocks came, as the route does; return them."""
    principal = listening(hospital, login)
    tail = Tail(hospital.services.log_tail, hospital.clock.now, heartbeat_seconds=0.01)

    async def main() -> list[str]:
        blocks: list[str] = []
        stream = tail.listen(principal, principal.site_id if site else None, after)
        async for block in stream:
            blocks.append(block.decode())
            if len(blocks) == count:
                break
        await stream.aclose()  # type: ignore[attr-defined]  # an asynchronous generator
        assert tail.listening == 0
        return blocks

    return hospital.portal.call(main)


# --- the board -------------------------------------------------------------------------------------------------------


def test_what_is_late_comes_first_then_what_is_on_hold_and_clocks_count_down(house: Hospital, stored: Journey) -> None:
    held, thawed = house.enrol(), house.enrol()
    held.to_store("D1-T1-R1-B1-P2")
    house.taken("pharm1", "held", [held.product_label()], witness="pharm2", details={"reason": "other"})
    thawed.to_store("D1-T1-R1-B1-P3")
    thawed.retrieved("D1-T1-R1-B1-P3")
    thawed.thawed()

    before = row(shown(house), thawed.therapy)
    house.clock.forward(hours=6)
    after = shown(house)

    (countdown,) = (one for one in before["bags"][-1]["countdowns"] if one["due_at"] == before["due_at"])
    assert countdown["remaining_seconds"] > 0
    assert not before["late"]
    order = [one["id"] for one in after["therapies"]]
    assert order[0] == thawed.therapy
    assert row(after, thawed.therapy)["late"]
    assert order.index(held.therapy) < order.index(stored.therapy)
    assert row(after, held.therapy)["bags"][-1]["holds"][0]["reason"] == "other"
    assert (after["late"], after["on_hold"] >= 1) == (1, True)
    quality = [one["id"] for one in shown(house, "quality1", view="quality")["therapies"]]
    assert {held.therapy, thawed.therapy} <= set(quality)
    assert stored.therapy not in quality
    assert stored.therapy in [one["id"] for one in shown(house, "pharm1", view="pharmacist")["therapies"]]
    waiting = house.enrol()
    assert waiting.therapy not in [one["id"] for one in shown(house, "pharm1", view="pharmacist")["therapies"]]
    assert waiting.therapy in [one["id"] for one in shown(house)["therapies"]]


def test_a_board_of_many_therapies_takes_no_more_questions(house: Hospital, stored: Journey) -> None:
    engine = house.services.reader._engine

    def shown_of(scope: Scope) -> tuple[int, int]:
        boards: list[Any] = []
        asked = driver.during(lambda: boards.append(house.services.boards.under_way(scope, limit=100)))
        return len(boards[0].therapies), len(asked)

    with hearing() as driver:
        engine.dispose()  # connections that are heard take the place of those that stand
        few, questions = shown_of(Scope(house.tenant))
        for _ in range(4):
            house.enrol().collected()
        many, as_many = shown_of(Scope(house.tenant))
    engine.dispose()

    assert many == few + 4
    assert as_many == questions == 3
    assert len(house.services.boards.under_way(Scope(house.tenant), limit=1).therapies) == 2


def test_another_operators_board_is_empty(house: Hospital, stored: Journey) -> None:
    board = shown(house, "b-coord1")

    assert (board["therapies"], board["late"], board["on_hold"]) == ([], 0, 0)
    assert set(board["open"].values()) == {0}


# --- the stream ------------------------------------------------------------------------------------------------------


def test_what_was_missed_is_told_in_order_and_only_what_concerns_the_listener(house: Hospital, stored: Journey) -> None:
    start = published(house)
    label = stored.product_label()
    for _ in range(3):
        house.taken("tech1", "observed", [label])
    house.post("/api/v1/scans/read", "tech1", json={"symbols": [{"text": label}]})
    published(house)

    blocks = heard(house, 4, after=start)

    assert blocks[0] == "retry: 2000\n\n"
    places = [place_of(block.split("\n", 1)[0].removeprefix("id: ")) for block in blocks[1:]]
    assert all(one is not None and one > start for one in places)
    assert places == sorted(one for one in places if one is not None)
    assert all("event: custody\n" in block and "custody:observed:taken" in block for block in blocks[1:])
    assert all(f'"id":"{stored.products[0]}"' in block for block in blocks[1:])
    assert stored.coi not in "".join(blocks)
    resumed = heard(house, 2, after=places[1])
    assert resumed[1] == blocks[3]
    assert heard(house, 2, login="nov1", after=start)[1] == ": beat\n\n"
    assert "event: reset\n" in heard(house, 2, login="b-coord1", after=start)[1]  # a place in another's log is none
    assert heard(house, 2, login="kite1", after=start)[1] == blocks[1]
    assert heard(house, 2, login="nurse1", after=start, site=True)[1] == ": beat\n\n"
    assert heard(house, 2, login="tech1", after=start, site=True)[1] == blocks[1]


def test_whoever_comes_anew_or_from_too_far_is_told_to_look_at_everything(house: Hospital, stored: Journey) -> None:
    last = published(house)

    assert heard(house, 2)[1] == f"id: {last}\nevent: ready\ndata: {{}}\n\n"
    assert "event: reset\n" in heard(house, 2, after=Place(last.log + 1, 0))[1]
    assert "event: reset\n" in heard(house, 2, after=Place(last.log, last.index - 6000))[1]
    assert [place_of(text) for text in ("", "1", "x-1", "1-", "1-²", "1--1", f"1-{2**60}")] == [None] * 7


def test_one_look_tells_every_listener_and_one_who_does_not_read_is_let_go(house: Hospital, stored: Journey) -> None:
    listener = listening(house, "coord1")
    tail = Tail(house.services.log_tail, house.clock.now)
    label = stored.product_label()

    published(house)

    async def joined(count: int) -> list[Any]:
        streams = [tail.listen(listener, None, None) for _ in range(count)]
        for stream in streams:
            assert await anext(stream) == b"retry: 2000\n\n"
            assert b"event: ready" in await anext(stream)
        return streams

    async def told(streams: list[Any]) -> list[bytes]:
        await tail.look()
        return [await anext(stream) for stream in streams]

    async def ended(stream: Any) -> int:
        blocks = 0
        with suppress(asyncio.CancelledError):
            async for _ in stream:
                blocks += 1
        return blocks

    streams = house.portal.call(joined, 3)
    house.taken("tech1", "observed", [label])
    published(house)
    first = house.portal.call(told, streams)
    assert len(set(first)) == 1
    assert b"custody:observed:taken" in first[0]
    scans = [house.act("observed", [label]) for _ in range(300)]
    house.post("/api/v1/scans/batch", "tech1", json={"scans": scans})
    published(house)
    house.portal.call(tail.look)
    assert house.portal.call(ended, streams[0]) == 256
    for stream in streams[1:]:
        house.portal.call(stream.aclose)
    assert tail.listening == 0


def test_a_stream_is_opened_by_a_ticket_of_its_own_for_half_a_minute(house: Hospital, stored: Journey) -> None:
    ticket = house.post("/api/v1/stream/ticket", "coord1").json()
    assert ticket["expires_in"] == 30
    token = house.token("coord1")
    asked = house.post(
        "/api/v1/auth/witness/challenge", "tech1", json={"login": "pharm1", "scan": house.act("observed", ["x"])}
    ).json()

    wrong = [
        house.get("/api/v1/stream", params={"ticket": one}).json()["code"]
        for one in (token, asked["ticket"], ticket["ticket"] + "x")
    ]
    house.clock.forward(seconds=31)
    late = house.get("/api/v1/stream", params={"ticket": ticket["ticket"]})

    assert wrong == ["token-invalid"] * 3
    assert (late.status_code, late.json()["code"]) == (401, "token-expired")
    assert house.get("/api/v1/stream").json()["code"] == "request-invalid"


def test_a_stream_ends_when_the_access_it_was_asked_with_runs_out(house: Hospital, stored: Journey) -> None:
    ticket = house.post("/api/v1/stream/ticket", "coord1").json()["ticket"]
    house.clock.forward(seconds=29)
    tail: Tail = house.api.state.tail
    later = house.clock.now() + timedelta(minutes=10)
    ours = tail._now
    tail._now = lambda: later
    try:
        answer = house.get("/api/v1/stream", params={"ticket": ticket})
    finally:
        tail._now = ours

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert answer.text.startswith("retry: 2000\n\nid: ")
    assert tail.listening == 0
