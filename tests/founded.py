"""A hospital that is founded once and then copied: to found one takes a hundred commits, to copy a database none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.access.principal import Principal
from tests.hospital import Hospital, TestClock, entered, opened
from tests.house.databases import Database


@dataclass(frozen=True)
class Founded:
    """A founded hospital that nobody has open: how to copy its database, its keys, and everybody in it."""

    copy: Callable[[], AbstractContextManager[Database]]
    keys: Path
    people: Mapping[str, Principal]

    @contextmanager
    def opened(self, url: str, folder: Path, **settings: Any) -> Iterator[Hospital]:
        """Open it over a copy of its database; ``folder`` is empty and becomes its data directory."""
        shutil.copytree(self.keys, folder / "keys")
        with entered(url, folder, TestClock(), **settings) as hospital:
            hospital.people.update(self.people)
            yield hospital


def founded(url: str, folder: Path, copy: Callable[[], AbstractContextManager[Database]]) -> Founded:
    """Found a hospital over an empty, migrated database, and close it again."""
    with opened(url, folder) as hospital:
        people = dict(hospital.people)
    return Founded(copy, folder / "keys", people)
