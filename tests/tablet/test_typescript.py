"""The app's own tests and its compiler, as tests of the suite; and what the first screen may weigh."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.tablet import build
from tests.tablet import barcode_vectors

FIRST_SCREEN_BYTES = 50 * 1000
"""JavaScript of the first screen, packed: 60 kB are allowed, and what comes next needs room."""
PARTS = {
    "the page": "tsconfig.json",
    "core": "tsconfig.core.json",
    "workers": "tsconfig.worker.json",
    "tests": "tsconfig.tests.json",
}


@pytest.fixture(scope="module")
def node() -> build.Node:
    return build.modules()


def run(node: build.Node, *command: str, **more: str) -> None:
    # The compiler and the runner are not what is measured, and neither needs a developer's colours.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    environment = {**kept, "NO_COLOR": "1", **more}
    done = subprocess.run(
        [node.program, *command], cwd=build.HERE, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def module(*place: str) -> str:
    return str(build.MODULES.joinpath(*place))


@pytest.mark.parametrize("project", PARTS.values(), ids=PARTS)
def test_it_compiles(node: build.Node, project: str) -> None:
    run(node, module("typescript", "bin", "tsc"), "-p", project)


def test_a_sentence_that_is_missing_does_not_compile(node: build.Node, tmp_path: Path) -> None:
    words = tmp_path / "words.ts"
    head = f'import type {{ Words }} from "{build.HERE}/src/i18n/words.ts";\n'
    words.write_text(f'{head}export default {{ "a.b": {{ fr: "Un" }} }} satisfies Words;\n', encoding="utf-8")
    project = tmp_path / "tsconfig.json"
    project.write_text(json.dumps({"extends": f"{build.HERE}/tsconfig.base.json", "include": ["words.ts"]}), "utf-8")

    with pytest.raises(AssertionError, match="'en' is missing"):
        run(node, module("typescript", "bin", "tsc"), "-p", str(project))


def test_its_own_tests_pass(node: build.Node, tmp_path: Path) -> None:
    # Beside the readings that are kept, ten thousand that the service makes now.
    readings = tmp_path / "readings.json"
    readings.write_text(barcode_vectors.document(7, 10_000), encoding="utf-8")

    run(node, module("vitest", "vitest.mjs"), "run", GIVRE_TABLET_VECTORS=str(readings))


def test_the_build_is_that_of_the_sources() -> None:
    build.build()

    assert build.is_fresh()


def test_the_first_screen_weighs_little() -> None:
    build.build()
    page = (build.DIST / "index.html").read_text(encoding="utf-8")

    scripts = first_scripts(page)

    assert scripts
    assert sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) <= FIRST_SCREEN_BYTES


def first_scripts(page: str) -> Sequence[Path]:
    """Return the scripts that the page names, and those that they import at once."""
    found: list[Path] = []
    waiting = re.findall(r'(?:src|href)="/app/(assets/[^"]+\.js)"', page)
    while waiting:
        path = build.DIST / waiting.pop()
        if path in found:
            continue
        found.append(path)
        imports = re.findall(r'(?:from|import)\s*"\./([^"]+\.js)"', path.read_text(encoding="utf-8"))
        waiting += [f"assets/{name}" for name in imports]
    return found
