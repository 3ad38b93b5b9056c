"""What a series is held against: limits, tolerances and the signs of a sensor that is not to be believed; all data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """The span a product may be in, in milli-°C: a leg of fresh cells +2..+8 °C, a frozen product -150 °C and below.

    ``lowest_milli`` is None where colder is never harm. A reading *at* a limit is within it.
    """

    highest_milli: int
    lowest_milli: int | None = None

    def __post_init__(self) -> None:
        """Refuse a span that holds no temperature."""
        if self.lowest_milli is not None and self.lowest_milli > self.highest_milli:
            message = "the lowest temperature of a limit lies above its highest"
            raise ValueError(message)

    def side(self, milli: int) -> str | None:
        """Say on which side of the limit a temperature lies: "above", "below", or None within."""
        if milli > self.highest_milli:
            return "above"
        if self.lowest_milli is not None and milli < self.lowest_milli:
            return "below"
        return None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a profile forgives; by default nothing.

    ``count`` excursions above the limit, each no higher than ``ceiling_milli`` and no longer than ``longest_ms`` where
    that is set; and ``unknown_ms`` in all without a trustworthy reading.
    """

    count: int = 0
    ceiling_milli: int | None = None
    longest_ms: int | None = None
    unknown_ms: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """When what lies between two readings, or a reading itself, is unknown.

    - ``gap_intervals``: a step longer than so many intervals is a gap (two: one reading was missed);
    - ``gap_ceiling_ms``: and so is a longer one than this, whatever the logger's interval: a sparse logger cannot vouch
      for what happens between its readings;
    - ``flat_ms``: the very same value for so long is a stuck sensor; None where the probe is that coarse;
    - ``jump_milli``: two neighbours differ by more: one of them is no temperature of the cells;
    - ``disagreement_milli``: two probes of one vessel differ by more.

    The defaults are ours, from ``gaps > 2 intervals`` as loggers report them and a reading at least every 30 minutes;
    a site sets its own.
    """

    gap_intervals: int = 2
    gap_ceiling_ms: int = 1_800_000
    flat_ms: int | None = 43_200_000
    jump_milli: int | None = 150_000
    disagreement_milli: int = 15_000

    def gap_ms(self, interval_ms: int | None) -> int:
        """Return the longest step that is no gap, for a logger of that interval (None: not known)."""
        if interval_ms is None:
            return self.gap_ceiling_ms
        return min(self.gap_intervals * interval_ms, self.gap_ceiling_ms)
