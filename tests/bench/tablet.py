"""What a tablet does with labels, beside what is asked of it: pictures decoded, scans typed on foreign keyboards."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import zxingcpp

from app.tablet import build
from tests.tablet.bad_wifi import FAULTS

WITH_PASSES, FRAME_MS = 210, 60.0
SCANS, ONE_IN = 37_200, 1_000


def decode(_options: Sequence[str]) -> int:
    """Decode 240 bad pictures as the app does, and as native zxing-cpp does; frames are timed under Node's V8."""
    from tests.bench.label_images import photographs  # noqa: PLC0415  # OpenCV takes a second that no other bench owes

    node = build.modules()
    with tempfile.TemporaryDirectory(prefix="givre-labels-") as name:
        folder = Path(name)
        truth: list[dict[str, Any]] = []
        native = 0
        for number, one in enumerate(photographs()):
            file = f"{number:03d}.grey"
            (folder / file).write_bytes(one.pixels.tobytes())
            truth.append({"file": file, "text": one.text, "condition": one.condition, "linear": one.linear})
            native += any(found.text == one.text for found in zxingcpp.read_barcodes(one.pixels))
        (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
        _vitest(node, "tests/decode.test.ts", GIVRE_BENCH_DECODE=name)
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    frames = [frame for one in results for frame in one["frames"]]
    plain = sum(one["frames"][0]["seen"] for one in results)
    passes = sum(one["frames"][-1]["right"] for one in results)
    wrong = sum(frame["wrong"] for frame in frames)
    took = [frame["took"] for frame in frames]
    p50, p95 = quantiles(took, n=20)[9], quantiles(took, n=20)[18]
    by = Counter(
        (told["condition"], told["linear"])
        for told, one in zip(truth, results, strict=True)
        if one["frames"][-1]["right"]
    )
    print(f"{'condition':12} Code 128  Data Matrix   (of 10 and 10, with the passes)")
    for condition in dict.fromkeys(told["condition"] for told in truth):
        print(f"{condition:12} {by[condition, True]:8} {by[condition, False]:12}")
    met = [
        row(
            "pictures read, first frame alone",
            plain,
            f">= {native} (native zxing-cpp, the same pictures)",
            plain >= native,
        ),
        row("pictures read, with the rotating passes", passes, f">= {WITH_PASSES}", passes >= WITH_PASSES),
        row("wrong reads", wrong, "0", wrong == 0),
        row("frame to result, ms, p95", round(p95, 1), f"<= {FRAME_MS:g} (p50 {p50:.1f})", p95 <= FRAME_MS),
    ]
    return 0 if all(met) else 1


def wedge(_options: Sequence[str]) -> int:
    """Type 37,200 labels through the measured layouts, and read what arrives."""
    node = build.modules()
    with tempfile.TemporaryDirectory(prefix="givre-wedge-") as name:
        report = Path(name, "wedge.json")
        _vitest(node, "tests/wedge.test.ts", GIVRE_BENCH_WEDGE=str(report))
        told = json.loads(report.read_text(encoding="utf-8"))
    for setting, tally in told["each"].items():
        if tally["right"] != tally["scans"]:
            print(f"{setting}: {tally}")
    total = told["total"]
    met = [
        row("scans typed", total["scans"], f"{SCANS}", total["scans"] == SCANS),
        row("wrong", total["wrong"], "0", total["wrong"] == 0),
        row("asked about", total["ambiguous"], f"<= {SCANS // ONE_IN}", total["ambiguous"] <= SCANS // ONE_IN),
        row("refused although right", total["refused"], "0", total["refused"] == 0),
    ]
    return 0 if all(met) else 1


def main(options: Sequence[str]) -> int:
    """Time what a person waits for the tablet itself (``--speed``), and try it in the cryo room (``--trial``)."""
    from tests.bench.tablet_speed import speed  # noqa: PLC0415  # the other benches need no browser

    parts = {"--speed": speed, "--trial": cryo_room}
    return max(part(options) for name, part in parts.items() if name in options or not parts.keys() & set(options))


def cryo_room(_options: Sequence[str]) -> int:
    """Scan 500 times through lost connections, failing and killed servers, killed tabs and browsers."""
    from tests.browser import find_chromium  # noqa: PLC0415  # the other benches need no browser
    from tests.tablet.conftest import harness  # noqa: PLC0415  # the same
    from tests.tablet.cryo_room import on_a_disk  # noqa: PLC0415  # the same
    from tests.tablet.trial import Trouble, try_out  # noqa: PLC0415  # the same

    trouble = Trouble(scans=500, losses=100, server_kills=5, tab_kills=5, browser_kills=5)
    with tempfile.TemporaryDirectory(prefix="givre-tablet-") as name:
        folder = Path(name)
        room, app = on_a_disk(folder), harness(folder / "app")
        told = try_out(room, find_chromium(), app, folder / "profile", trouble, seed=1)
    print(f"{len(told.recorded)} scans recorded in {told.seconds:.0f} s; met: {dict(told.met)}")
    print(f"verdicts: {dict(told.verdicts.most_common())}")
    print(f"not understood, parked on the tablet and in the list to settle: {len(told.parked)}")
    gaps = len(told.chain["missing"]) + len(told.chain["forks"])
    met = [
        row("scans the tablet said it had", len(told.kept), f"{trouble.scans}", len(told.kept) == trouble.scans),
        row("connection losses and 5xx met", sum(told.met[fault] for fault in FAULTS), "100", told.met["loss"] == 100),
        row("lost", len(told.lost), "0", not told.lost),
        row("duplicated", len(told.duplicated), "0", not told.duplicated),
        row("in the order they were made", int(told.in_order), "1", told.in_order),
        row("verdicts that a replay of the ledger does not give", len(told.misjudged), "0", not told.misjudged),
        row("gaps and forks in the device's chain", gaps, "0", gaps == 0),
    ]
    return 0 if all(met) else 1


def _vitest(node: build.Node, file: str, **environment: str) -> None:
    runner = str(build.MODULES / "vitest" / "vitest.mjs")
    done = subprocess.run(
        [node.program, runner, "run", file],
        cwd=build.HERE,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)


def row(what: str, value: float, limit: str, met: bool) -> bool:  # noqa: FBT001  # the verdict of the row
    """Print a figure beside its limit, and return whether it holds."""
    print(f"{what:42} {value:>10}   {limit:36} {'ok' if met else 'MISSED'}")
    return met
