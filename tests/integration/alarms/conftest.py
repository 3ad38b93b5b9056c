"""A hospital with one dewar that is watched, and somebody who is called."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler

from app.actions.alarm_inbox import readings_arrived
from app.alarms.sample import Sample
from app.db.arrays import insert_rows
from app.db.engine import open_engine
from app.db.tables import ALARM_INBOX
from tests.founded import Founded
from tests.hospital import Hospital
from tests.house.databases import Database


class Letters(MailHandler):
    """A mail server's letters; ``refusing`` makes it turn everything away."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[EmailMessage] = []
        self.refusing = False

    def handle_message(self, message: Message) -> None:
        letter = message_from_bytes(message.as_bytes(), _class=EmailMessage, policy=default)
        self.taken.append(letter)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refusing:
            return "451 4.3.0 later"
        if address.startswith("nobody"):
            return "550 5.1.1 unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class AnyPort(Controller):
    """A mail server on whichever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass
class Post:
    """A machine that alarms are posted to."""

    url: str
    status: int = 204
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@dataclass
class Ward:
    """The hospital, its dewar D1, and everybody who is called."""

    hospital: Hospital
    url: str
    dewar: str
    letters: Letters
    post: Post

    def readings(self, *values: int | None, source: str = "P1", every_s: int = 60, dewar: str | None = None) -> None:
        """Let values arrive, the last of them now."""
        now = int(self.hospital.clock.now().timestamp() * 1000)
        first = now - (len(values) - 1) * every_s * 1000
        samples = [Sample(first + place * every_s * 1000, value) for place, value in enumerate(values)]
        row = readings_arrived("chu", dewar or self.dewar, source, samples)
        engine = open_engine(self.url, pool_size=1)
        with engine.begin() as connection:
            insert_rows(connection, ALARM_INBOX, [row.values])
        engine.dispose()

    def round(self) -> int:
        """Keep watch for one round, and send what is to be sent."""
        assert self.hospital.watch is not None
        turned = self.hospital.watch.keeping.round()
        self.hospital.watch.sending.round()
        return turned

    def contact(self, channel: str = "email", address: str = "astreinte@chu.example", **more: Any) -> dict[str, Any]:
        message = {"name": "Astreinte", "channel": channel, "address": address, **more}
        answer = self.hospital.post("/api/v1/alarms/contacts", "pharm1", json=message)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def plan(self, *rules: Mapping[str, Any], contacts: tuple[tuple[int, str], ...] = (), **more: Any) -> Any:
        message = {
            "dewar": self.dewar,
            "rules": [{"source": "P1", "severity": "action", **one} for one in rules],
            "steps": [{"after_s": after, "contacts": [one]} for after, one in contacts],
            **more,
        }
        return self.hospital.post("/api/v1/alarms/rules", "pharm1", json=message)

    def alarms(self, **filters: str) -> list[dict[str, Any]]:
        items = self.hospital.get("/api/v1/alarms", "pharm1", params=filters).json()["items"]
        return [dict(one) for one in items]

    def status(self) -> str:
        return str(self.hospital.get(f"/api/v1/dewars/{self.dewar}", "pharm1").json()["status"])


@pytest.fixture(scope="session")
def mail_server() -> Iterator[tuple[Letters, Controller]]:
    letters = Letters()
    controller = AnyPort(letters, hostname="127.0.0.1", port=0)
    controller.start()
    yield letters, controller
    controller.stop()


@pytest.fixture(scope="session")
def posts() -> Iterator[Post]:
    post = Post("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            post.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(post.status)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    post.url = f"http://127.0.0.1:{server.server_address[1]}/alarms?site=1"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield post
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ward(
    founded_hospital: Founded,
    database: Database,
    tmp_path: Any,
    mail_server: tuple[Letters, Controller],
    posts: Post,
) -> Iterator[Ward]:
    letters, controller = mail_server
    letters.taken.clear()
    letters.refusing = False
    posts.taken.clear()
    posts.status = 204
    mail = {
        "smtp_host": "127.0.0.1",
        "smtp_port": controller.port,
        "smtp_starttls": False,
        "smtp_sender": "givre@chu.example",
    }
    with founded_hospital.opened(database.url, tmp_path, **mail) as hospital:
        dewar = hospital.get("/api/v1/dewars", "pharm1").json()["items"][0]["id"]
        yield Ward(hospital, database.url, dewar, letters, posts)


def json_of(body: bytes) -> Any:
    return json.loads(body)
