"""``givre serve``: answer requests."""

from __future__ import annotations

import argparse
import gc
import sys

import uvicorn

from app.bootstrap import load_keys
from app.cli.command import Command
from app.db.engine import is_sqlite
from app.settings import Settings


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (GIVRE_HOST)")
    parser.add_argument("--port", type=int, help="port to listen on (GIVRE_PORT)")


def _run(options: argparse.Namespace) -> int:
    return serve(Settings(), host=options.host, port=options.port)


def serve(settings: Settings, *, host: str | None = None, port: int | None = None) -> int:
    """Answer requests until somebody ends it; ``host`` and ``port`` go before those of the settings."""
    load_keys(settings.data_dir)
    workers = settings.workers
    if is_sqlite(settings.url) and workers > 1:
        print("givre: SQLite has one writer: serving with one worker. Use PostgreSQL for more.", file=sys.stderr)
        workers = 1
    gc.disable()  # as for what a command imports; the application turns it on once it stands
    uvicorn.run(
        "app.main:create",
        factory=True,
        host=host or settings.host,
        port=port if port is not None else settings.port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=30,
    )
    return 0


COMMAND = Command("serve", "answer requests", _configure, _run)
