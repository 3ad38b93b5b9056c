"""The demonstration as ``dev.py run`` serves it: vouched for by two cosigners, which end when it ends."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx2
import psutil

import dev
from app.cli.client import Account, PublicApi
from tests.e2e.demonstration import Demonstration, environment, given

PATIENCE_SECONDS = 60


def copied(demonstration: Demonstration, folder: Path) -> Path:
    """Return a copy of a demonstration that somebody else may be serving."""
    data = folder / "data"
    shutil.copytree(demonstration.directory, data, ignore=shutil.ignore_patterns("givre.sqlite3*", "labels"))
    with (
        closing(sqlite3.connect(demonstration.directory / "givre.sqlite3")) as source,
        closing(sqlite3.connect(data / "givre.sqlite3")) as target,
    ):
        source.backup(target)
    return data


def cosigning(url: str) -> list[str]:
    """Return how the witnesses stand, once the service answers."""
    try:
        answer = httpx2.get(f"{url}/readyz", timeout=5)
    except httpx2.TransportError:
        return []
    return [one["standing"] for one in answer.json().get("witnesses", [])]


def test_evidence_of_the_demonstration_is_valid_and_complete(demonstration: Demonstration, tmp_path: Path) -> None:
    data = copied(demonstration, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    surroundings = environment(data, GIVRE_PORT=str(port), GIVRE_DEVELOPMENT="true")
    with subprocess.Popen(
        [sys.executable, "-m", "app", "demo", "--serve"], env=surroundings, cwd=dev.ROOT, stdout=subprocess.DEVNULL
    ) as served:
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while cosigning(url) != ["cosigning", "cosigning"] and time.monotonic() < deadline:
                time.sleep(0.05)
            cosigners = psutil.Process(served.pid).children(recursive=True)
            auditor = next(
                one
                for one in json.loads((data / "demo-credentials.json").read_text("utf-8"))["people"]
                if one["role"] == "auditor"
            )
            with PublicApi(url, language="en") as api:
                api.sign_in(Account(auditor["login"], auditor["password"]))
                bag = api.get("/api/v1/bags", auditor["login"])["items"][0]["id"]
                evidence = api.get(f"/api/v1/bags/{bag}/evidence", auditor["login"])
        finally:
            served.send_signal(signal.SIGKILL)
    (tmp_path / "evidence.json").write_text(json.dumps(evidence), "utf-8")

    verified = given(
        surroundings, "verify", tmp_path / "evidence.json", "--policy", data / "demo-policy.txt", "--lang", "en"
    )

    assert verified.returncode == 0, verified.stdout
    assert "Quorum reached; witnesses: 'replay-maker', 'replay-auditor'." in verified.stdout
    assert "Complete: a witness" in verified.stdout
    # Nothing told them: the service was killed.
    assert len(cosigners) == 2
    _, alive = psutil.wait_procs(cosigners, timeout=PATIENCE_SECONDS)
    assert alive == []
    # It may have been killed while one of them was reading: that is said, and nothing else is.
    said = [line for path in (data / "cosigners").glob("*/said.txt") for line in path.read_text("utf-8").splitlines()]
    assert [line for line in said if "its entries cannot be read" not in line] == []
