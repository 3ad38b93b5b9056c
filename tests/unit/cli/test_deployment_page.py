"""The page about deployment tells the settings as they are."""

from __future__ import annotations

import re

import dev
from app.settings import Settings

ROW = re.compile(r"^\| `(GIVRE_\w+)` \| (?:`(.+?)`|–) \| (.+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str]]:
    page = (dev.ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    return ROW.findall(page.split("\n## Settings\n")[1])


def shown(default: object) -> str:
    return "" if default is None else str(default).lower() if isinstance(default, bool) else str(default)


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    expected = [(f"GIVRE_{name.upper()}", shown(field.default)) for name, field in Settings.model_fields.items()]

    assert [(name, default) for name, default, _ in rows()] == expected


def test_every_setting_says_what_it_is_for() -> None:
    assert all(len(meaning) > 10 for _, _, meaning in rows())
