"""``python -m tests.fuzz.barcodes --seconds 60``: damaged, garbled and random symbols, on every core.

What has to hold: any text is an identification or a known reason; a donation number whose check is intact is never
read for another one unless the damage kept the check arithmetic; one wrong or two swapped characters never keep it;
a symbol that a keyboard garbled is itself or nothing; two GS1 fields whose separator was lost are never read as one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.barcodes import build
from app.barcodes.formats.internal import KINDS
from app.barcodes.formats.site_profile import SiteProfile
from app.barcodes.gs1_elements import GS
from app.barcodes.keyboards import LAYOUTS, shown_text
from app.barcodes.reader import read
from app.barcodes.reading import REASONS, Identified, Reading, Source, Symbol, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PLAIN = "0123456789" + CAPITALS
ON_LABELS = PLAIN + "=&+<>%*},/#$]['(;:. -abcxyz\x1d"
ANYTHING = ON_LABELS + "àéèçù§²£°µßÄÖü \x00\x1e\r\n\t\ud800٣Ａ"  # noqa: RUF001  the look-alikes are the point
SOURCES = tuple(Source)
POOL = 1000
BATCH = 20_000
PROFILE = SiteProfile("site-maker", None, r"MK\.([0-9]{4})-([A-Z]{1,3})", "bag", "maker-bag", "MAKER", ("value", "lot"))


class BrokenPromiseError(Exception):
    """The reader broke one of its promises; the arguments are the texts that made it."""


class AnotherNumberError(BrokenPromiseError):
    """One slip made another number of one that carries a check."""


class AnotherSymbolError(BrokenPromiseError):
    """A keyboard or a lost separator made another symbol of one."""


@dataclass(frozen=True)
class Made:
    """A valid symbol: what kind, its text, how it arrives, and what it names."""

    kind: str
    text: str
    source: Source
    names: tuple[str, ...]


def _some(rng: random.Random, alphabet: str, least: int, most: int) -> str:
    return "".join(rng.choices(alphabet, k=rng.randint(least, most)))


def _fin(rng: random.Random) -> str:
    return f"A999{rng.randint(0, 9)}"


def _din(rng: random.Random, *, flags: str | None = None) -> str:
    return build.din(_fin(rng), rng.randint(0, 99), rng.randint(0, 999_999), flags=flags)


def _moment(rng: random.Random) -> datetime:
    return datetime(2000, 1, 1) + timedelta(minutes=rng.randint(0, 40_000_000))  # noqa: DTZ001  labels carry no zone


def _sec(rng: random.Random) -> str:
    donation = f"FR{_some(rng, PLAIN, 6, 6)}{_din(rng)[1:14]}"
    return f"{donation}A00S12950A0{_moment(rng):%Y%m%d}"


def _key(rng: random.Random, digits: int) -> str:
    return build.with_check_digit(_some(rng, "0123456789", digits, digits))


STRUCTURES: tuple[Callable[[random.Random], str], ...] = (
    _din,
    lambda rng: _din(rng, flags=rng.choice(("00", "05", "25", "8A"))),
    lambda rng: build.blood_groups(_some(rng, PLAIN, 4, 4)),
    lambda rng: build.product_code(f"S{_some(rng, PLAIN, 5, 5)}{rng.choice(CAPITALS)}{rng.choice('0abcz')}"),
    lambda rng: build.product_code(f"T{_some(rng, PLAIN, 4, 4)}{_some(rng, '0123456789', 3, 3)}"),
    lambda rng: build.expiry_day(_moment(rng)),
    lambda rng: build.expiry(_moment(rng)),
    lambda rng: build.collected_day(_moment(rng)),
    lambda rng: build.collected(_moment(rng)),
    lambda rng: build.produced_day(_moment(rng)),
    lambda rng: build.produced(_moment(rng)),
    lambda rng: build.donor(_fin(rng), _some(rng, "0123456789", 1, 16)),
    lambda rng: build.staff(_fin(rng), _some(rng, PLAIN, 6, 6)),
    lambda rng: build.birth_date("01", _moment(rng)),
    lambda rng: build.patient("01", _some(rng, PLAIN + "abc", 1, 30)),
    lambda rng: build.expiry_month(2026, rng.randint(1, 12)),
    lambda rng: build.volume(Decimal(rng.randint(0, 99_999)).scaleb(-rng.randint(0, 5))),
    lambda rng: build.flexible(rng.choice(("expiry", "collected", "produced")), _moment(rng)),
    lambda rng: build.division(_some(rng, PLAIN, 6, 6)),
    lambda rng: build.processing_facility(_fin(rng), _some(rng, PLAIN, 6, 6)),
    lambda rng: build.processor_product(_fin(rng), _some(rng, PLAIN, 6, 6), f"S{_some(rng, PLAIN, 4, 4)}"),
    lambda rng: build.mpho_lot(_some(rng, PLAIN, 1, 18)),
    lambda rng: build.mpho_supplement(_some(rng, PLAIN, 1, 18)),
    lambda rng: build.single_european_code(_sec(rng)),
    lambda rng: build.registry_donor(f"9991{_some(rng, PLAIN, 13, 13)}{rng.randint(10, 99)}"),
    lambda rng: build.coi(_fin(rng), rng.randint(0, 99), _some(rng, PLAIN, 6, 6)),
    lambda rng: "={" + _some(rng, PLAIN, 18, 18),
)


def _compound(rng: random.Random) -> str:
    return build.compound([_din(rng), STRUCTURES[3](rng), build.expiry(_moment(rng)), STRUCTURES[25](rng)])


def _medicine(rng: random.Random) -> str:
    pairs = [("01", _key(rng, 13)), ("17", f"{_moment(rng):%y%m%d}"), ("10", _some(rng, PLAIN + "-", 1, 20))]
    if rng.random() < 0.5:
        pairs.append(("21", _some(rng, PLAIN, 1, 20)))
    return build.elements(pairs)


def _our_label(rng: random.Random) -> str:
    return build.internal(rng.choice(sorted(KINDS)), f"X{rng.randint(1, 99)}-{_some(rng, PLAIN, 1, 9)}")


MAKERS: tuple[tuple[str, Source, Callable[[random.Random], str]], ...] = (
    ("checked din", Source.SCANNER, _din),
    ("typed din", Source.TYPED, lambda rng: build.typed(_din(rng)[1:14])),
    ("typed coi", Source.TYPED, lambda rng: build.typed(STRUCTURES[25](rng)[2:])),
    ("structure", Source.SCANNER, lambda rng: rng.choice(STRUCTURES)(rng)),
    ("compound", Source.SCANNER, _compound),
    ("gs1", Source.SCANNER, _medicine),
    ("gs1", Source.SCANNER, lambda rng: build.elements([(rng.choice(("00", "8017", "8018")), _key(rng, 17))])),
    ("gs1", Source.SCANNER, lambda rng: build.elements([("8003", f"0{_key(rng, 12)}{_some(rng, PLAIN, 1, 16)}")])),
    ("label", Source.SCANNER, _our_label),
    ("sec", Source.CAMERA, lambda rng: build.sec_text(_sec(rng)[: rng.choice((21, 40))])),
    ("site", Source.CAMERA, lambda rng: f"MK.{_some(rng, '0123456789', 4, 4)}-{_some(rng, CAPITALS, 1, 3)}"),
)


def _reading(text: str, source: Source) -> Reading:
    return read(Symbol(text, None, source), profiles=(PROFILE,), allowed_national=frozenset({"&x"}))


def _made(rng: random.Random) -> Made | None:
    kind, source, make = rng.choice(MAKERS)
    text = make(rng)
    reading = _reading(text, source)
    if isinstance(reading, Unreadable):
        # A lot may look like two fields, a product may end in 99: right refusals of right symbols.
        if reading.reason in {"gs1-ambiguous", "division-missing"}:
            return None
        raise BrokenPromiseError(kind, text, reading)
    return Made(kind, text, source, tuple(sorted(one.key for one in reading.identifiers)))


def _pool(rng: random.Random) -> list[Made]:
    return [made for made in (_made(rng) for _ in range(POOL)) if made is not None]


def _swapped(rng: random.Random, text: str) -> str:
    at = rng.randrange(max(len(text) - 1, 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _replaced(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(ANYTHING) + text[at + 1 :]


def _cut(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at + rng.randint(1, 3) :]


def _grown(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ANYTHING) + text[at:]


def _joined(rng: random.Random, text: str, pool: Sequence[Made]) -> str:
    other = rng.choice(pool).text
    return text[: rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1) :]


def _damaged(rng: random.Random, text: str, pool: Sequence[Made]) -> str:
    for _ in range(rng.choice((1, 2, 3, 6))):
        edit = rng.choice((_swapped, _replaced, _cut, _grown))
        text = edit(rng, text) if text else rng.choice(pool).text
    return _joined(rng, text, pool) if rng.random() < 0.1 else text


def _weighted_check(number: str) -> int:
    """Compute the check by the weighted form of the standard, which the reader does not use."""
    total = sum(PLAIN.index(character) << place for place, character in enumerate(reversed(number), start=1))
    return (38 - total) % 37


def _judge(text: str, source: Source, reading: object) -> str:
    """Check what holds for any text; return what the answer is counted as."""
    if isinstance(reading, Unreadable):
        if reading.reason not in REASONS:
            raise BrokenPromiseError(text, source, reading)
        return reading.reason
    if not isinstance(reading, Identified):
        raise BrokenPromiseError(text, source, reading)
    flags, number = reading.fields.get("din_flags", ""), reading.fields.get("din", "")
    if flags.isdigit() and 60 <= int(flags) <= 96 and int(flags) - 60 != _weighted_check(number):
        raise BrokenPromiseError(text, source, reading)
    if source is Source.TYPED and number and text.strip("\r\n\t")[-1] != (PLAIN + "*")[_weighted_check(number)]:
        raise BrokenPromiseError(text, source, reading)
    return "repaired" if reading.repaired else f"read as {reading.format}"


def _one_slip(rng: random.Random, made: Made, counts: Counter[str]) -> None:
    """One wrong or two swapped characters in a number with a check never make another number."""
    first = 0 if made.kind.startswith("typed") else 1
    last = len(made.text) - (1 if made.kind.startswith("typed") else 2)
    at = rng.randrange(first, last)
    if rng.random() < 0.5 and at + 1 < last:
        text = made.text[:at] + made.text[at + 1] + made.text[at] + made.text[at + 2 :]
    else:
        text = made.text[:at] + rng.choice(ANYTHING) + made.text[at + 1 :]
    reading = _reading(text, made.source)
    counts[_judge(text, made.source, reading)] += 1
    if isinstance(reading, Identified) and tuple(sorted(one.key for one in reading.identifiers)) != made.names:
        raise AnotherNumberError(made.text, text, reading)


def _many_slips(rng: random.Random, made: Made, pool: Sequence[Made], counts: Counter[str]) -> None:
    text = _damaged(rng, made.text, pool)
    source = made.source if rng.random() < 0.7 else rng.choice(SOURCES)
    reading = _reading(text, source)
    counts[_judge(text, source, reading)] += 1
    if made.kind in {"checked din", "typed din"} and isinstance(reading, Identified):
        number = reading.fields.get("din", made.names[0].rpartition(":")[2])
        if number != made.names[0].rpartition(":")[2]:
            counts["· another number, check kept or switched off by the damage"] += 1


def _garbled(rng: random.Random, made: Made, counts: Counter[str]) -> None:
    """What a keyboard garbled is itself or nothing."""
    layout = rng.choice(tuple(LAYOUTS))
    text = shown_text(layout, made.text)
    if text is None or made.source is Source.TYPED:
        counts["· not to be garbled"] += 1
        return
    reading = _reading(text, Source.SCANNER)
    counts[_judge(text, Source.SCANNER, reading)] += 1
    if isinstance(reading, Identified) and tuple(sorted(one.key for one in reading.identifiers)) != made.names:
        # German keyboards swap Y and Z and nothing else: a text without any check, or whose check both swaps happen to
        # keep, cannot tell. Only the keyboard set-up label can.
        swapped = made.text.translate(str.maketrans("YZyz", "ZYzy"))
        if text != swapped:
            raise AnotherSymbolError(layout, made.text, text, reading)
        counts[f"· Y and Z swapped unnoticed in: {made.kind}"] += 1


def _without_separators(made: Made, counts: Counter[str]) -> None:
    """A scanner that drops the GS between a lot and a serial is not believed."""
    reading = _reading(made.text.replace(GS, ""), Source.SCANNER)
    counts[_judge(made.text, Source.SCANNER, reading)] += 1
    if isinstance(reading, Identified):
        raise AnotherSymbolError(made.text, reading)


def _random(rng: random.Random, counts: Counter[str]) -> None:
    start = rng.choice(("", "", "=", "&", "=+", "]d2", "]C1", "]C0=", "GV1.", "SEC: ", "MK.", "\x1d"))
    text = start + _some(rng, rng.choice((ON_LABELS, ANYTHING, "0123456789")), 0, rng.choice((8, 30, 120, 600)))
    source = rng.choice(SOURCES)
    counts[_judge(text, source, _reading(text, source))] += 1


def search(seed: int, *, seconds: float | None = None, inputs: int | None = None) -> Counter[str]:
    """Feed the reader until time or number is used up, and count its answers.

    Raises:
        BrokenPromiseError: with the text that broke it.
    """
    rng = random.Random(seed)  # noqa: S311  a search that can be repeated, not a secret
    counts: Counter[str] = Counter()
    deadline = None if seconds is None else time.monotonic() + seconds
    while (inputs is None or counts.total() < inputs) and (deadline is None or time.monotonic() < deadline):
        pool = _pool(rng)
        separated = [made for made in pool if f"{GS}10" in made.text and f"{GS}21" in made.text]
        checked = [made for made in pool if made.kind in {"checked din", "typed din", "typed coi"}]
        for _ in range(BATCH if inputs is None else min(BATCH, inputs)):
            kind = rng.random()
            if kind < 0.25:
                _one_slip(rng, rng.choice(checked), counts)
            elif kind < 0.28:
                _without_separators(rng.choice(separated), counts)
            elif kind < 0.65:
                _many_slips(rng, rng.choice(pool), pool, counts)
            elif kind < 0.85:
                _garbled(rng, rng.choice(pool), counts)
            else:
                _random(rng, counts)
    return counts


def _worker(task: tuple[int, float]) -> Counter[str]:
    return search(task[0], seconds=task[1])


def main(arguments: Sequence[str]) -> int:
    """Search on every core and write down what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.barcodes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    workers = multiprocessing.cpu_count()
    with multiprocessing.Pool(workers) as pool:
        found = pool.map(_worker, [(options.seed * 1000 + number, options.seconds) for number in range(workers)])
    counts = sum(found, Counter())
    notes = {name: count for name, count in counts.items() if name.startswith("·")}
    inputs = counts.total() - sum(notes.values())
    sys.stdout.write(f"{inputs:,} inputs, seed {options.seed}, {workers} processes, {options.seconds:g} s each\n")
    for name, count in counts.most_common():
        sys.stdout.write(f"{count:>12,}  {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
