"""The demonstration's manufacturer and auditor, each beside the service with a cosigner of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from app.bootstrap import assemble
from app.cli.cosign import KEY_FILE, LISTENING
from app.kit.clock import SystemClock
from app.kit.errors import GivreError
from app.settings import Settings
from app.tls.chosen import own_authority

POLICY = "demo-policy.txt"
"""What a reader of the demonstration's evidence trusts: `givre verify FILE --policy` this file."""
_PARTIES = (("replay-maker", "kite.example/cct-replay"), ("replay-auditor", "auditor.example/cct-replay"))
_STOP_SECONDS = 10


class CosignerFailedError(GivreError):
    """One of the demonstration's cosigners did not start."""

    code = "cosigner-failed"


@contextmanager
def cosigners(settings: Settings, *, host: str, port: int) -> Iterator[Path]:
    """Run both cosigners while the block runs; yields the policy for ``GIVRE_COSIGNERS``.

    They end with this process however it ends: they wait for the end of a pipe that only we hold.

    Raises:
        CosignerFailedError: one of them did not start; the message is what it said.
    """
    folder = settings.data_dir.resolve() / "cosigners"
    folder.mkdir(mode=0o700, exist_ok=True)
    logs = folder / "logs.txt"
    logs.write_text(_log_lines(settings, f"{_scheme(settings)}://{_reached(host)}:{port}/api/v1"), "utf-8")
    with ExitStack() as running:
        trusted = _trusted(settings)
        lines = [running.enter_context(_cosigner(folder / name, name, key, logs, trusted)) for name, key in _PARTIES]
        names = " ".join(name for name, _ in _PARTIES)
        witnesses = f"{''.join(lines)}group completeness all {names}\nquorum completeness\n"
        written = folder / "witnesses.txt"
        written.write_text(witnesses, "utf-8")
        (settings.data_dir / POLICY).write_text(logs.read_text("utf-8").replace("quorum none\n", witnesses), "utf-8")
        yield written


def _log_lines(settings: Settings, api: str) -> str:
    assembly = assemble(settings)
    try:
        log = assembly.services.log
        found = [one for one in log.logs() if one.current]
        lines = [
            f"log {vkey} {api}/{'ledger' if one.main else f'logs/{one.number}'}\n"
            for one in found
            for vkey in log.vkeys(one)
        ]
        return "".join(lines or [f"log {vkey} {api}/ledger\n" for vkey in log.vkeys(None)]) + "quorum none\n"
    finally:
        assembly.stop()


@contextmanager
def _cosigner(state: Path, name: str, key: str, logs: Path, trusted: dict[str, str]) -> Iterator[str]:
    """Run one; yields its witness line."""
    command = [sys.executable, "-m", "app", "cosign", "--state", str(state)]
    if not (state / KEY_FILE).exists():
        subprocess.run([*command, "--init", key], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command
    state.mkdir(exist_ok=True)
    environment = {**os.environ, **trusted, "PYTHONUNBUFFERED": "1"}
    with (state / "said.txt").open("ab") as said:
        process = subprocess.Popen(  # noqa: S603  # our own command
            [*command, "--policy", str(logs), "--listen", "127.0.0.1:0", "--until-eof"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the service, which ends us
        )
    try:
        yield f"witness {name} {_vkey_and_url(process.stdout, state)}\n"
    finally:
        _end(process)


def _vkey_and_url(output: IO[bytes] | None, state: Path) -> str:
    line = b"" if output is None else output.readline()
    url, _, vkey = line.decode().removeprefix(LISTENING).strip().partition(" as ")
    if not vkey:
        message = f"a cosigner of the demonstration did not start: see {state / 'said.txt'}"
        raise CosignerFailedError(message)
    return f"{vkey} {url}"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _scheme(settings: Settings) -> str:
    return "https" if settings.under_tls else "http"


def _trusted(settings: Settings) -> dict[str, str]:
    """Return what tells a cosigner whom to trust, where the service's authority is its own."""
    if not settings.own_authority:
        return {}
    own = own_authority(settings)
    own.authority(SystemClock().now())  # made now, as the cosigner starts before the service does
    return {"SSL_CERT_FILE": str(own.certificate)}


def _reached(host: str) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"[{shown}]" if ":" in shown else shown
