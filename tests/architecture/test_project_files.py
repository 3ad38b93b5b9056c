"""The project's own files keep the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath

import pytest

from tests.architecture import source_rules as rules
from tests.house.tracked import ROOT, text_of, tracked_files

AT_THE_TOP = frozenset(
    {
        ".ci",
        ".dockerignore",
        ".gitignore",
        "CHANGELOG.md",
        "Dockerfile",
        "LICENSE",
        "README.md",
        "app",
        "compose.yaml",
        "dev.py",
        "docs",
        "migrations",
        "openapi",
        "pyproject.toml",
        "requirements.lock",
        "tests",
    }
)


def relative(path: Path) -> PurePath:
    return path.relative_to(ROOT)


def sources(*tops: str) -> Iterator[tuple[PurePath, str]]:
    for path in tracked_files():
        if path.suffix == ".py" and relative(path).parts[0] in tops:
            yield relative(path), path.read_text(encoding="utf-8")


def texts() -> Iterator[tuple[PurePath, str]]:
    for path in tracked_files():
        text = text_of(path)
        if text is not None:
            yield relative(path), text


def nothing(findings: list[str]) -> None:
    assert not findings, "\n".join(findings)


def against(rule: Callable[[str], Iterator[str]], files: Iterable[tuple[PurePath, str]]) -> list[str]:
    held = list(files)
    assert held, "a rule without files proves nothing"
    return [f"{path}: {finding}" for path, text in held for finding in rule(text)]


def test_every_module_says_what_it_is_for() -> None:
    nothing(against(rules.missing_docstring, sources("app", "dev.py", "migrations")))


# The verifier must run as one file copied elsewhere, so it cannot be split (docs/decisions/0006).
LONG_ON_PURPOSE = {"app/ledger/verify.py"}


def test_no_module_of_the_service_is_long() -> None:
    nothing(against(rules.too_long, (one for one in sources("app", "dev.py") if str(one[0]) not in LONG_ON_PURPOSE)))


def test_every_exception_to_the_length_is_still_needed() -> None:
    files = {str(path): text for path, text in sources("app")}

    assert all(list(rules.too_long(files[name])) for name in LONG_ON_PURPOSE)


def test_nothing_has_an_empty_name() -> None:
    nothing([f"{path}: {finding}" for path, _ in sources("app", "migrations") for finding in rules.empty_names(path)])


def test_only_the_kit_reads_the_time_or_rolls_dice() -> None:
    elsewhere = [(path, text) for path, text in sources("app", "migrations") if path.parts[:2] != ("app", "kit")]

    nothing(against(rules.time_and_chance, elsewhere))


@pytest.mark.parametrize(
    "rule",
    [rules.empty_class_names, rules.patching, rules.unexplained_suppressions],
    ids=lambda rule: rule.__name__,
)
def test_every_python_file_keeps(rule: Callable[[str], Iterator[str]]) -> None:
    own = PurePath("tests/architecture/test_source_rules.py")  # holds the bad examples

    nothing(against(rule, [file for file in sources("app", "dev.py", "migrations", "tests") if file[0] != own]))


@pytest.mark.parametrize("rule", [rules.unfinished, rules.foreign_places], ids=lambda rule: rule.__name__)
def test_every_file_keeps(rule: Callable[[str], Iterator[str]]) -> None:
    nothing(against(rule, texts()))


def test_only_what_belongs_there_lies_at_the_top() -> None:
    assert {relative(path).parts[0] for path in tracked_files()} - AT_THE_TOP == set()


def test_what_people_need_lies_at_the_top() -> None:
    assert {relative(path).parts[0] for path in tracked_files()} >= AT_THE_TOP - {".dockerignore", "openapi"}
