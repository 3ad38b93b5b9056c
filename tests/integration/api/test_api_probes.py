"""A dewar's probes over HTTP: who may push, what is kept, what is too warm for whom, and who decides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.api.receiving import Receiving
from app.temperature.reading import Block, milliseconds
from tests.hospital import Hospital, Journey
from tests.integration.api.probing import Probe, bag, dewar_of, probe_of, reasons

COLD = -190.0


@pytest.fixture
def probe(hospital: Hospital) -> Probe:
    return probe_of(hospital, "D1-TOP")


def stored_bags(hospital: Hospital, *positions: str) -> Journey:
    """A therapy with a bag in each of these positions, stored one minute after the other."""
    found = hospital.enrol(product="kymriah", maker="novartis")
    found.collected()
    found.manufactured(len(positions))
    for ordinal, position in enumerate(positions, 1):
        found.released(ordinal)
        found.received(ordinal)
        found.accepted(ordinal)
        found.stored(position, ordinal)
    return found


def events_of(hospital: Hospital, subject: str) -> list[tuple[str, dict[str, Any]]]:
    return [(one.tag, json.loads(one.body)) for one in hospital.services.reader.history(subject)]


def test_readings_are_kept_once_in_any_order_and_drawn(hospital: Hospital, probe: Probe) -> None:
    assert probe.taken([(5, -190.5), (6, -190.6)]) == {
        "probe": probe.id,
        "new": 2,
        "duplicates": 0,
        "conflicts": 0,
        "faults": {},
    }
    hospital.clock.forward(minutes=30)
    # Sent again with older ones, one in Fahrenheit's place of error, one that contradicts, one twice.
    told = probe.taken([(6, -190.6), (4, -190.4), (3, None), (5, -120.0), (4, -190.4)])
    assert (told["new"], told["duplicates"], told["conflicts"]) == (2, 2, 1)
    shown = hospital.get(f"/api/v1/dewars/{probe.dewar}/probes", "pharm1").json()["items"]
    assert shown[0]["latest"]["value_mC"] == -190_600
    assert shown[0]["latest"]["state"] == "ok"
    drawn = hospital.get(f"/api/v1/dewars/{probe.dewar}/curve", "tech1").json()
    (curve,) = drawn["curves"]
    assert [milli for _, milli in curve["points"]] == [-190_400, -190_500, -190_600]
    assert {reason for _, _, reason in curve["unknown"]} == {"starts-late", "missing", "ends-early"}
    assert curve["verdict"] == "unknown"
    assert drawn["limit_mC"] == -150_000


def test_what_waited_becomes_a_segment_whose_root_is_in_the_ledger(hospital: Hospital, probe: Probe) -> None:
    hospital.clock.forward(hours=13)
    probe.taken([(at, COLD - at % 9 / 10) for at in range(719)])
    assert [tag for tag, _ in events_of(hospital, probe.id)] == ["temperature:probe:enrolled"]
    probe.taken([(719, COLD)])
    tag, body = events_of(hospital, probe.id)[-1]
    assert (tag, body["segment"]["readings"], body["segment"]["ok"]) == ("temperature:segment:sealed", 720, 720)
    assert body["segment"]["highest_mC"] == -190_000
    (block,) = hospital.services.telemetry.segments(probe.id)
    assert (len(block), len(hospital.services.telemetry.waiting(probe.id))) == (720, 0)
    # What is sealed is known for ever: neither doubled nor changed.
    told = probe.taken([(719, COLD), (718, -1.0), (10.5, COLD)])
    assert (told["new"], told["duplicates"], told["conflicts"]) == (1, 1, 1)
    (curve,) = hospital.get(f"/api/v1/dewars/{probe.dewar}/curve", "pharm1").json()["curves"]
    assert curve["readings"] == 721
    # A probe that falls silent leaves nothing uncommitted behind.
    receiving: Receiving = hospital.api.state.receiving
    hospital.clock.forward(hours=7)
    hospital.portal.call(receiving.round)
    assert [tag for tag, _ in events_of(hospital, probe.id)].count("temperature:segment:sealed") == 2


def test_a_bag_stored_between_two_excursions_has_only_its_own(hospital: Hospital) -> None:
    early = stored_bags(hospital, "D1-T1-R1-B1-P1")
    probe = probe_of(hospital, "D1-TOP")
    hospital.clock.forward(minutes=10)
    probe.taken([(at, COLD if at not in {2, 3} else -100.0) for at in range(10)])
    assert reasons(early) == ["excursion"]
    late = stored_bags(hospital, "D1-T1-R1-B1-P2")
    since = int((hospital.clock.now() - probe.start).total_seconds() // 60)
    hospital.clock.forward(minutes=20)
    probe.taken([(at, COLD) for at in range(10, since + 5)])
    assert reasons(late) == []
    probe.taken([(at, -101.0 if at == since + 8 else COLD) for at in range(since + 5, since + 12)])
    assert reasons(late) == ["excursion"]
    assert reasons(early) == ["excursion", "excursion"]
    found = hospital.get("/api/v1/evaluations", "quality1").json()["items"]
    assert [sorted(share["bag"] for share in one["bags"]) for one in found] == [
        early.products,
        sorted([*early.products, *late.products]),
    ]
    assert all(one["until"] is not None for one in found)
    assert [one["excursion"]["peak_mC"] for one in found] == [-100_000, -101_000]


def test_a_bag_is_held_by_its_own_limit_and_the_dewar_by_its_strictest(hospital: Hospital) -> None:
    # Kymriah is kept at -120 °C by its label, the dewar is qualified to -150 °C.
    found = stored_bags(hospital, "D1-T1-R1-B1-P1")
    limit = hospital.get("/api/v1/profiles", "pharm1").json()["items"]
    kymriah = next(one for one in limit if one["tag"] == "kymriah")
    warm = kymriah["document"]["values"]["limit_c"]["value"] if "document" in kymriah else -120
    probe = probe_of(hospital, "D1-TOP")
    hospital.clock.forward(minutes=10)
    probe.taken([(at, COLD if at != 3 else warm - 5.0) for at in range(10)])
    assert reasons(found) == []
    (told,) = hospital.get("/api/v1/evaluations", "pharm1").json()["items"]
    assert [share["verdict"] for share in told["bags"]] == ["in_range"]
    assert told["limit_mC"] == -150_000


def test_a_device_that_is_not_who_it_says_is_dropped_and_recorded_once(hospital: Hospital, probe: Probe) -> None:
    other = probe_of(hospital, "D2-TOP", dewar=dewar_of(hospital, "D2"))
    for _ in range(50):
        answer = probe.push([(0, COLD)], credential=f"{probe.id}.wrong")
        assert (answer.status_code, answer.json()["code"]) == (401, "probe-refused")
    assert probe.push([(0, COLD)], credential=other.credential).status_code == 401
    assert probe.push([(0, COLD)], credential="nobody.knows").status_code == 401
    assert len(hospital.services.telemetry.waiting(probe.id)) == 0
    refused = [body for tag, body in events_of(hospital, probe.id) if tag == "temperature:readings:refused"]
    assert [(one["reason"], one["count"], one["via"]) for one in refused] == [("credential-wrong", 1, "http")]
    hospital.clock.forward(minutes=11)
    probe.push([(0, COLD)], credential=f"{probe.id}.wrong")
    refused = [body for tag, body in events_of(hospital, probe.id) if tag == "temperature:readings:refused"]
    assert [one["count"] for one in refused] == [1, 50]
    assert events_of(hospital, other.id)[-1][1]["reason"] == "other-dewar"
    retired = hospital.post(f"/api/v1/dewars/{probe.dewar}/probes/{probe.id}/retirement", "pharm1")
    assert retired.json()["state"] == "retired"
    assert probe.push([(0, COLD)]).status_code == 401


@pytest.mark.parametrize(
    ("message", "detail"),
    [
        ("{}", "unknown-format"),
        ('{"format":"givre.readings.v1","unit":"R","readings":[{"at":"2026-12-01T12:00:00Z","value":1}]}', "unit"),
        ('{"format":"givre.readings.v1","unit":"C","readings":[{"at":"2036-12-01T12:00:00Z","value":-190}]}', "ahead"),
        ('{"format":"givre.readings.v1","unit":"C","readings":[{"at":"2026-12-01T12:00:00Z","value":-19', "cut"),
        ('{"format":"givre.readings.v1","unit":"C","readings":[]}', "structure"),
    ],
)
def test_a_message_without_usable_readings_leaves_nothing(probe: Probe, message: str, detail: str) -> None:
    answer = probe.hospital.post(
        f"/api/v1/dewars/{probe.dewar}/readings", headers={"Givre-Probe": probe.credential}, content=message
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "readings-unreadable")
    assert len(probe.hospital.services.telemetry.waiting(probe.id)) == 0


def test_fahrenheit_is_converted_and_text_is_an_error_of_the_sensor(hospital: Hospital, probe: Probe) -> None:
    told = probe.push([(0, -310.0), (1, "Err")], unit="F").json()  # type: ignore[list-item]  # text in a number's place
    assert (told["new"], told["faults"]) == (2, {"value-unreadable": 1})
    block = hospital.services.telemetry.waiting(probe.id)
    assert (list(block.values), list(block.states)) == ([-190_000, 0], [0, 2])


def test_two_people_decide_on_each_bag_after_the_maker_answered(hospital: Hospital) -> None:
    found = stored_bags(hospital, "D1-T1-R1-B1-P1")
    probe = probe_of(hospital, "D1-TOP")
    hospital.clock.forward(minutes=10)
    probe.taken([(at, COLD if at != 3 else -60.0) for at in range(10)])
    (mine,) = hospital.get("/api/v1/evaluations", "nov1").json()["items"]
    assert "position" not in mine["bags"][0]
    assert hospital.get("/api/v1/evaluations", "kite1").json()["items"] == []
    assert hospital.get(f"/api/v1/evaluations/{mine['id']}", "kite1").status_code == 404
    path, bag_id = f"/api/v1/evaluations/{mine['id']}", found.products[0]
    said = {"bag_id": bag_id, "opinion": "suitable", "reference": "QA-77", "text": "Stable for 4 min above -120 °C."}
    assert hospital.post(f"{path}/answers", "kite1", json=said).status_code == 404
    assert hospital.post(f"{path}/answers", "nov1", json=said).json()["answers"][0]["source"] == "maker"
    wish = {
        "bag_id": bag_id,
        "outcome": "use_as_is",
        "reason": "Réponse QA-77",
        "occurred_at": hospital.clock.now().isoformat(),
        "device_id": "TAB-1",
    }
    scan = {
        "scan_id": mine["id"],
        "step": "evaluated",
        "symbols": [],
        "occurred_at": wish["occurred_at"],
        "device_id": "TAB-1",
        "details": {"outcome": "use_as_is", "reason": wish["reason"]},
        "bag_id": bag_id,
    }
    alone = hospital.post(f"{path}/decisions", "pharm1", json=wish)
    assert alone.json()["code"] == "second-person-needed"
    two_pharmacists = hospital.post(
        f"{path}/decisions", "pharm1", json={**wish, "witness": hospital.sign("pharm2", scan)}
    )
    assert two_pharmacists.status_code == alone.status_code
    assert reasons(found) == ["excursion"]
    token = hospital.sign("doctor1", scan)
    decided = hospital.post(f"{path}/decisions", "pharm1", json={**wish, "witness": token})
    assert (decided.status_code, decided.json()["state"]) == (201, "decided"), decided.text
    assert reasons(found) == []
    again = hospital.post(f"{path}/decisions", "pharm1", json={**wish, "witness": hospital.sign("doctor1", scan)})
    assert again.json()["code"] == "already-closed"
    story = hospital.get(path, "quality1").json()["story"]
    assert [one["tag"].rpartition(":")[2] for one in story] == ["opened", "answered", "decided"]
    assert story[1]["notes"] == {"text": said["text"]}
    last = hospital.get(f"/api/v1/bags/{bag_id}/history", "pharm1").json()["items"][-1]
    assert last["body"]["because_of"] == mine["id"]


def test_exposure_adds_up_what_scans_people_and_probes_say(hospital: Hospital) -> None:
    found = stored_bags(hospital, "D1-T1-R1-B1-P1")
    probe = probe_of(hospital, "D1-TOP")
    hospital.clock.forward(minutes=10)
    probe.taken([(at, COLD if at != 3 else -60.0) for at in range(10)])
    told = hospital.get(f"/api/v1/bags/{found.products[0]}/exposure", "pharm1").json()
    # 45 s were stated when it was stored; the warm reading lay between two cold ones, two minutes apart.
    assert told["by_cause_s"] == {"excursion": 120, "stored": 45}
    assert [one["source"] for one in told["intervals"]] == ["stated", "probe"]
    assert (told["total_s"], told["open"], told["limit_s"], told["left_s"]) == (165, False, None, None)
    assert bag(found)["exposure"] == {"total_s": 165, "limit_s": None, "left_s": None, "open": False}
    hospital.clock.forward(minutes=1)


def test_a_probe_that_falls_silent_in_the_excursion_is_unknown_and_the_other_one_speaks(hospital: Hospital) -> None:
    found = stored_bags(hospital, "D1-T1-R1-B1-P1")
    top, bottom = probe_of(hospital, "D1-TOP"), probe_of(hospital, "D1-BOTTOM")
    hospital.clock.forward(minutes=20)
    top.taken([(at, COLD) for at in range(4)])
    bottom.taken([(at, COLD if at < 5 else -60.0) for at in range(8)])
    assert reasons(found) == ["excursion"]
    (going_on,) = hospital.get("/api/v1/evaluations?state=open", "pharm1").json()["items"]
    assert going_on["until"] is None
    # The end is seen with the first cold reading, also by a process that was not there when it began; and the bag is
    # held no second time.
    hospital.api.state.receiving = Receiving(hospital.services)
    hospital.portal.call(hospital.api.state.receiving.round)
    bottom.taken([(8, -60.5)])
    bottom.taken([(9, COLD)])
    (ended,) = hospital.get("/api/v1/evaluations", "pharm1").json()["items"]
    assert (ended["until"] is not None, ended["excursion"]["peak_mC"]) == (True, -60_000)
    assert reasons(found) == ["excursion"]
    drawn = {one["name"]: one for one in hospital.get(f"/api/v1/dewars/{top.dewar}/curve", "pharm1").json()["curves"]}
    assert drawn["D1-TOP"]["verdict"] == "unknown"
    assert "ends-early" in {reason for _, _, reason in drawn["D1-TOP"]["unknown"]}
    assert drawn["D1-BOTTOM"]["verdict"] == "excursion"


def test_what_a_process_left_unjudged_the_next_round_judges(hospital: Hospital) -> None:
    found = stored_bags(hospital, "D1-T1-R1-B1-P1")
    probe = probe_of(hospital, "D1-TOP")
    hospital.clock.forward(minutes=10)
    block = Block()
    for at in range(10):
        block.add(milliseconds(probe.start) + at * 60_000, -60_000 if at == 4 else -190_000)

    async def kept() -> object:
        return await hospital.services.telemetry.append(probe.id, block, warm_milli=-150_000)

    hospital.portal.call(kept)  # and here it died
    assert reasons(found) == []
    receiving: Receiving = hospital.api.state.receiving
    hospital.portal.call(receiving.round)
    assert reasons(found) == ["excursion"]
    hospital.portal.call(receiving.round)
    assert reasons(found) == ["excursion"]
