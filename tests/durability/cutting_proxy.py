"""A wire to PostgreSQL that breaks exactly while a transaction is committed: just before, or just after."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from sqlalchemy import make_url

Moment = Literal["before", "after"]


class CuttingProxy:
    """Passes every byte on, until it is told to cut at the next COMMIT; that connection then ends on both sides."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        host, port = str(address.query.get("host", address.host)), address.query.get("port", address.port)
        self._upstream: str | tuple[str, int] = (
            f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, int(str(port)))
        )
        self._listening = socket.create_server(("127.0.0.1", 0))
        ours = self._listening.getsockname()[1]
        self.url = address.set(host="127.0.0.1", port=ours, query={}).render_as_string(hide_password=False)
        self._cut: Moment | None = None
        self.cuts = 0
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, moment: Moment) -> None:
        """Break at the next COMMIT: before the server hears it, or after it has done it and before we hear so."""
        self._cut = moment

    def close(self) -> None:
        self._listening.close()
        for one in self._sockets:
            _end(one)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX if isinstance(self._upstream, str) else socket.AF_INET)
                server.connect(self._upstream)
                self._sockets += [client, server]
                threading.Thread(target=self._to_server, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        answers = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
        answers.start()
        with suppress(OSError):
            while passed := client.recv(65536):
                moment = self._cut if b"COMMIT" in passed else None
                if moment is None:
                    server.sendall(passed)
                    continue
                self._cut, self.cuts = None, self.cuts + 1
                # From here on no answer goes back to the client.
                with suppress(OSError):
                    client.shutdown(socket.SHUT_WR)
                if moment == "after":
                    server.sendall(passed)
                    answers.join(5)  # it ends at the server's answer, which it could not pass on
                break
        _end(client)
        _end(server)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while passed := source.recv(65536):
            target.sendall(passed)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def cutting(url: str) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(url)
    try:
        yield proxy
    finally:
        proxy.close()
