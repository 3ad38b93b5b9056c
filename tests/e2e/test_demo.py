"""The demonstration hospital: what it leaves behind, once, on both databases."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

from app.access.passwords import password_faults, pin_faults
from app.access.roles import Role
from app.bootstrap import make_keys
from app.cli.client import Account, PublicApi
from app.cli.pictures import symbols_in
from tests.e2e.demonstration import Demonstration, environment, given
from tests.house.databases import PostgresTemplate


def bags(url: str, demonstration: Demonstration) -> list[dict[str, object]]:
    auditor = next(one for one in credentials(demonstration)["people"] if one["role"] == "auditor")
    with PublicApi(url, language="en") as api:
        api.sign_in(Account(auditor["login"], auditor["password"]))
        return list(api.get("/api/v1/bags", auditor["login"])["items"])


def credentials(demonstration: Demonstration) -> dict[str, list[dict[str, str]]]:
    path = demonstration.directory / "demo-credentials.json"
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]  # the shape is what is tested


def test_the_credentials_have_exactly_the_promised_shape(demonstration: Demonstration) -> None:
    found = credentials(demonstration)

    assert list(found) == ["people", "clients"]
    assert {tuple(person) for person in found["people"]} == {("login", "password", "pin", "role", "site")}
    assert {tuple(client) for client in found["clients"]} == {("client_id", "client_secret", "organisation")}


def test_only_their_owner_reads_the_credentials(demonstration: Demonstration) -> None:
    mode = (demonstration.directory / "demo-credentials.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600
    assert not list(demonstration.directory.glob("*.new"))


def test_every_role_has_somebody_and_every_place_has_two(demonstration: Demonstration) -> None:
    people = credentials(demonstration)["people"]

    assert {person["role"] for person in people} == set(Role)
    assert min(Counter(person["site"] for person in people).values()) >= 2


def test_every_secret_is_one_that_a_person_could_choose_and_nobody_shares(demonstration: Demonstration) -> None:
    found = credentials(demonstration)
    people = found["people"]
    secrets = [one["password"] for one in people] + [one["client_secret"] for one in found["clients"]]

    assert not [one for one in people if password_faults(one["password"], one["login"]) or pin_faults(one["pin"])]
    assert len(set(secrets)) == len(secrets)


def test_every_label_is_a_picture_that_decodes(demonstration: Demonstration) -> None:
    pictures = sorted((demonstration.directory / "labels").glob("*.png"))

    assert len(pictures) > 40
    assert all(symbols_in(picture) for picture in pictures)


def test_a_second_run_changes_nothing(demonstration: Demonstration) -> None:
    kept = [demonstration.directory / "demo-credentials.json", *(demonstration.directory / "labels").iterdir()]
    before = {path: path.stat().st_mtime_ns for path in kept}

    said = demonstration.givre("demo")

    assert "there already" in said
    assert {path: path.stat().st_mtime_ns for path in kept} == before


def test_the_demonstration_loads_into_postgresql(postgres_template: PostgresTemplate, tmp_path: Path) -> None:
    make_keys(tmp_path)
    with postgres_template.copy() as database:
        surroundings = environment(tmp_path, GIVRE_DATABASE_URL=database.url)
        done = given(surroundings, "demo")

    assert done.returncode == 0, done.stdout
    found = Demonstration(tmp_path, surroundings, done.stdout)
    assert len(credentials(found)["people"]) == 29


def test_a_run_that_was_interrupted_leaves_no_server_and_the_next_one_says_what_to_do(tmp_path: Path) -> None:
    surroundings = environment(tmp_path)
    assert given(surroundings, "migrate").returncode == 0
    with subprocess.Popen([sys.executable, "-m", "app", "demo"], env=surroundings, stdout=subprocess.PIPE) as running:
        deadline = time.monotonic() + 60
        while not (tmp_path / "labels").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        servers = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(signal.SIGTERM)
        running.wait(60)

    assert running.returncode == 128 + signal.SIGTERM
    assert servers
    assert not [server for server in servers if server.is_running()]
    assert not (tmp_path / "demo-credentials.json").exists()
    again = given(surroundings, "demo")
    assert again.returncode == 1
    assert "demo-unfinished" in again.stdout
    assert "Nothing was removed" in again.stdout


def test_the_demonstration_refuses_a_database_with_real_work(tmp_path: Path) -> None:
    surroundings = environment(tmp_path)
    given(surroundings, "migrate")
    words = "--tenant chu --organisation CHU --site PUI --site-code PUI --login a.martin --name Martin --password-stdin"
    founded = subprocess.run(
        [sys.executable, "-m", "app", "people", "found", *words.split()],
        env=surroundings,
        input="correct horse battery\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert founded.returncode == 0, founded.stderr

    done = given(surroundings, "demo")

    assert done.returncode == 1
    assert "database-in-use" in done.stdout


def test_a_data_directory_can_be_named(tmp_path: Path) -> None:
    done = given(environment(tmp_path / "elsewhere"), "demo", "--data", tmp_path)

    assert done.returncode == 1
    assert "keys-missing" in done.stdout
    assert str(tmp_path / "keys") in done.stdout
