"""The Wi-Fi of a cryo room, between a tablet and the service: requests and answers that never arrive."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2

from app.api.tablet_files import POLICY, TabletFiles

FAULTS = ("request lost", "answer lost", "answer cut short", "5xx after it was recorded", "5xx at the door", "a portal")
_SCANS = ("/api/v1/scans", "/api/v1/scans/batch")
_RENEWAL = "/api/v1/auth/refresh"
_PROBLEM = b'{"code":"not-recorded","status":503}'


class BadWifi:
    """One address for the page and for the service behind it, wherever that is just now."""

    def __init__(self, app: Path) -> None:
        """Listen; the page's files come from ``app`` and are always there, as a service worker would have them."""
        self.faults = 0
        """How many of the coming requests to the service go wrong."""
        self.met: Counter[str] = Counter()
        self.sent: dict[str, dict[str, Any]] = {}
        """Every scan that passed here, by its id, as the tablet sent it the last time."""
        self.upstream: str | None = None
        self.random = random.Random(1)  # noqa: S311  # trouble that can be repeated, not a secret
        files = TabletFiles(app)
        wifi = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path.startswith(("/api/", "/healthz")):
                    wifi._pass_on(self, b"")
                    return
                try:
                    found = files.file("index.html" if path == "/" else path.removeprefix("/app/"))
                except Exception:  # noqa: BLE001  # whatever it is, the page hears 404
                    self.send_error(404)
                    return
                self._answer(200, found.content, {"Content-Type": found.media_type, "Content-Security-Policy": POLICY})

            def do_POST(self) -> None:
                wifi._pass_on(self, self.rfile.read(int(self.headers.get("Content-Length") or 0)))

            def _answer(self, status: int, content: bytes, headers: dict[str, str], *, cut: int | None = None) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[:cut])
                if cut is not None:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """Say nothing: browsers are killed here on purpose."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _note(self, body: bytes) -> None:
        message = json.loads(body)
        self.sent.update({one["scan_id"]: one for one in message.get("scans", [message])})

    def _pass_on(self, handler: Any, body: bytes) -> None:
        with suppress(OSError):  # the browser went away
            self._through(handler, body)

    def _through(self, handler: Any, body: bytes) -> None:
        fault = None
        if handler.path in _SCANS:
            self._note(body)
        # A token is renewed before most sendings here; some of the trouble falls on that.
        renews = handler.path == _RENEWAL and self.random.randrange(4) == 0
        if self.faults > 0 and (handler.path in _SCANS or renews):
            self.faults -= 1
            self.met["at a renewal"] += renews
            fault = self.random.choice(FAULTS)
            self.met[fault] += 1
        if fault == "request lost":
            handler.close_connection = True
            return
        if fault == "5xx at the door":
            handler._answer(503, b"<html>busy</html>", {"Content-Type": "text/html"})
            return
        if fault == "a portal":
            handler._answer(200, b"<html>Welcome to the guest Wi-Fi</html>", {"Content-Type": "text/html"})
            return
        kept = {name: handler.headers[name] for name in ("Authorization", "Content-Type") if name in handler.headers}
        try:
            answer = httpx2.request(
                handler.command, f"{self.upstream}{handler.path}", headers=kept, content=body, timeout=60
            )
        except (httpx2.TransportError, httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            handler.close_connection = True
            return
        if fault == "answer lost":
            handler.close_connection = True
            return
        if fault == "5xx after it was recorded":
            handler._answer(503, _PROBLEM, {"Content-Type": "application/problem+json"})
            return
        cut = len(answer.content) // 2 if fault == "answer cut short" else None
        handler._answer(answer.status_code, answer.content, {"Content-Type": answer.headers["content-type"]}, cut=cut)


@contextmanager
def bad_wifi(app: Path) -> Iterator[BadWifi]:
    """Yield the Wi-Fi, and end it."""
    wifi = BadWifi(app)
    try:
        yield wifi
    finally:
        wifi._server.shutdown()
        wifi._server.server_close()
