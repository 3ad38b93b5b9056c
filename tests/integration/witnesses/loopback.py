"""Small HTTP servers of the tests' own, on this machine, each on a free port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.ledger.add_checkpoint import SIZE_CONTENT_TYPE, Answer, judge, parse_add_checkpoint
from app.ledger.signed_checkpoint import cosign
from app.ledger.signers import Ed25519Cosigner, Verifier
from app.ledger.tiles import TILE_WIDTH, pack_entries, parse_path
from app.ledger.tree import TreeHead

Answered = tuple[int, bytes]
Answering = Callable[[str, bytes], Answered]
"""What a server answers to a path and a body."""


@contextmanager
def answering(answer: Answering) -> Iterator[str]:
    """Serve; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, body: bytes) -> None:
            status, said = answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            if status == Answer.OTHER_STATE:
                self.send_header("Content-Type", SIZE_CONTENT_TYPE)
            self.end_headers()
            self.wfile.write(said)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class Shelf:
    """The tiles of several logs, as whoever writes these logs wants them read: ``/<name>/tile/entries/…``."""

    def __init__(self) -> None:
        self.entries: dict[str, list[bytes]] = {}

    def __call__(self, path: str, _body: bytes) -> Answered:
        _, name, rest = path.split("/", 2)
        tile = parse_path(rest)
        first = tile.number * TILE_WIDTH
        found = self.entries[name][first : first + tile.width]
        return (200, pack_entries(found)) if len(found) == tile.width else (404, b"not so many\n")


class ConsistencyWitness:
    """A witness as the standard has it: it checks that each tree begins the next one, and reads no entry."""

    def __init__(self, name: str, seed: bytes, keys: list[Verifier], *, at: int = 1_800_000_000) -> None:
        self.cosigner = Ed25519Cosigner(name, seed, time=at)
        self.keys = keys
        self.held: dict[str, TreeHead] = {}
        self.asked: list[int] = []

    def __call__(self, _path: str, body: bytes) -> Answered:
        request = parse_add_checkpoint(body.decode())
        self.asked.append(request.old)
        origin = request.checkpoint.split("\n", 1)[0]
        judgement = judge(request, self.keys, held=self.held.get(origin))
        if judgement.answer is Answer.OTHER_STATE:
            return 409, f"{self.held[origin].size if origin in self.held else 0}\n".encode()
        if judgement.checkpoint is None:
            return int(judgement.answer), b"no\n"
        self.held[origin] = judgement.checkpoint.head
        return 200, cosign(request.checkpoint, self.cosigner).encode()
