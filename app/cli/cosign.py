"""``givre cosign``: a replaying cosigner of somebody's log, for its manufacturers and auditors."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import socket
import sys
import threading
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path

import uvicorn

from app.cli.command import Command
from app.db.cosigner_state import SqliteCosignerState
from app.kit.clock import SystemClock
from app.kit.errors import GivreError
from app.ledger.policy import parse_policy
from app.ledger.signers import Ed25519Cosigner, Verifier, verifier_for
from app.ledger.skey import read_cosigner, spell_cosigner
from app.ledger.vkey import VerifierKeyError
from app.witnesses.cosigner.cosigner import Cosigner, FollowedLog
from app.witnesses.cosigner.server import server_for
from app.witnesses.cosigner.source import EntrySource

KEY_FILE = "cosigner.key"
LISTENING = "givre: cosigning on "
_REFUSED = "refused"
_MOST_PROOFS = 1000
_SEED_BYTES = 32


class CosignSettingsError(GivreError):
    """Options or files that name no log, no key, or no place to listen."""

    code = "cosign-settings"


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="directory of its key and its state")
    parser.add_argument("--init", metavar="NAME", help="make its key under this name, e.g. maker.example/cct-replay")
    parser.add_argument("--log", metavar="URL", help="prefix of the log, e.g. https://h.example/api/v1/ledger")
    parser.add_argument("--log-key", action="append", default=[], metavar="VKEY", help="verifier key of the log")
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="tlog-policy: its log lines are followed, each at its URL or --log"
    )
    parser.add_argument("--listen", default="127.0.0.1:8101", metavar="HOST:PORT", help="0 chooses a free port")
    parser.add_argument(
        "--until-eof", action="store_true", help="end when standard input does: with whoever started it"
    )


def _run(options: argparse.Namespace) -> int:
    if options.init is not None:
        print(_make_key(options.state, options.init))
        return 0
    name, seed = _read_key(options.state / KEY_FILE)
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.WARNING)
    vkey = Ed25519Cosigner(name, seed).vkey
    keys, urls = _followed(options)
    state = SqliteCosignerState(options.state)
    sources = {origin: EntrySource(url) for origin, url in urls.items()}
    cosigner = Cosigner(
        [FollowedLog(origin, keys[origin], sources[origin]) for origin in keys],
        state,
        seal=lambda seconds: Ed25519Cosigner(name, seed, time=seconds),
        clock=SystemClock(),
        alarm=partial(_keep_proof, options.state / _REFUSED),
    )
    try:
        _serve(options, server_for(cosigner, vkey=vkey), vkey)
    finally:
        for source in sources.values():
            source.close()
        state.close()
    return 0


def _serve(options: argparse.Namespace, application: object, vkey: str) -> None:
    host, port = _address(options.listen)
    config = uvicorn.Config(
        application,  # type: ignore[arg-type]  # any ASGI application
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=64,
    )
    server = uvicorn.Server(config)
    with socket.create_server((host, port), reuse_port=False) as listening:
        shown = f"[{host}]" if ":" in host else host
        print(f"{LISTENING}http://{shown}:{listening.getsockname()[1]} as {vkey}", flush=True)
        if options.until_eof:
            threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
        server.run(sockets=[listening])


def _end_with_input(server: uvicorn.Server) -> None:
    # The pipe closes however its writer ends, by SIGKILL too.
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    server.should_exit = True


def _make_key(folder: Path, name: str) -> str:
    seed = secrets.token_bytes(_SEED_BYTES)
    cosigner = Ed25519Cosigner(name, seed)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / KEY_FILE
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        message = f"{path} is there already: a cosigner has one key, and its state belongs to it"
        raise CosignSettingsError(message) from error
    with os.fdopen(file, "w", encoding="utf-8") as key:
        key.write(spell_cosigner(cosigner, seed))
        key.flush()
        os.fsync(key.fileno())
    return cosigner.vkey


def _read_key(path: Path) -> tuple[str, bytes]:
    if not path.is_file():
        message = f"{path} is not there: make it with --init NAME"
        raise CosignSettingsError(message)
    if path.stat().st_mode & 0o077:
        message = f"{path} may be read by others: chmod 600 {path}"
        raise CosignSettingsError(message)
    return read_cosigner(path.read_text("utf-8"))


def _followed(options: argparse.Namespace) -> tuple[dict[str, list[Verifier]], dict[str, str]]:
    """Return the trusted keys of each log, and where it is read; by origin."""
    keys: dict[str, list[Verifier]] = {}
    urls: dict[str, str] = {}
    lines: list[tuple[str, str | None]] = [(vkey, None) for vkey in options.log_key]
    if options.policy is not None:
        lines += [(party.vkey, party.url) for party in parse_policy(options.policy.read_bytes()).logs]
    for vkey, url in lines:
        try:
            verifier = verifier_for(vkey)
        except VerifierKeyError as error:
            message = f"{vkey[:80]}: {error}"
            raise CosignSettingsError(message) from error
        keys.setdefault(verifier.name, []).append(verifier)
        if url is not None:
            urls[verifier.name] = url
    unplaced = [origin for origin in keys if origin not in urls]
    if options.log is not None and len(unplaced) == 1:
        urls[unplaced.pop()] = options.log
    if not keys or unplaced:
        message = (
            f"no URL for {', '.join(unplaced)}: --log names one log's, a policy each one's"
            if unplaced
            else "which log? give --log URL and --log-key VKEY, or --policy FILE"
        )
        raise CosignSettingsError(message)
    return keys, urls


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004  # the last port
        message = f"{text!r} is no HOST:PORT"
        raise CosignSettingsError(message)
    return host.strip("[]"), int(port)


def _keep_proof(folder: Path, note: str, why: str) -> None:
    """Keep a checkpoint that was refused, with the reason above it: its log signed it, and cannot unsay it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{sha256(note.encode()).hexdigest()[:32]}.txt"
    if not path.exists() and sum(1 for _ in folder.iterdir()) < _MOST_PROOFS:
        path.write_text(f"refused: {why}\n\n{note}", "utf-8")


COMMAND = Command("cosign", "replay a log and cosign what holds, as its manufacturer or auditor", _configure, _run)
