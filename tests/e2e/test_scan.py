"""The commands of somebody with a picture and a login, against a served demonstration."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.cli.credentials import read_credentials
from app.cli.session import Desk
from tests.e2e.demonstration import Demonstration

Given = Callable[..., tuple[int, str, str]]


@pytest.fixture
def given(demonstration: Demonstration, url: str, capsys: pytest.CaptureFixture[str]) -> Given:
    """Return what gives a command to the served demonstration: its status, what it said, what it complained of."""

    def give(*words: str | Path, lang: str = "en") -> tuple[int, str, str]:
        where = ("--url", url, "--data", str(demonstration.directory), "--lang", lang)
        status = main([*map(str, words), *where])
        said = capsys.readouterr()
        return status, said.out, said.err

    return give


@pytest.fixture
def bag(demonstration: Demonstration) -> Path:
    """Return the label of a bag that is stored, and stays so."""
    return demonstration.label("moreau-bag-2")


def test_a_look_up_says_what_a_label_names(given: Given, bag: Path) -> None:
    status, said, _ = given("scan", bag, "--step", "read", "--as", "pharm1")

    assert status == 0
    assert "isbt128  din A999126000001" in said
    assert re.search(r"^bag \S+  state stored  next: .*retrieved", said, re.MULTILINE)


def test_a_look_up_of_a_position_says_where_it_is(given: Given, demonstration: Demonstration) -> None:
    status, said, _ = given("scan", demonstration.label("position-D1-T1-R1-B1-P5"), "--step", "read", "--as", "tech1")

    assert status == 0
    assert re.search(r"^position \S+  D1-T1-R1-B1-P5$", said, re.MULTILINE)


def test_what_nobody_knows_is_said_to_be_unknown(given: Given) -> None:
    status, said, _ = given("scan", "--text", "=A99982600000100", "--text", "??", "--step", "read", "--as", "pharm1")

    assert status == 3
    assert "UNREADABLE unknown-format" in said
    assert "UNKNOWN" in said


def test_the_bag_that_is_expected_can_be_named(given: Given, bag: Path, demonstration: Demonstration) -> None:
    other = demonstration.label("petit-bag")

    status, said, _ = given(
        "scan", bag, "--step", "observed", "--as", "pharm1", "--expect", other, "--set", "note=which?"
    )

    assert status == 3
    assert said.startswith("REFUSED wrong-bag: WRONG BAG. ")


def test_a_machine_signs_in_with_its_own_secret(given: Given, bag: Path) -> None:
    status, said, _ = given("scan", bag, "--step", "observed", "--as", "novartis-api", "--set", "note=seen")

    assert status == 0
    assert "TAKEN observed" in said


def test_the_answer_comes_in_french_too(given: Given, bag: Path) -> None:
    status, said, _ = given("scan", bag, "--step", "released", "--as", "pharm1", "--examples", lang="fr")

    assert status == 3
    assert said.startswith("REFUSÉ not-your-role: Acte réservé. Cet acte est réservé à : ")


def test_a_step_that_does_not_exist_names_those_that_do(given: Given, bag: Path) -> None:
    status, _, complaint = given("scan", bag, "--step", "frozen", "--as", "pharm1")

    assert status == 1
    assert "no step is called 'frozen'" in complaint
    assert "thaw_started" in complaint


def test_what_is_missing_is_named_before_anything_is_sent(given: Given, bag: Path) -> None:
    status, _, complaint = given("scan", bag, "--step", "inspected", "--as", "pharm1", "--set", "labels_agree=yes")

    assert status == 1
    assert "inspected needs --set visual_check=(intact or leak or clumps or damaged)" in complaint
    assert "--examples" in complaint


def test_what_the_service_cannot_read_is_told_with_its_code(given: Given, demonstration: Demonstration) -> None:
    band = demonstration.label("moreau-wristband")

    status, _, complaint = given("scan", band, "--step", "observed", "--as", "pharm1", "--set", "note=only the band")

    assert status == 1
    assert complaint.startswith("givre: not-done: missing-scan: ")


def test_a_wrong_witness_is_not_hidden(given: Given, demonstration: Demonstration, bag: Path) -> None:
    position = demonstration.label("position-D2-T1-R1-B1-P2")

    status, said, _ = given(
        "scan", bag, position, "--step", "retrieved", "--as", "pharm1", "--with", "pharm1", "--examples"
    )

    assert status == 3
    assert "witness-same-person" in said


def test_nothing_to_read_is_said(given: Given) -> None:
    status, _, complaint = given("scan", "--step", "read", "--as", "pharm1")

    assert status == 1
    assert "nothing to read" in complaint


def test_a_login_without_a_secret_is_told_who_there_is(given: Given, bag: Path) -> None:
    status, _, complaint = given("scan", bag, "--step", "read", "--as", "nobody")

    assert status == 1
    assert "GIVRE_PASSWORD" in complaint
    assert "pharm1" in complaint


def test_a_shipment_is_opened_once(given: Given, demonstration: Demonstration) -> None:
    words = ("shipment", "--shipper", demonstration.label("durand-shipper-back"), "--to", "KITE", "--carrier", "CRYO")

    status, said, _ = given(*words, "--as", "pharm1")
    again, _, complaint = given(*words, "--as", "pharm1")

    assert (status, again) == (0, 1)
    assert re.search(r"^OPENED  shipment \S+  shipper SHIP-03-BACK$", said, re.MULTILINE)
    assert "already-exists" in complaint


def test_a_history_begins_at_the_chair(given: Given, bag: Path) -> None:
    status, said, _ = given("history", bag, "--as", "auditor1")

    assert status == 0
    steps = re.findall(r"^\d+ +\S+ \S+  (\w+) +taken", said, re.MULTILINE)
    assert steps[:3] == ["enrolled", "collected", "packed"]
    assert "stored" in steps


def test_a_history_is_found_by_id_and_by_any_identifier(given: Given, bag: Path) -> None:
    _, by_picture, _ = given("history", bag, "--as", "pharm1")
    identity = re.findall(r"^Product bag (\S+),", by_picture, re.MULTILINE)[0]

    assert given("history", identity, "--as", "pharm1")[1] == by_picture
    assert given("history", "A999126000001S12954B0", "--as", "pharm1")[1] == by_picture


def test_an_identifier_of_several_bags_is_not_guessed(given: Given) -> None:
    status, _, complaint = given("history", "A999126000001", "--as", "pharm1")

    assert status == 1
    assert "names 3 bags" in complaint


def test_a_picture_of_no_bag_has_no_history(given: Given, demonstration: Demonstration) -> None:
    status, _, complaint = given("history", demonstration.label("badge-pharm1"), "--as", "pharm1")

    assert status == 1
    assert "names 0 bags" in complaint


def test_a_table_that_nobody_described_is_refused_with_the_sentence_of_the_api(
    demonstration: Demonstration, url: str, tmp_path: Path
) -> None:
    table = tmp_path / "logger.csv"
    table.write_text("time,temperature\n2026-11-27 10:00:00,-190.1\n", "utf-8")
    where = Desk(url, demonstration.directory, read_credentials(demonstration.directory), {}, "fr")
    with where.open() as api:
        api.sign_in(where.account("pharm1"))
        shipment = str(api.get("/api/v1/shipments", "pharm1")["items"][0]["id"])

    words = ("import-temperatures", table, "--shipment", shipment, "--as", "pharm1", "--lang", "fr")
    said = demonstration.givre(*words, status=1)

    assert said.splitlines()[-1] == (
        "givre: temperature-file-unreadable: Indiquez les colonnes, l'unité et le fuseau horaire de ce fichier."
        " Rien n'a été enregistré ; corrigez, puis envoyez le fichier de nouveau."
    )
