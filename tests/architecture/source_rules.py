"""Rules about source text that no linter knows; each takes text and returns what is wrong, a sentence each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

LONGEST_MODULE = 300
EMPTY_WORDS = frozenset({"common", "helper", "helpers", "manager", "managers", "misc", "storage", "util", "utils"})
EMPTY_NAMES = EMPTY_WORDS | {"data", "info"}
TIME_AND_CHANCE = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "os.urandom",
        "time.time",
        "time.time_ns",
        "uuid.uuid1",
        "uuid.uuid4",
    }
)
PATCHING = frozenset({"mock", "pytest_mock", "unittest.mock"})
PATCHING_FIXTURES = frozenset({"mocker", "monkeypatch"})
# Spelled in pieces, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("crates", "io"),
        ("ghcr", "io"),
        ("docker", "io"),
    )
)
MACHINE_PATHS = tuple("/".join(("", *parts, "")) for parts in (("work", "main"), ("work", "shared"), ("root",)))
SUPPRESSION = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*)?|type:\s*ignore(?:\[[^\]]*\])?|pragma:\s*no\s+\w+)(?P<after>.*)"
)


def missing_docstring(text: str) -> Iterator[str]:
    """A module says in one sentence what it is for."""
    if not ast.get_docstring(ast.parse(text)):
        yield "has no docstring"


def too_long(text: str) -> Iterator[str]:
    """A module has one reason to change, and so it is short."""
    lines = text.count("\n")
    if lines > LONGEST_MODULE:
        yield f"has {lines} lines, more than {LONGEST_MODULE}: split it by reason to change"


def empty_names(path: PurePath) -> Iterator[str]:
    """A room, a module is called by what it is about."""
    for part in (*path.parent.parts, path.stem):
        if part in EMPTY_NAMES or EMPTY_WORDS & set(part.split("_")):
            yield f"{part!r} says nothing about what is in it"


def empty_class_names(text: str) -> Iterator[str]:
    """A class too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and EMPTY_WORDS & {
            word.lower() for word in re.findall("[A-Z][a-z]*", node.name)
        }:
            yield f"line {node.lineno}: {node.name!r} says nothing about what it is"


def time_and_chance(text: str) -> Iterator[str]:
    """Time and randomness come in as arguments."""
    tree = ast.parse(text)
    names = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            dotted = _dotted(node, names)
            if dotted in TIME_AND_CHANCE:
                yield f"line {node.lineno}: {dotted}: take it as an argument"
    yield from (
        f"line {line}: {module}: take it as an argument" for module, line in _modules(tree) if module == "random"
    )


def patching(text: str) -> Iterator[str]:
    """Nothing is patched: a second implementation is a real one."""
    tree = ast.parse(text)
    yield from (f"line {line}: imports {module}" for module, line in _modules(tree) if module in PATCHING)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg in PATCHING_FIXTURES:
            yield f"line {node.lineno}: asks for {node.arg}"


def unexplained_suppressions(text: str) -> Iterator[str]:
    """Who silences a check names the rule and says why."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = SUPPRESSION.search(line)
        if found and not re.search(r"[A-Za-z]{3}", found["after"]):
            yield f"line {number}: a suppression without its rule and reason"


def unfinished(text: str) -> Iterator[str]:
    """What is left to do is an issue, not a comment."""
    yield from (f"unfinished: {found[0]}" for found in UNFINISHED.finditer(text))


def foreign_places(text: str) -> Iterator[str]:
    """The project names no package registry's host and no machine's own paths."""
    yield from (f"names {place}" for place in (*REGISTRY_HOSTS, *MACHINE_PATHS) if place in text)


def _modules(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _imported(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, names)
        return None if before is None else f"{before}.{node.attr}"
    return None
