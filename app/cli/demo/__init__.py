"""``givre demo``: an invented hospital that plays its therapies through the public API, once for a database."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from app.cli.client import PublicApi
from app.cli.command import Command
from app.cli.credentials import FILE, Credentials, write_credentials
from app.cli.demo.cast import clients, people
from app.cli.demo.cosigners import POLICY, cosigners
from app.cli.demo.founding import found
from app.cli.demo.house import furnish
from app.cli.demo.play import play
from app.cli.demo.server import private_server
from app.cli.demo.stage import Stage
from app.cli.serve import serve
from app.kit.clock import SystemClock
from app.settings import Settings


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help="directory of the data (GIVRE_DATA_DIR; else ./data)")
    parser.add_argument(
        "--serve",
        action="store_true",
        help="serve the demonstration that was loaded, with its manufacturer's and its auditor's cosigner beside it",
    )


def _run(options: argparse.Namespace) -> int:
    settings = Settings() if options.data is None else Settings(data_dir=options.data)
    directory = settings.data_dir
    if options.serve:
        return _serve(settings)
    if (directory / FILE).exists():
        _say(f"the demonstration is there already; its sign-ins are in {directory / FILE}")
        return 0
    # Whoever ends us by SIGTERM must find the private server gone, too: leave Python by its own door.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    known = Credentials(people(), clients())
    _say("founding an invented hospital; this takes some seconds")
    found(settings, known)
    with private_server(settings) as url, PublicApi(url, language="fr") as api:
        stage = Stage(api, directory / "labels", known, SystemClock())
        furnish(stage)
        therapies = play(stage)
    write_credentials(directory, known)
    _say(f"{len(known.people)} people and {therapies} therapies; every label is a picture in {directory / 'labels'}")
    _say(f"the sign-ins are in {directory / FILE}")
    return 0


def _serve(settings: Settings) -> int:
    if settings.cosigners is not None:
        return serve(settings)  # somebody chose other witnesses
    with cosigners(settings, host=settings.host, port=settings.port) as policy:
        _say(f"two cosigners vouch for the log; the policy that names them is {settings.data_dir / POLICY}")
        os.environ["GIVRE_COSIGNERS"] = str(policy)  # the workers read their settings themselves
        return serve(settings)


def _say(sentence: str) -> None:
    print(f"givre: {sentence}", flush=True)


COMMAND = Command("demo", "load the demonstration hospital into an empty database", _configure, _run)
