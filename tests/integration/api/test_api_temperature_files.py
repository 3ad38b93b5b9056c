"""A logger's file over HTTP: read, judged, kept byte for byte; what cannot be read leaves nothing."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.hospital import Hospital, Journey

MAPPING = {"unit": "C", "zone": "UTC", "values": ["temperature"]}


@pytest.fixture
def journey(house: Hospital) -> Journey:
    """A product bag that has just arrived."""
    found = house.enrol(product="kymriah", maker="novartis")
    found.collected()
    found.manufactured(1)
    found.released(1)
    found.received(1)
    return found


def bag_of(journey: Journey) -> dict[str, Any]:
    found = journey.hospital.services.reader.subject(journey.products[0], "chu")
    assert found is not None
    return dict(found.doc)


def shipment_of(journey: Journey) -> str:
    page = journey.hospital.get("/api/v1/shipments?limit=200", "pharm1").json()["items"]
    (found,) = [one["id"] for one in page if journey.products[0] in one["bags"]]
    return str(found)


def readings(journey: Journey, *, warm: int | None = None) -> bytes:
    """A reading a minute from before the packing to after the reception; ``warm`` is the one that was."""
    marks = bag_of(journey)["marks"]
    packed, received = (datetime.fromisoformat(marks[name]) for name in ("packed", "received"))
    minutes = int((received - packed).total_seconds() // 60) + 6
    rows = [
        f"{packed + timedelta(minutes=at - 2):%Y-%m-%d %H:%M:%S},{-60 if at == warm else -190 - at % 7 / 10}"
        for at in range(minutes)
    ]
    return "\n".join([f"time,temperature,{journey.products[0]}", *rows, ""]).encode()


def sent(journey: Journey, file: bytes, login: str = "pharm1", mapping: Any = MAPPING) -> Any:
    return journey.hospital.post(
        f"/api/v1/shipments/{shipment_of(journey)}/temperature-files",
        login,
        files={"file": ("trajet.csv", file)},
        data={} if mapping is None else {"mapping": mapping if isinstance(mapping, str) else json.dumps(mapping)},
    )


def test_a_file_is_judged_kept_and_answered(house: Hospital, journey: Journey) -> None:
    file = readings(journey)
    answer = sent(journey, file)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["verdict"], told["format"], told["complete"], told["faults"]) == ("in_range", "delimited", True, {})
    assert told["sha256"] == sha256(file).hexdigest()
    assert b"".join(house.services.blobs.read(sha256(file).digest())) == file
    assert [one["interval_s"] for one in told["series"]] == [60]
    assert told["bags"][0]["probes"][0]["coverage_permille"] == 1000
    again = sent(journey, file)
    assert (again.status_code, again.json()["code"]) == (409, "temperature-file-known")


def test_a_warm_reading_holds_the_bag_and_its_history_tells(house: Hospital, journey: Journey) -> None:
    told = sent(journey, readings(journey, warm=3), "tech1").json()
    assert told["verdict"] == "excursion"
    assert told["bags"][0]["probes"][0]["excursions"][0]["peak_mC"] == -60_000
    bag = house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()
    assert "excursion" in [one["reason"] for one in bag["holds"]]


def test_without_a_mapping_a_table_is_refused_in_the_reader_s_language(house: Hospital, journey: Journey) -> None:
    answer = sent(journey, readings(journey), mapping=None)
    assert (answer.status_code, answer.json()["code"]) == (422, "temperature-file-unreadable")
    assert answer.json()["refusal"] == "mapping-missing"
    assert answer.json()["detail"].startswith("Indiquez les colonnes")
    assert not house.services.blobs.holds(sha256(readings(journey)).digest())


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("{", "temperature-mapping-invalid"),
        ({"unit": "R"}, "temperature-mapping-invalid"),
        ({"unit": "C", "guess": True}, "temperature-mapping-invalid"),
        ({"unit": "C", "zone": "Mars/Olympus"}, "temperature-mapping-invalid"),
        ({"unit": "C", "zone": "../../etc/passwd"}, "temperature-mapping-invalid"),
        ({"unit": "C", "zone": "+99:00"}, "temperature-mapping-invalid"),
        ({"unit": "C", "decimal": ","}, "temperature-mapping-invalid"),
        ({"unit": "C", "zone": "UTC", "values": ["nowhere"]}, "temperature-file-unreadable"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(journey: Journey, mapping: Any, code: str) -> None:
    answer = sent(journey, readings(journey), mapping=mapping)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    if mapping == {"unit": "R"}:
        assert "unit: literal_error" in answer.json()["detail"]


def test_an_offset_and_a_date_column_are_understood(journey: Journey) -> None:
    rows = readings(journey).decode().replace(" ", ",").replace("time,", "day,hour,", 1)
    told = sent(journey, rows.encode(), mapping=MAPPING | {"zone": "-00:00", "date": "day", "time": "hour"})
    assert told.json()["verdict"] == "in_range"


def test_a_pdf_is_kept_as_evidence(house: Hospital, journey: Journey) -> None:
    report = f"%PDF-1.7 {journey.products[0]}".encode()
    told = sent(journey, report, mapping=None).json()
    assert (told["verdict"], told["bags"]) == ("evidence", [])
    assert house.services.blobs.holds(sha256(report).digest())


def test_a_stranger_s_shipment_is_not_there_and_a_carrier_hands_in_its_own(house: Hospital, journey: Journey) -> None:
    file = readings(journey)
    assert sent(journey, file, "kite1").status_code == 404
    missing = house.post(
        f"/api/v1/shipments/{journey.products[0]}/temperature-files", "pharm1", files={"file": ("a.csv", file)}
    )
    assert missing.status_code == 404
    assert sent(journey, file, "carrier1").status_code == 201


def test_a_file_larger_than_a_message_is_taken_and_a_message_is_not(house: Hospital, journey: Journey) -> None:
    padded = readings(journey) + b"\n" * (house.services.max_body_bytes + 1)
    assert sent(journey, padded).status_code == 201
    answer = house.post("/api/v1/shipments", "pharm1", content=b" " * (house.services.max_body_bytes + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("hours", "fault", "shift", "says"),
    [
        (-24, "off-by", 86_400, "+24 h"),
        (1, "ahead-of-its-reading", -3_600, "postérieures"),
        (-24 * 40, "elsewhere", None, "autre expédition"),
    ],
)
def test_a_clock_a_day_off_and_a_file_of_another_shipment_are_said_to_be_so(
    journey: Journey, hours: int, fault: str, shift: int | None, says: str
) -> None:
    lines = readings(journey).decode().split("\n")
    moved = [
        f"{datetime.fromisoformat(line[:19]) + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}{line[19:]}"
        for line in lines[1:-1]
    ]
    told = sent(journey, "\n".join([lines[0], *moved, ""]).encode()).json()
    assert (told["verdict"], told["clock"]) == ("unknown", {"fault": fault, "shift_s": shift})
    assert says in told["sentences"][fault]


def test_every_code_of_an_answer_is_a_sentence_in_both_languages(journey: Journey) -> None:
    broken = readings(journey).decode().replace("-190.3", "Err", 1).encode()
    told = sent(journey, broken).json()
    assert (told["verdict"], told["faults"]) == ("unknown", {"value-unreadable": 1})
    assert told["fault_lines"] == [{"line": 5, "fault": "value-unreadable"}]
    assert told["sentences"]["value-unreadable"].startswith("Température illisible")
    assert told["sentences"]["sensor_error"] == "Erreur du capteur."


def test_a_workbook_that_unpacks_beyond_measure_leaves_nothing(house: Hospital, journey: Journey) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(50_000_000))
    answer = sent(journey, bomb.getvalue())
    assert (answer.status_code, answer.json()["refusal"]) == (422, "workbook-bomb")
    assert not house.services.blobs.holds(sha256(bomb.getvalue()).digest())


def test_half_a_file_vouches_for_nothing_after_its_end(journey: Journey) -> None:
    whole = readings(journey)
    told = sent(journey, whole[: len(whole) // 2 - 3]).json()
    assert (told["verdict"], told["complete"]) == ("unknown", False)
    assert "file-incomplete" in told["bags"][0]["probes"][0]["reasons"]
    assert told["faults"] == {"line-cut": 1}
