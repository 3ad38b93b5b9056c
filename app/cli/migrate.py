"""``givre migrate``: bring the database to the newest schema, and make the keys of a new installation."""

from __future__ import annotations

import argparse

from app.bootstrap import make_keys, make_log_key
from app.cli.command import Command
from app.db.migrate import current, has_log, upgrade
from app.settings import Settings


def _configure(_parser: argparse.ArgumentParser) -> None:
    pass  # everything it needs are settings


def _run(_options: argparse.Namespace) -> int:
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    url = settings.owner_database_url or settings.url
    fresh = current(url) is None
    upgrade(url, app_role=settings.app_role)
    # The log's key came after the others: an installation that has published nothing yet is given its own.
    if (fresh and make_keys(settings.data_dir)) or (not has_log(url) and make_log_key(settings.data_dir)):
        print(f"givre: keys made in {settings.data_dir / 'keys'}: back them up apart from the database")
    print(f"givre: schema {current(url)}")
    return 0


COMMAND = Command("migrate", "bring the database to the newest schema", _configure, _run)
