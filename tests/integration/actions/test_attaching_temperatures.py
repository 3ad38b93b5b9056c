"""A logger's file meets a shipment: what each bag hears of it, in one act, on both databases."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from app.actions.attach_temperatures import (
    AttachTemperatures,
    OriginalFile,
    TemperatureFileKnownError,
    TemperatureFileOutdatedError,
)
from app.actions.recorded import NotFoundError
from app.actions.weigh_temperatures import FRESH, limit_of, weigh
from app.custody.bag import Bag
from app.db.tables import TEMPERATURE_CHUNK, TEMPERATURE_FILE
from app.ledger.entry import leaf_hash
from app.ledger.tree import MerkleTree
from app.temperature.chunk import decode
from app.temperature.importing import Import
from app.temperature.loggers.mapping import Column, Mapping
from app.temperature.reader import read_file
from app.temperature.rules import Rules
from app.temperature.units import Unit
from tests.hospital import Hospital, Journey

RULES = Rules()
PROBES = (Column(1), Column(2))


@pytest.fixture
def journey(hospital: Hospital) -> Journey:
    """A product bag that has just arrived, an hour after it was packed."""
    found = hospital.enrol(product="kymriah", maker="novartis")
    found.collected()
    found.manufactured(1)
    found.released(1)
    found.received(1)
    return found


def bag_of(journey: Journey) -> dict[str, Any]:
    found = journey.hospital.services.reader.subject(journey.products[0], "chu")
    assert found is not None
    return dict(found.doc)


def table(start: datetime, minutes: int, degrees: Callable[[int], str], other: Callable[[int], str]) -> bytes:
    rows = [
        f"{start + timedelta(minutes=minute):%Y-%m-%d %H:%M:%S},{degrees(minute)},{other(minute)}"
        for minute in range(minutes)
    ]
    return "\n".join(["time,A,B", *rows, ""]).encode()


def cold(minute: int) -> str:
    return f"-190.{minute % 7}"


def command(journey: Journey, file: bytes, *, login: str = "pharm1") -> AttachTemperatures:
    hospital, importing = journey.hospital, Import(RULES)
    mapping = Mapping(Unit.CELSIUS, UTC, values=PROBES)
    chunks = [chunk for piece in read_file(io.BytesIO(file), mapping) if (chunk := importing.take(piece)) is not None]
    imported = importing.imported()
    bag = bag_of(journey)
    catalogue = hospital.portal.call(hospital.services.catalogues.of, "chu")
    weighed = weigh([bag], imported.series, chunks, catalogue, now=hospital.clock.now(), rules=RULES)
    return AttachTemperatures(
        actor=hospital.people[login],
        shipment=shipment_of(journey),
        original=OriginalFile(sha256(file).digest(), len(file), "trajet.csv", "delimited"),
        imported=imported,
        chunks=tuple(chunks),
        weighed=weighed if imported.series else (),
    )


def shipment_of(journey: Journey) -> str:
    bag = bag_of(journey)
    (found,) = [
        one["id"]
        for one in journey.hospital.get("/api/v1/shipments", "pharm1").json()["items"]
        if bag["id"] in one["bags"]
    ]
    return str(found)


def window(journey: Journey) -> tuple[datetime, int]:
    """Return when the bag was packed, a little before, and how many minutes of readings cover its journey."""
    marks = bag_of(journey)["marks"]
    packed, received = (datetime.fromisoformat(marks[name]) for name in ("packed", "received"))
    return packed - timedelta(minutes=2), int((received - packed).total_seconds() // 60) + 6


def stored(journey: Journey, statement: Any) -> list[Any]:
    reader: Any = journey.hospital.services.reader
    with reader._engine.connect() as connection:
        return list(connection.execute(statement))


def test_a_cold_journey_is_recorded_and_holds_nothing(journey: Journey) -> None:
    start, minutes = window(journey)
    before = [one["reason"] for one in bag_of(journey)["holds"]]
    answer = journey.hospital.submit(command(journey, table(start, minutes, cold, cold)))
    assert (answer["verdict"], answer["complete"], answer["faults"]) == ("in_range", True, {})
    (bag,) = answer["bags"]
    assert (bag["verdict"], bag["highest_allowed_mC"]) == ("in_range", -120_000)
    assert [probe["coverage_permille"] for probe in bag["probes"]] == [1000, 1000]
    assert [one["reason"] for one in bag_of(journey)["holds"]] == before
    rows = stored(journey, select(TEMPERATURE_CHUNK).order_by(TEMPERATURE_CHUNK.c.probe, TEMPERATURE_CHUNK.c.number))
    assert [(row.file, row.probe, row.readings) for row in rows] == [
        (answer["id"], 0, minutes),
        (answer["id"], 1, minutes),
    ]
    assert decode(bytes(rows[0].encoded)).values[0] == -190_000
    for row, series in zip(rows, answer["series"], strict=True):
        tree = MerkleTree()
        tree.extend([leaf_hash(bytes(row.encoded))])
        assert series["root"] == tree.head(1).root.hex()
    (file,) = stored(journey, select(TEMPERATURE_FILE))
    assert (file.id, file.subject, file.verdict) == (answer["id"], answer["shipment"], "in_range")


def test_a_warm_journey_holds_the_bag_in_the_same_act_and_its_history_says_why(journey: Journey) -> None:
    start, minutes = window(journey)
    file = table(start, minutes, lambda minute: "-100.0" if minute == 3 else cold(minute), cold)
    answer = journey.hospital.submit(command(journey, file))
    (bag,) = answer["bags"]
    assert (answer["verdict"], [probe["verdict"] for probe in bag["probes"]]) == (
        "excursion",
        ["excursion", "unknown"],  # the other probe contradicts it
    )
    (excursion,) = bag["probes"][0]["excursions"]
    assert (excursion["peak_mC"], excursion["most_s"], excursion["tolerated"]) == (-100_000, 120, False)
    held = bag_of(journey)
    assert held["holds"][-1]["id"] == f"{answer['id']}-excursion"
    history = journey.hospital.get(f"/api/v1/bags/{held['id']}/history", "pharm1")
    assert history.json()["items"][-1]["step"] == "held"


def test_a_silent_probe_puts_the_bag_in_quarantine_and_never_lets_it_pass(journey: Journey) -> None:
    start, minutes = window(journey)
    file = table(start, minutes, lambda minute: "---" if minute == 3 else cold(minute), cold)
    answer = journey.hospital.submit(command(journey, file))
    assert (answer["verdict"], answer["bags"][0]["probes"][0]["reasons"]) == ("unknown", ["missing"])
    assert bag_of(journey)["holds"][-1]["reason"] == "quarantine"


def test_two_probes_that_contradict_each_other_are_both_unknown(journey: Journey) -> None:
    start, minutes = window(journey)
    answer = journey.hospital.submit(command(journey, table(start, minutes, cold, lambda _: "-150.0")))
    assert [probe["reasons"] for probe in answer["bags"][0]["probes"]] == [["probes-disagree"], ["probes-disagree"]]


def test_the_file_of_another_day_leaves_everything_unknown(journey: Journey) -> None:
    start, minutes = window(journey)
    answer = journey.hospital.submit(command(journey, table(start - timedelta(days=1), minutes, cold, cold)))
    assert (answer["verdict"], answer["bags"][0]["probes"][0]["reasons"]) == ("unknown", ["no-readings"])


def test_the_same_file_is_refused_and_nothing_is_written(journey: Journey) -> None:
    start, minutes = window(journey)
    attach = command(journey, table(start, minutes, cold, cold))
    journey.hospital.submit(attach)
    with pytest.raises(TemperatureFileKnownError):
        journey.hospital.submit(attach)
    assert len(stored(journey, select(TEMPERATURE_FILE))) == 1


def test_a_judgement_of_a_world_that_has_changed_is_not_recorded(journey: Journey) -> None:
    start, minutes = window(journey)
    attach = command(journey, table(start, minutes, cold, cold))
    (weighed,) = attach.weighed
    earlier = replace(weighed, window=replace(weighed.window, received=None))
    for outdated in (replace(attach, weighed=(earlier,)), replace(attach, weighed=())):
        with pytest.raises(TemperatureFileOutdatedError):
            journey.hospital.submit(outdated)
    with pytest.raises(NotFoundError):
        journey.hospital.submit(replace(attach, shipment=weighed.bag))
    assert stored(journey, select(TEMPERATURE_CHUNK)) == []


def test_a_pdf_is_evidence_and_judges_no_bag(journey: Journey) -> None:
    before = bag_of(journey)["holds"]
    answer = journey.hospital.submit(command(journey, b"%PDF-1.7 an invented report"))
    assert (answer["verdict"], answer["series"], answer["bags"]) == ("evidence", [], [])
    assert bag_of(journey)["holds"] == before


def test_a_bag_without_a_packing_or_a_profile_is_unknown(journey: Journey) -> None:
    start, minutes = window(journey)
    attach = command(journey, table(start, minutes, cold, cold))
    bag, hospital = bag_of(journey), journey.hospital
    catalogue = hospital.portal.call(hospital.services.catalogues.of, "chu")
    cases = [
        bag | {"marks": {}},
        bag | {"product": "nobody-s"},
        bag | {"marks": bag["marks"] | {"packed": "2999-01-01T00:00:00.000Z"}},
    ]
    for weighed in weigh(
        cases, attach.imported.series, attach.chunks, catalogue, now=hospital.clock.now(), rules=RULES
    ):
        assert weighed.verdict == "unknown"
    together = [bag, bag | {"id": "another"}]
    one_probe = weigh(
        together, attach.imported.series[:1], attach.chunks, catalogue, now=hospital.clock.now(), rules=RULES
    )
    assert [(one.bag, one.verdict) for one in one_probe] == [(bag["id"], "in_range"), ("another", "in_range")]
    assert one_probe[0].judgements is one_probe[1].judgements


def test_a_fresh_collection_travels_between_two_and_eight_degrees(journey: Journey) -> None:
    hospital = journey.hospital
    catalogue = hospital.portal.call(hospital.services.catalogues.of, "chu")
    bag = Bag.from_doc(bag_of(journey) | {"kind": "collection"})
    frozen = catalogue.for_product("kymriah").profile
    fresh = catalogue.for_product("yescarta").profile
    assert limit_of(bag, None) is None
    assert [held[0] for profile in (frozen, fresh) if (held := limit_of(bag, profile))] == [
        replace(FRESH, highest_milli=-120_000, lowest_milli=None),
        FRESH,
    ]
    tolerant = catalogue.for_product("ebvallo").profile
    held = limit_of(Bag.from_doc(bag_of(journey)), tolerant)
    assert held is not None
    assert (held[1].count, held[1].ceiling_milli) == (3, -80_000)
