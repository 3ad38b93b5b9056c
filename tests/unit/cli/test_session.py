"""Where a command goes, whose secrets it uses, and in which language it answers."""

from __future__ import annotations

import argparse
import json
import stat
from pathlib import Path

import pytest

from app.cli.client import Account, Witness
from app.cli.credentials import (
    FILE,
    Client,
    Credentials,
    CredentialsUnreadableError,
    Person,
    read_credentials,
    write_credentials,
)
from app.cli.language import language_of
from app.cli.session import Desk, SecretMissingError, add_options, desk

KNOWN = Credentials((Person("pharm1", "p1", "111222", "pharmacist", "PUI"),), (Client("kite-api", "k", "kite"),))


def at(directory: Path, **environment: str) -> Desk:
    return Desk("http://127.0.0.1:8000", directory, KNOWN, environment, "en")


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(["--as", "pharm1", *words])


def test_the_demonstrations_people_sign_in_with_what_its_file_says(tmp_path: Path) -> None:
    where = at(tmp_path, GIVRE_PASSWORD="other", GIVRE_PIN="999")

    assert where.account("pharm1") == Account("pharm1", "p1")
    assert where.account("kite-api") == Account("kite-api", "k", "client")
    assert where.witness("pharm1") == Witness("pharm1", "111222")
    assert (where.role("pharm1"), where.role("kite-api")) == ("pharmacist", None)


def test_everybody_else_signs_in_with_what_the_environment_says(tmp_path: Path) -> None:
    where = at(tmp_path, GIVRE_PASSWORD="secret", GIVRE_PIN="222333")

    assert where.account("a.martin") == Account("a.martin", "secret")
    assert where.witness("b.petit") == Witness("b.petit", "222333")


def test_a_secret_that_nobody_told_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SecretMissingError, match=r"set GIVRE_PIN, or name somebody of .*\(pharm1\)"):
        at(tmp_path).witness("b.petit")
    with pytest.raises(SecretMissingError, match=r"set GIVRE_PASSWORD.*\(there is no such file\)"):
        Desk("", tmp_path, Credentials(), {}, "fr").account("a.martin")


def test_the_options_say_where(tmp_path: Path) -> None:
    where = desk(options("--url", "http://givre.test", "--data", str(tmp_path), "--lang", "fr"))

    assert (where.url, where.directory, where.language) == ("http://givre.test", tmp_path, "fr")
    assert where.credentials == Credentials()


def test_without_options_it_is_the_service_of_this_machine() -> None:
    assert desk(options()).url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "", "LC_MESSAGES": "fr_CA"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_terminals(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_credentials_read_back_as_they_were_written_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.new").write_text("left by a run that died")

    write_credentials(tmp_path, KNOWN)

    assert read_credentials(tmp_path) == KNOWN
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"people": [{"login": "x"}], "clients": []})])
def test_a_file_of_something_else_is_not_guessed_at(content: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(content)

    with pytest.raises(CredentialsUnreadableError, match="cannot be read"):
        read_credentials(tmp_path)
