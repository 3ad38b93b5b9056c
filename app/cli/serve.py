"""``givre serve``: answer requests."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from typing import Any

import uvicorn

from app.bootstrap import load_keys
from app.cli.command import Command
from app.db.engine import is_sqlite
from app.kit.clock import SystemClock
from app.settings import Settings
from app.tls.certificates import fingerprint
from app.tls.chosen import own_authority, tls_context


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (GIVRE_HOST)")
    parser.add_argument("--port", type=int, help="port to listen on (GIVRE_PORT)")
    parser.add_argument("--tls", action="store_true", help="serve under TLS, by an authority of our own (GIVRE_TLS)")
    parser.add_argument(
        "--tls-name",
        action="append",
        metavar="NAME",
        help="a host name or address that people reach the service by; may be given again (GIVRE_TLS_NAMES)",
    )
    parser.add_argument("--tls-certificate", metavar="PEM", help="a certificate of your own (GIVRE_TLS_CERTIFICATE)")
    parser.add_argument("--tls-key", metavar="PEM", help="and its key (GIVRE_TLS_KEY)")


def _run(options: argparse.Namespace) -> int:
    # The worker processes read their settings themselves: what the command line says is handed on as they read it.
    os.environ.update(_said(options))
    return serve(Settings())


def serve(settings: Settings) -> int:
    """Answer requests until somebody ends it.

    Raises:
        TlsNameError, TlsAuthorityError, TlsCertificateError: it is to serve under TLS, and cannot.
    """
    load_keys(settings.data_dir)
    workers = settings.workers
    if is_sqlite(settings.url) and workers > 1:
        print("givre: SQLite has one writer: serving with one worker. Use PostgreSQL for more.", file=sys.stderr)
        workers = 1
    tls = _tls(settings)
    gc.disable()  # as for what a command imports; the application turns it on once it stands
    uvicorn.run(
        "app.main:create",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=30,
        **tls,
    )
    return 0


def _tls(settings: Settings) -> dict[str, Any]:
    context = tls_context(settings)
    if context is None:
        return {}
    context(None, None)  # what cannot be served is said before the first worker starts, not by each of them
    if settings.own_authority:
        own = own_authority(settings)
        found = own.authority(SystemClock().now())
        print(f"givre: TLS by this installation's own authority, {own.certificate}", file=sys.stderr)
        print(f"givre: its SHA-256 is {fingerprint(found)}", file=sys.stderr)
        print("givre: a tablet learns to trust it on the page /trust (docs/deployment.md, TLS)", file=sys.stderr)
    return {"ssl_context_factory": context}


def _said(options: argparse.Namespace) -> dict[str, str]:
    said = {
        "GIVRE_HOST": options.host,
        "GIVRE_PORT": None if options.port is None else str(options.port),
        "GIVRE_TLS": "true" if options.tls else None,
        "GIVRE_TLS_NAMES": " ".join(options.tls_name) if options.tls_name else None,
        "GIVRE_TLS_CERTIFICATE": options.tls_certificate,
        "GIVRE_TLS_KEY": options.tls_key,
    }
    return {name: value for name, value in said.items() if value is not None}


COMMAND = Command("serve", "answer requests", _configure, _run)
