"""What was made is given again while what it was made from is the same, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.actions.kept_reports import KeptReports
from app.actions.reader import StoredSubject

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Rows:
    """A reader over a dictionary, which counts how often it is asked."""

    def __init__(self) -> None:
        self.names = {"a": "Anne", "b": "Bruno"}
        self.subjects = [StoredSubject("s", "chu", "site", 1, {"name": "PUI"}, b"", None)]
        self.asked: list[str] = []

    def named(self, wanted: Any, *, shout: bool = False) -> list[str]:
        self.asked.append("named")
        return [self.names[one].upper() if shout else self.names[one] for one in sorted(wanted)]

    def around(self) -> list[StoredSubject]:
        self.asked.append("around")
        return list(self.subjects)

    def hashes(self) -> bytes:
        self.asked.append("hashes")
        return b"h"


class Shelf:
    """What is kept of texts made from the rows."""

    def __init__(self) -> None:
        self.kept: KeptReports[str] = KeptReports()
        self.rows = Rows()
        self.makings = 0

    def ask(self, key: str = "k", given: object = 1, now: datetime = NOON) -> str:
        def make(heard: Callable[[Any], Any]) -> str:
            self.makings += 1
            rows, wanted = heard(self.rows), {"a": 1}
            first = rows.named(wanted)
            wanted["b"] = 2  # after it was asked
            said = [*first, *rows.named(frozenset(wanted), shout=True), *(one.doc["name"] for one in rows.around())]
            return " ".join([*said, rows.hashes().decode()])

        return self.kept.made(key, given, now, make)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_the_same_answers_give_what_was_made(shelf: Shelf) -> None:
    said = shelf.ask()
    shelf.rows.asked.clear()

    assert shelf.ask() == said == "Anne ANNE BRUNO PUI h"
    assert shelf.makings == 1
    # All is asked again but what a published log can never answer otherwise.
    assert shelf.rows.asked == ["named", "named", "around"]


def test_an_answer_that_changed_makes_it_anew(shelf: Shelf) -> None:
    shelf.ask()
    shelf.rows.names["b"] = "Berthe"
    assert shelf.ask() == "Anne ANNE BERTHE PUI h"
    shelf.rows.subjects = [StoredSubject("s", "chu", "site", 1, {"name": "EFS"}, b"", None)]
    assert shelf.ask() == "Anne ANNE BERTHE EFS h"
    assert shelf.makings == 3


def test_how_long_a_chain_is_by_now_changes_nothing(shelf: Shelf) -> None:
    shelf.ask()
    shelf.rows.subjects = [StoredSubject("s", "chu", "site", 9, {"name": "PUI"}, b"", None)]
    shelf.ask()
    assert shelf.makings == 1


def test_what_is_given_another_key_and_time_make_it_anew(shelf: Shelf) -> None:
    shelf.ask()
    shelf.ask(given=2)
    shelf.ask(key="l")
    assert shelf.makings == 3
    shelf.ask(key="l", now=NOON + timedelta(minutes=9))
    assert shelf.makings == 3
    shelf.ask(key="l", now=NOON + timedelta(minutes=10))
    assert shelf.makings == 4


def test_few_are_kept_and_none_once_they_are_forgotten(shelf: Shelf) -> None:
    for key in map(str, range(17)):
        shelf.ask(key)
    shelf.ask("16")
    assert shelf.makings == 17
    shelf.ask("0")
    assert shelf.makings == 18
    shelf.kept.forget()
    shelf.ask("16")
    assert shelf.makings == 19
