"""The logger's clock: local times into instants, and the signs that a clock or its time zone is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, TypeAlias

from app.temperature.reading import instant, milliseconds

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
_EPOCH_DAY: Final = 719_163
_SHIFTS: Final = tuple(
    sorted(
        {
            sign * shift
            for sign in (1, -1)
            for shift in (*(hour * HOUR_MS for hour in range(1, 15)), *(day * DAY_MS for day in range(1, 8)))
        },
        key=lambda shift: (abs(shift), shift),
    )
)

ClockFault: TypeAlias = Literal["ahead-of-its-reading", "off-by", "elsewhere"]


class LocalClock:
    """Turns the local times of one file, in the order they were recorded, into milliseconds since 1970.

    Where the clocks go back, an hour exists twice: the first one is meant, unless time would then stand still or step
    back. Where they go forward, an hour does not exist: a logger that shows it does not follow the change, and all its
    later times are in doubt (``doubtful_ms``). So are they when it runs through an autumn change without the repeat.
    """

    def __init__(self, zone: tzinfo) -> None:
        """Read local times of that zone."""
        self._zone = zone
        self._days: dict[int, int | None] = {}
        self.doubtful_ms: int | None = None

    def day_start(self, ordinal: int) -> int | None:
        """Return the instant at which a day (proleptic ordinal) starts when no change of clocks is in it, else None."""
        if ordinal not in self._days:
            self._days[ordinal] = self._plain(ordinal)
        return self._days[ordinal]

    def ms(self, ordinal: int, ms_of_day: int, last_ms: int | None) -> int | None:
        """Return the instant of a local time; ``last_ms`` is the reading before. None: that time does not exist."""
        plain = self.day_start(ordinal)
        if plain is not None:
            return plain + ms_of_day
        naive = datetime.fromordinal(ordinal) + timedelta(milliseconds=ms_of_day)
        first, second = (self._offset_ms(naive.replace(tzinfo=self._zone, fold=fold)) for fold in (0, 1))
        local = (ordinal - _EPOCH_DAY) * DAY_MS + ms_of_day
        if first < second:
            self._doubt(local - second if last_ms is None else last_ms)
            return None
        ms = local - first
        if last_ms is not None and first > second and ms <= last_ms:
            ms = local - second
        if last_ms is not None:
            before = instant(last_ms).astimezone(self._zone)
            stepped = local - (last_ms + self._offset_ms(before))
            if 0 < stepped <= HOUR_MS < ms - last_ms:
                self._doubt(last_ms)
        return ms

    def _doubt(self, ms: int) -> None:
        if self.doubtful_ms is None:
            self.doubtful_ms = ms

    def _plain(self, ordinal: int) -> int | None:
        midnight = datetime.fromordinal(ordinal)
        ends = (midnight, midnight + timedelta(days=1))
        offsets = {self._offset_ms(end.replace(tzinfo=self._zone, fold=fold)) for end in ends for fold in (0, 1)}
        return (ordinal - _EPOCH_DAY) * DAY_MS - offsets.pop() if len(offsets) == 1 else None

    def _offset_ms(self, at: datetime) -> int:
        offset = at.utcoffset()
        return 0 if offset is None else offset // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """Why a file's clock is not believed; ``shift_ms`` added to its times would make them fit, None: nothing would."""

    fault: ClockFault
    shift_ms: int | None


def clock_doubt(  # noqa: PLR0913  two spans of time, and when the one was read
    first_ms: int, last_ms: int, *, start: datetime, end: datetime, read_at: datetime, slack_ms: int = 600_000
) -> ClockDoubt | None:
    """Compare when a file says it was recorded with when its journey was (aware instants); None: they fit.

    A reading later than the file was read out cannot be; times that would fit after a shift by whole hours (a wrong
    time zone) or days (a wrong date) probably are off by it; times that do not touch the journey and fit after no shift
    are another journey's. A logger that only stopped early or started late is no matter of its clock. Nothing is ever
    corrected: the shift is for a person to judge.
    """
    start_ms, end_ms, read_ms = milliseconds(start), milliseconds(end), milliseconds(read_at)
    covers = [
        shift
        for shift in (0, *_SHIFTS)
        if first_ms + shift <= start_ms + slack_ms
        and last_ms + shift >= end_ms - slack_ms
        and last_ms + shift <= read_ms + slack_ms
    ]
    if covers and covers[0] == 0:
        return None
    shift = covers[0] if covers else None
    if last_ms > read_ms + slack_ms:
        return ClockDoubt("ahead-of-its-reading", shift)
    if shift is not None:
        return ClockDoubt("off-by", shift)
    return ClockDoubt("elsewhere", None) if last_ms < start_ms or first_ms > end_ms else None
