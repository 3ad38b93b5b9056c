"""``python -m tests.fuzz.evidence --seconds 60 [--file EVIDENCE --policy POLICY]``: damaged and forged evidence.

What has to hold: whatever the bytes are, the verifier answers; and it answers ``valid`` only if they mean the same as
the honest file: nothing that a proof covers has changed.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from app.ledger.verify import Asked, verify
from tests.unit.ledger.small_log import ordinary_log
from tests.unit.ledger.test_ledger_verify_fuzz import at, drop, mutated, places, put, unharmed

HUGE = ("9007199254740993", "1" + "0" * 400, "1e400", "-0", "1.0", "NaN", "-", "01", "0x10")
VERDICTS = {"valid", "invalid", "unreadable"}


class FalseVerdictError(Exception):
    """The verifier called changed evidence valid, or answered something that it has no word for."""


def damaged(document: bytes, evidence: dict[str, Any], chance: random.Random) -> bytes:
    """Return the file with one or several mutations of one kind."""
    kind = chance.randrange(8)
    if kind == 0:  # bits
        changed = bytearray(document)
        for _ in range(chance.choice([1, 1, 1, 2, 8])):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        return bytes(changed)
    if kind == 1:  # cut, doubled, exchanged
        one, other = sorted(chance.randrange(len(document)) for _ in range(2))
        return chance.choice(
            [document[:one], document[one:], document[:one] + document[other:], document[:other] + document[one:]]
        )
    if kind == 2:  # bytes of any kind put in
        where = chance.randrange(len(document))
        return document[:where] + chance.randbytes(chance.choice([1, 4, 40])) + document[where:]
    changed = copy.deepcopy(evidence)
    path = chance.choice([path for path in places(changed) if path])
    if kind == 3:  # deep
        return (
            json.dumps(changed)
            .replace('"events": [', '"events": [' + "[" * chance.choice([1, 63, 70, 100_000]), 1)
            .encode()
        )
    if kind == 4:  # numbers that readers read differently
        text = json.dumps(changed)
        spots = [spot for spot in range(len(text) - 1) if text[spot] == " " and text[spot + 1].isdigit()]
        spot = chance.choice(spots)
        end = next(end for end in range(spot + 1, len(text)) if not text[end].isdigit())
        return (text[: spot + 1] + chance.choice(HUGE) + text[end:]).encode()
    if kind == 5:
        drop(changed, path)
    else:
        for _ in range(chance.choice([1, 1, 2, 4])):
            path = chance.choice([path for path in places(changed) if path])
            put(changed, path, mutated(at(changed, path), chance))
    return json.dumps(changed, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def search(honest: list[tuple[bytes, bytes]], seed: int, *, files: int | None, seconds: float | None) -> Counter[str]:
    """Verify damaged files for so long, or so many; return how often each verdict was given.

    Raises:
        FalseVerdictError: with the file, when the verifier was wrong.
    """
    chance = random.Random(seed)  # noqa: S311  # picks mutations, no keys
    read = [(document, json.loads(document), policy) for document, policy in honest]
    told: Counter[str] = Counter()
    until = time.monotonic() + (seconds or 0)
    while told.total() < files if files is not None else time.monotonic() < until:
        document, evidence, policy = chance.choice(read)
        changed = damaged(document, evidence, chance)
        verdict = verify(changed, Asked(policy=policy)).verdict
        if verdict not in VERDICTS or (verdict == "valid" and not unharmed(json.loads(changed), evidence)):
            raise FalseVerdictError(verdict, changed)
        told[verdict] += 1
    return told


def made() -> list[tuple[bytes, bytes]]:
    """Return honest evidence of a small log, with shared hashes, with a proof for each event, and thin; its policy."""
    log = ordinary_log()
    spelled = [log.evidence(1), log.evidence(1, shared=False), log.evidence(1, thin=True)]
    return [(json.dumps(one).encode(), log.policy()) for one in spelled]


def main(arguments: list[str]) -> int:
    """Fuzz for a time and print what was told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--policy", type=Path)
    options = parser.parse_args(arguments)
    honest = made() if options.file is None else [(options.file.read_bytes(), options.policy.read_bytes())]
    told = search(honest, options.seed, files=None, seconds=options.seconds)
    sys.stdout.write(f"{told.total()} damaged files: {dict(told)}; no crash, no false verdict\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
