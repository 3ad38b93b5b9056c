"""How long a charged dry shipper stays cold: from its charge, its qualified time and how it stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal, TypeAlias

Orientation: TypeAlias = Literal["upright", "tilted", "lying", "inverted", "unknown"]
HoldState: TypeAlias = Literal["cold", "half", "over"]

RATES: Final[Mapping[Orientation, int]] = {"upright": 1, "tilted": 2, "lying": 5, "inverted": 20, "unknown": 5}
"""How many times faster than upright nitrogen is lost. Lying: 20 days become 4 (biobank of Tours); upside down: days
become hours. Tilted and unknown are ours; a site sets its own. Unknown counts as lying: unknown never reads as fine."""


@dataclass(frozen=True, slots=True)
class Stance:
    """How a shipper stood from an instant on."""

    since: datetime
    orientation: Orientation


@dataclass(frozen=True, slots=True)
class Hold:
    """Until when a shipper holds the cold: ``half_at`` is when half of its hold is used up."""

    charged_at: datetime
    half_at: datetime
    hold_until: datetime

    def state(self, now: datetime) -> HoldState:
        """Say whether it is cold, half used up (warn), or over: no reception into stock before the curve is judged."""
        if now >= self.hold_until:
            return "over"
        return "half" if now >= self.half_at else "cold"


def hold(
    charged_at: datetime,
    qualified: timedelta,
    stances: Sequence[Stance] = (),
    *,
    rates: Mapping[Orientation, int] = RATES,
) -> Hold:
    """Return how long a shipper holds, charged at an instant and upright until the first stance says otherwise.

    Its hold is used up at the rate of each stance in turn; the last one lasts. Stances from before the charge count
    from the charge on.

    Raises:
        ValueError: the qualified time is not positive, or a rate is less than 1.
    """
    if qualified <= timedelta() or min(rates.values()) < 1:
        message = "a qualified hold lasts, and nothing makes it longer"
        raise ValueError(message)
    later = sorted(stances, key=lambda stance: stance.since)
    way = [Stance(charged_at, "upright"), *(Stance(max(one.since, charged_at), one.orientation) for one in later)]
    return Hold(charged_at, _used_up(way, qualified / 2, rates), _used_up(way, qualified, rates))


def _used_up(way: Sequence[Stance], allowance: timedelta, rates: Mapping[Orientation, int]) -> datetime:
    for stance, following in pairwise(way):
        used = (following.since - stance.since) * rates[stance.orientation]
        if used >= allowance:
            return stance.since + allowance / rates[stance.orientation]
        allowance -= used
    return way[-1].since + allowance / rates[way[-1].orientation]
