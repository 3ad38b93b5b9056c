"""``givre import-temperatures``: read with a bar, recorded as over HTTP, broken off without a trace."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.access.passwords import hash_secret
from app.access.roles import Role
from app.actions.register_person import RegisterPerson
from app.api.models.temperature import mapping_of, said_mapping
from app.cli.client import Account
from app.cli.import_temperatures import Watched, import_file
from app.cli.mappings import MappingUnknownError, ask, keep, kept_mapping
from app.cli.progress import Bar
from app.temperature.loggers.mapping import Mapping, MappingInvalidError
from tests.hospital import Hospital, Journey

MAPPING = {"unit": "C", "zone": "UTC", "values": ["temperature"]}


@pytest.fixture
def journey(hospital: Hospital) -> Journey:
    found = hospital.enrol(product="kymriah", maker="novartis")
    found.collected()
    found.manufactured(1)
    found.released(1)
    found.received(1)
    hospital.submit(
        RegisterPerson(
            hospital.people["admin1"],
            "person",
            "desk1",
            "Desk",
            "PUI",
            frozenset({Role.PHARMACIST}),
            hash_secret("s"),
            None,
        )
    )
    return found


def rows_of(journey: Journey) -> bytes:
    marks = journey.hospital.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()["marks"]
    packed, received = (datetime.fromisoformat(marks[name]) for name in ("packed", "received"))
    minutes = int((received - packed).total_seconds() // 60) + 6
    times = [packed + timedelta(minutes=at - 2) for at in range(minutes)]
    rows = [f"{when:%Y-%m-%d %H:%M:%S},{-190 - at % 7 / 10}" for at, when in enumerate(times)]
    return "\n".join([f"time,temperature,{journey.products[0]}", *rows, ""]).encode()


def imported(journey: Journey, file: Any, *, known: bool = True) -> dict[str, Any]:
    hospital = journey.hospital
    page = hospital.get("/api/v1/shipments?limit=200", "pharm1").json()["items"]
    (shipment,) = [str(one["id"]) for one in page if journey.products[0] in one["bags"]]
    mapping = mapping_of(said_mapping(json.dumps(MAPPING)))
    account, decided, beats = Account("desk1", "s" if known else "t"), [], []

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        async def awaited() -> Any:
            return await work

        return hospital.portal.call(awaited)

    told = import_file(
        file,
        mapping,
        "a.csv",
        shipment,
        services=hospital.services,
        account=account,
        run=run,
        decided=lambda: decided.append(True),
        beat=lambda: beats.append(len(decided)),
    )
    assert decided
    assert set(beats) == {1}  # while it is recorded, and not before
    return told


def test_a_file_is_read_with_a_bar_and_a_second_one_of_the_same_hours_is_flagged(journey: Journey) -> None:
    content, told = rows_of(journey), []
    watched = Watched(io.BytesIO(content), len(content), lambda done, total: told.append((done, total)))
    first = imported(journey, watched)
    assert (first["verdict"], first["overlaps"]) == ("in_range", [])
    assert told[-1] == (2 * len(content), 2 * len(content))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    second = imported(journey, io.BytesIO(content + b"\n"))
    assert second["overlaps"] == [first["id"]]
    with pytest.raises(Exception, match=first["sha256"]):
        imported(journey, io.BytesIO(content))
    with pytest.raises(Exception, match="wrong login"):
        imported(journey, io.BytesIO(content), known=False)


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_a_bar_says_how_far_it_is_and_then_that_it_goes_on() -> None:
    screen, paper = Terminal(), io.StringIO()
    for stream in (screen, paper):
        with Bar(stream) as bar:
            bar.beat()
            bar(1, 2)
            bar(1, 2)
            bar.beat()
    drawn = screen.getvalue().split("\r")[1:]
    assert [line.partition("%")[2].strip("\n\x1b[K ") for line in drawn] == ["1/2", "/"]
    assert all("####..." in line and " 50.0 %" in line for line in drawn)
    assert paper.getvalue() == ""


def test_what_is_broken_off_leaves_nothing(journey: Journey, tmp_path: Path) -> None:
    content = rows_of(journey)

    def interrupt(done: int, _total: int) -> None:
        raise KeyboardInterrupt(done)

    before = journey.hospital.get("/api/v1/bags", "pharm1").content
    with pytest.raises(KeyboardInterrupt):
        imported(journey, Watched(io.BytesIO(content), len(content), interrupt))
    assert journey.hospital.get("/api/v1/bags", "pharm1").content == before
    assert not list(tmp_path.rglob("blobs/*/*"))
    assert imported(journey, io.BytesIO(content))["overlaps"] == []


def test_the_questions_are_asked_until_the_preview_is_right_and_kept_by_name(tmp_path: Path) -> None:
    file = io.BytesIO("Date;Heure;Sonde 1\n31/12/2026;12:00:00;-190,5\n31/12/2026;12:01:00;-190,6\n".encode("cp1252"))
    asked = ["", "", "", "", "Heure", "Date", "Sonde 1", "ymd", "C", "Europe/Paris", "n"]
    right = ["", "", "", "", "Heure", "Date", "Sonde 1", "dmy", "", "C", "Mars/Olympus"]
    again = ["", "", "", "", "Heure", "Date", "Sonde 1", "dmy", "C", "Europe/Paris", "o"]
    screen = io.StringIO()
    said = ask(file, "delimited", io.StringIO("\n".join([*asked, *right, *again, ""])), screen)
    shown = screen.getvalue()
    assert "time-unreadable" in shown
    assert "2026-12-31 11:00:00 UTC  -190.5 °C" in shown
    assert "! zone" in shown
    assert mapping_of(said) == Mapping(
        unit=mapping_of(said).unit,
        zone=mapping_of(said).zone,
        time=mapping_of(said).time,
        values=mapping_of(said).values,
        date=mapping_of(said).date,
        order="dmy",
        delimiter=";",
        decimal=",",
    )
    keep(said, "pui-sonde-1", tmp_path)
    assert kept_mapping("pui-sonde-1", tmp_path) == said
    assert kept_mapping(str(tmp_path / "mappings" / "pui-sonde-1.json"), tmp_path) == said
    with pytest.raises(MappingUnknownError):
        kept_mapping("pui-sonde-2", tmp_path)
    with pytest.raises(MappingInvalidError):
        keep(said, "../../x", tmp_path)
    with pytest.raises(MappingInvalidError):
        ask(file, "delimited", io.StringIO("utf-8\n"), io.StringIO())


def test_the_command_names_its_file_and_its_shipment() -> None:
    from app.cli import load  # noqa: PLC0415  the command as the parser gets it

    parser = argparse.ArgumentParser()
    load("import-temperatures").configure(parser)
    options = parser.parse_args(["a.csv", "--shipment", "id", "--as", "pharm1", "--mapping", "n"])
    assert (options.file, options.shipment, options.mapping) == (Path("a.csv"), "id", "n")
