"""Each rule about source text finds the text it is against, and lets the other pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePath

import pytest

from tests.architecture import source_rules as rules

# In pieces: the project's own files are held against these rules too.
LATER = "TO" + "DO"
REGISTRY = "pypi" + ".org"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.missing_docstring, "x = 1\n"),
        (rules.too_long, "x = 1\n" * 301),
        (rules.empty_class_names, "class BagManager: ...\n"),
        (rules.empty_class_names, "class HTTPHelper: ...\n"),
        (rules.time_and_chance, "from datetime import datetime, UTC\nx = datetime.now(UTC)\n"),
        (rules.time_and_chance, "import datetime as dt\nx = dt.datetime.now(dt.UTC)\n"),
        (rules.time_and_chance, "from datetime import date\nx = date.today()\n"),
        (rules.time_and_chance, "import time\nx = time.time()\n"),
        (rules.time_and_chance, "from uuid import uuid4\nx = uuid4()\n"),
        (rules.time_and_chance, "from uuid import uuid4 as new\nfactory = new\n"),
        (rules.time_and_chance, "import random\n"),
        (rules.time_and_chance, "from random import choice\n"),
        (rules.patching, "from unittest import mock\n"),
        (rules.patching, "import unittest.mock\n"),
        (rules.patching, "from unittest.mock import Mock\n"),
        (rules.patching, "def test_it(monkeypatch): ...\n"),
        (rules.unexplained_suppressions, "x = 1  # noqa\n"),
        (rules.unexplained_suppressions, "x = 1  # noqa: S101\n"),
        (rules.unexplained_suppressions, "x = 1  # noqa: S101, PLR2004\n"),
        (rules.unexplained_suppressions, "x = 1  # type: ignore[assignment]\n"),
        (rules.unexplained_suppressions, "x = 1  # pragma: no cover\n"),
        (rules.unfinished, f"# {LATER}: later\n"),
        (rules.foreign_places, f"index = 'https://{REGISTRY}/simple'\n"),
    ],
)
def test_the_rule_finds(rule: Callable[[str], Iterator[str]], text: str) -> None:
    assert list(rule(text))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.missing_docstring, '"""What it is for."""\n'),
        (rules.too_long, "x = 1\n" * 300),
        (rules.empty_class_names, "class Data: ...\n"),
        (rules.empty_class_names, "class Commonwealth: ...\n"),
        (rules.time_and_chance, "def at(clock):\n    return clock.now()\n"),
        (rules.time_and_chance, "import time\nx = time.monotonic()\n"),
        (rules.time_and_chance, "from datetime import datetime\nx = datetime.fromisoformat('2026-01-01')\n"),
        (rules.patching, "import unittest\n"),
        (rules.unexplained_suppressions, "x = 1  # noqa: S101 - an invariant, not a check of input\n"),
        (rules.unexplained_suppressions, "x = 1  # type: ignore[misc]  # published without types\n"),
        (rules.unfinished, "the list of what to do, todos\n"),
        (rules.foreign_places, "the registry of organisations\n"),
    ],
)
def test_the_rule_lets_pass(rule: Callable[[str], Iterator[str]], text: str) -> None:
    assert list(rule(text)) == []


@pytest.mark.parametrize(
    "name", ["app/utils.py", "app/common/x.py", "app/db/bag_helper.py", "app/api/data.py", "app/storage/x.py"]
)
def test_an_empty_name_is_found(name: str) -> None:
    assert list(rules.empty_names(PurePath(name)))


@pytest.mark.parametrize("name", ["app/db/tables/custody.py", "app/api/database_url.py", "app/labels/datamatrix.py"])
def test_a_telling_name_passes(name: str) -> None:
    assert list(rules.empty_names(PurePath(name))) == []
