"""``givre rebuild``: what is stored against what the ledger says, and made again from it; on both databases."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.actions.keyring import Keyring
from app.actions.refold import Finding
from app.db.rebuild import CannotRebuildError, LedgerDamagedError, check, rebuild
from tests.hospital import Hospital, opened
from tests.house.databases import Database, sqlite_copy
from tests.twins.recorders import only

BAG = "(SELECT id FROM subject WHERE kind = 'bag' AND parent IS NOT NULL ORDER BY id LIMIT 1)"
DAMAGE = {
    "a state in a list": ("UPDATE bag SET state = 'infused' WHERE id = {bag}", "bag.state: 'infused' → 'collected'"),
    "a hold in a list": ("UPDATE bag SET on_hold = TRUE WHERE id = {bag}", "bag.on_hold"),
    "a row of a list gone": ("DELETE FROM bag WHERE id = {bag}", "bag: None → {"),
    "a therapy": ("UPDATE therapy SET manufacturer = 'somebody'", "therapy.manufacturer: 'somebody' → "),
    "a shipment": ("UPDATE shipment SET state = 'open'", "shipment.state: 'open' → 'in_transit'"),
    "a row of a list of nobody": (
        "INSERT INTO shipment VALUES ('nobody', 'chu', '', '', '', '', 'open')",
        "shipment nobody: shipment: 'a row of no subject'",
    ),
    "the tenant of a row": ("UPDATE bag SET tenant = 'other' WHERE id = {bag}", "a row of no subject"),
    "a member of a state": (
        'UPDATE subject SET doc = replace(doc, \'"state":"collected"\', \'"state":"infused"\') WHERE id = {bag}',
        "doc.state: 'infused' → 'collected'",
    ),
    "a position's bag": (
        "UPDATE subject SET doc = replace(doc, '\"bag\"\\:null', '\"bag\"\\:\"x\"') WHERE kind = 'position'",
        "doc.bag: 'x' → None",
    ),
    "a whole state": ("UPDATE subject SET doc = '{}' WHERE id = {bag}", "doc.state: None → 'collected'"),
    "a parent": ("UPDATE subject SET parent = 'nobody' WHERE id = {bag}", "parent: 'nobody' → "),
    "a name gone": ("DELETE FROM identifier WHERE subject = {bag}", "None → 'exclusive, active'"),
    "a name given away": ("UPDATE identifier SET subject = 'nobody' WHERE subject = {bag}", "a name of no subject"),
    "a name too many": (
        "INSERT INTO identifier VALUES ('chu|din::X', {bag}, NULL, TRUE)",
        "name chu|din::X: 'shared, active' → None",
    ),
    "a name given back": ("UPDATE identifier SET active = FALSE WHERE subject = {bag}", "given back' → '"),
    "a name no longer its own": ("UPDATE identifier SET exclusive = NULL WHERE subject = {bag}", "'shared, active'"),
    "a name that keeps others from another": (
        "UPDATE identifier SET exclusive = 'another' WHERE subject = {bag} AND exclusive LIKE '%container%'",
        "keeps others from another",
    ),
}
DAMAGED_LEDGER = {
    "a body": (
        "UPDATE event_body SET salt = body WHERE event = (SELECT id FROM event WHERE subject = {bag} AND seq = 1)",
        "not the one committed to",
    ),
    "an event": ("DELETE FROM event WHERE subject = {bag} AND seq = 1", "chain-seq-not-next"),
    "a body gone": ("DELETE FROM event_body WHERE event IN (SELECT id FROM event WHERE kind = 'door')", "missing"),
    "a head": ("UPDATE subject SET head = pseudonym WHERE id = {bag}", "head"),
    "a subject": ("DELETE FROM subject WHERE id = {bag}", "an event of no subject"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A database with a bag on its way, that nobody serves any more."""

    database: Database
    folder: Path
    keyring: Keyring

    def findings(self) -> list[str]:
        return [str(one) for one in check(self.database.url, self.keyring, _silent)]

    def damage(self, statement: str) -> None:
        only(self.database.owner_url, statement.replace("{bag}", BAG))

    def open_the_ledger(self) -> None:
        """Take away what guards the ledger, as somebody with the database in their hands can."""
        if self.database.path is None:
            for table in ("event", "event_body"):
                only(self.database.owner_url, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        else:
            for (name,) in only(self.database.url, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                only(self.database.url, f"DROP TRIGGER {name}")

    def command(
        self, *arguments: str, owner: bool = True, data: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "GIVRE_DATA_DIR": str(data or self.folder),
            "GIVRE_DATABASE_URL": self.database.url,
            **({"GIVRE_OWNER_DATABASE_URL": self.database.owner_url} if owner else {}),
        }
        command = [sys.executable, "-m", "app", "rebuild", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    with opened(database.url, tmp_path) as hospital:
        _lived(hospital)
        return Place(database, tmp_path, hospital.services.keyring)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def mended(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Yield one place for every test that leaves it as it found it."""
    folder = tmp_path_factory.mktemp("keys")
    if request.param == "postgresql":
        copied = request.getfixturevalue("postgres_template").copy()
    else:
        copied = sqlite_copy(request.getfixturevalue("sqlite_template"))
    with copied as database:
        with opened(database.url, folder) as hospital:
            _lived(hospital)
        yield Place(database, folder, hospital.services.keyring)


def _lived(hospital: Hospital) -> None:
    journey = hospital.enrol()
    journey.collected()
    hospital.scan("nurse1", "observed", [journey.collection_label], details={"note": "vu"})
    other = hospital.enrol(ipp=journey.ipp)  # the same patient's second therapy
    other.collected()
    other.shipped("out", other.collection_label, ("efs1", "efs2"), other.maker_site)


def _silent(_done: int, _total: int) -> None:
    pass


def test_what_the_service_wrote_is_what_its_ledger_says(hospital: Hospital, database: Database) -> None:
    journey = hospital.enrol()
    journey.to_the_end()
    hospital.enrol().to_store()

    assert list(check(database.url, hospital.services.keyring, _silent)) == []  # while the service runs


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_reported_and_mended_from_the_ledger(mended: Place, what: str) -> None:
    statement, said = DAMAGE[what]
    before = only(mended.database.owner_url, "SELECT * FROM event ORDER BY id")
    mended.damage(statement)

    found = mended.findings()
    rebuild(mended.database.owner_url, mended.keyring, _silent)

    assert any(said in one for one in found), found
    assert mended.findings() == []
    assert only(mended.database.owner_url, "SELECT * FROM event ORDER BY id") == before


@pytest.mark.parametrize("what", DAMAGED_LEDGER)
def test_nothing_is_made_again_from_a_damaged_ledger(place: Place, what: str) -> None:
    statement, said = DAMAGED_LEDGER[what]
    place.open_the_ledger()
    place.damage(statement)
    place.damage("UPDATE therapy SET state = 'closed'")

    found = place.findings()
    with pytest.raises(LedgerDamagedError) as damaged:
        rebuild(place.database.owner_url, place.keyring, _silent)

    assert any(said in one for one in found), found
    assert damaged.value.findings
    assert all(one.ledger for one in damaged.value.findings)
    assert {state for (state,) in only(place.database.owner_url, "SELECT state FROM therapy")} == {"closed"}


def test_everything_but_the_ledger_and_the_keys_can_be_dropped(mended: Place) -> None:
    tables = ("bag", "therapy", "shipment", "identifier")
    before = {table: sorted(only(mended.database.owner_url, f"SELECT * FROM {table}"), key=str) for table in tables}  # noqa: S608  # our own names
    for table in tables:
        mended.damage(f"DELETE FROM {table}")  # noqa: S608  # the same
    mended.damage("UPDATE subject SET doc = '{}'")
    seen: list[tuple[int, int]] = []

    count = rebuild(mended.database.owner_url, mended.keyring, lambda done, total: seen.append((done, total)))

    after = {table: sorted(only(mended.database.owner_url, f"SELECT * FROM {table}"), key=str) for table in tables}  # noqa: S608  # the same
    assert after == before
    assert mended.findings() == []
    assert seen == [(number, count) for number in range(1, count + 1)]


@pytest.mark.parametrize("mended", ["postgresql"], indirect=True)  # SQLite knows no roles
def test_the_serving_role_may_compare_and_not_rewrite(mended: Place) -> None:
    with pytest.raises(CannotRebuildError, match="GIVRE_OWNER_DATABASE_URL"):
        rebuild(mended.database.url, mended.keyring, _silent)

    assert mended.findings() == []


def test_the_command_says_so_when_all_is_equal(mended: Place) -> None:
    done = mended.command("--check")

    assert (done.returncode, done.stdout) == (0, "")
    assert "as the ledger says" in done.stderr


def test_the_command_lists_differences_and_mends_them(mended: Place) -> None:
    mended.damage("UPDATE therapy SET product = 'other'")

    listed, as_json = mended.command("--check"), mended.command("--check", "--json")
    rebuilt = mended.command()

    assert listed.returncode == as_json.returncode == 1
    assert listed.stdout.count("therapy.product: 'other' → 'yescarta'") == 2
    assert {Finding(**json.loads(line)).field for line in as_json.stdout.splitlines()} == {"therapy.product"}
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "")
    assert mended.command("--check").returncode == 0


def test_the_command_leaves_a_damaged_ledger_alone_and_says_where_it_is_damaged(place: Place) -> None:
    place.open_the_ledger()
    place.damage("DELETE FROM event WHERE kind = 'door'")

    done = place.command()

    assert done.returncode == 1
    assert "a body of no event" in done.stdout
    assert "restore it from a backup" in done.stderr


def test_the_command_that_cannot_run_says_why(mended: Place, tmp_path: Path) -> None:
    without_keys = mended.command("--check", data=tmp_path / "nowhere")
    elsewhere = Place(Database("sqlite", "sqlite:///nowhere", "sqlite:///nowhere", None), mended.folder, mended.keyring)
    empty = tmp_path / "empty.sqlite3"
    empty.touch()
    unmigrated = Place(
        Database("sqlite", f"sqlite:///{empty}", f"sqlite:///{empty}", empty), mended.folder, mended.keyring
    )

    without_database, without_tables = elsewhere.command("--check"), unmigrated.command("--check")

    assert without_keys.returncode == without_database.returncode == without_tables.returncode == 2
    assert "keys-missing" in without_keys.stderr
    assert "there is no database nowhere" in without_database.stderr
    assert "no such table" in without_tables.stderr


def test_a_terminal_shows_how_far_it_is(mended: Place) -> None:
    leader, follower = pty.openpty()
    environment = {**os.environ, "GIVRE_DATA_DIR": str(mended.folder), "GIVRE_DATABASE_URL": mended.database.url}
    process = subprocess.Popen([sys.executable, "-m", "app", "rebuild", "--check"], env=environment, stderr=follower)
    os.close(follower)

    shown = b""
    with suppress(OSError):  # how a terminal says that nobody writes to it any more
        while more := os.read(leader, 4096):  # read as it comes: a terminal holds back no more than that
            shown += more
    os.close(leader)

    assert process.wait() == 0
    assert "100.0 %" in shown.decode()
