"""What the engine is told: one value of one source at one instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

CLOCK_AHEAD_MS: Final = 300_000
"""How far a probe's clock may run ahead of ours. What claims to come from later than that tells nothing of now."""


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """A value in thousandths of its unit: °C (temperature), % (level), 1000 or 0 (a controller that is on or off).

    ``value`` is None where the source spoke and said nothing good: a broken sensor, a missing reading.
    """

    ms: int
    value: int | None


def believed(samples: Iterable[Sample], now_ms: int) -> list[Sample]:
    """Return samples in the order of their time; one that claims to come from the future is worth nothing."""
    return sorted(
        (one if one.ms <= now_ms + CLOCK_AHEAD_MS else Sample(now_ms, None) for one in samples),
        key=lambda one: one.ms,
    )


def to_doc(samples: Iterable[Sample]) -> list[list[int | None]]:
    """Return samples as JSON."""
    return [[one.ms, one.value] for one in samples]


def from_doc(doc: Iterable[list[Any]]) -> list[Sample]:
    """Read samples back from JSON."""
    return [Sample(int(ms), value) for ms, value in doc]
