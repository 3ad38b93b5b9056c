"""An excursion: from when to when, how warm, for how long at least and at most, and how much of it was watched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

MOST_EXCURSIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class Excursion:
    """A stay beyond a limit, on one ``side`` of it ("above" or "below").

    It was seen from ``start_ms`` to ``last_ms``, the first and the last reading beyond the limit. It began after
    ``since_ms``, the last trusted reading before it (None: there is none), and had ended at ``end_ms``, the first
    trusted reading within the limit (None: it is open). ``known_ms`` is the time between readings that were beyond the
    limit and no gap apart, ``unknown_ms`` what nobody watched between ``since_ms`` and ``end_ms``.
    """

    side: str
    since_ms: int | None
    start_ms: int
    last_ms: int
    end_ms: int | None
    peak_milli: int
    peak_ms: int
    samples: int
    known_ms: int
    unknown_ms: int

    @property
    def begin_ms(self) -> int:
        """The earliest instant at which it may have begun."""
        return self.start_ms if self.since_ms is None else self.since_ms

    @property
    def finish_ms(self) -> int:
        """The latest instant at which it may have ended; of an open one, its last reading."""
        return self.last_ms if self.end_ms is None else self.end_ms

    @property
    def least_seconds(self) -> int:
        """How long it lasted at least, in whole seconds."""
        return self.known_ms // 1000

    @property
    def most_seconds(self) -> int:
        """How long it lasted at most, in whole seconds rounded up; an open one may go on."""
        return -((self.begin_ms - self.finish_ms) // 1000)

    @property
    def coverage_permille(self) -> int:
        """How much of the time from ``begin_ms`` to ``finish_ms`` was watched, in thousandths, rounded down."""
        span = self.finish_ms - self.begin_ms
        return 1000 if span == 0 else max(0, span - self.unknown_ms) * 1000 // span


def worse(side: str, milli: int, than: int) -> bool:
    """Say whether a temperature lies further beyond the limit than another."""
    return milli > than if side == "above" else milli < than


def joined(one: Excursion, other: Excursion) -> Excursion:
    """Return two excursions as one, for a series that has too many: the time between them counts as not watched."""
    peak = other if worse(one.side, other.peak_milli, one.peak_milli) else one
    return replace(
        one,
        last_ms=other.last_ms,
        end_ms=other.end_ms,
        peak_milli=peak.peak_milli,
        peak_ms=peak.peak_ms,
        samples=one.samples + other.samples,
        known_ms=one.known_ms + other.known_ms,
        unknown_ms=one.unknown_ms + other.unknown_ms + max(0, other.begin_ms - one.finish_ms),
    )
