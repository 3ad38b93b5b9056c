"""``givre openapi``: print the contract, as committed in ``openapi/givre.v1.json``."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from app.api.application import create_api
from app.bootstrap import assemble, make_keys
from app.cli.command import Command
from app.settings import Settings


def _configure(_parser: argparse.ArgumentParser) -> None:
    pass  # there is one contract


def _run(_options: argparse.Namespace) -> int:
    print(document(), end="")
    return 0


def document() -> str:
    """Return the OpenAPI document as it is committed; it depends on no setting and no database content."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder))
        assembly = assemble(Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/none.sqlite3"))
        try:
            found = create_api(assembly.services).openapi()
        finally:
            assembly.stop()
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


COMMAND = Command("openapi", "print the OpenAPI document", _configure, _run)
