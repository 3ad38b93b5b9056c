"""How long a sign-in stays closed after wrong passwords or PINs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LOCKED: Final = "sign-in-locked"

FREE_FAILURES: Final = 4
FIRST_LOCK: Final = timedelta(minutes=15)
LONGEST_LOCK: Final = timedelta(hours=24)
FORGOTTEN_AFTER: Final = timedelta(hours=24)

_MOST_DOUBLINGS: Final = math.ceil(math.log2(LONGEST_LOCK / FIRST_LOCK))


@dataclass(frozen=True, slots=True)
class Attempts:
    """The failures in a row of one sign-in."""

    failed: int = 0
    last_failed_at: datetime | None = None
    locked_until: datetime | None = None


def after_failure(attempts: Attempts, now: datetime) -> Attempts:
    """Count a wrong secret: the fifth in a row closes the sign-in for 15 minutes, each further one for twice as long.

    Never longer than 24 hours. While it is closed nothing counts, as no secret is looked at: else anybody could keep a
    colleague out for ever. A whole day without a failure, after the lock if there was one, starts the count anew.
    """
    if is_locked(attempts, now):
        return attempts
    failed = 1 if _is_forgotten(attempts, now) else attempts.failed + 1
    if failed <= FREE_FAILURES:
        return Attempts(failed, now, None)
    doublings = min(failed - FREE_FAILURES - 1, _MOST_DOUBLINGS)
    return Attempts(failed, now, now + min(FIRST_LOCK * 2**doublings, LONGEST_LOCK))


def after_success(attempts: Attempts, now: datetime) -> Attempts:
    """Forget the failures, unless the sign-in is closed: a right secret does not open it early."""
    return attempts if is_locked(attempts, now) else Attempts()


def is_locked(attempts: Attempts, now: datetime) -> bool:
    """Say whether the sign-in is closed now."""
    return attempts.locked_until is not None and now < attempts.locked_until


def retry_after_seconds(attempts: Attempts, now: datetime) -> int:
    """Return the whole seconds to wait, rounded up (the ``Retry-After`` header); 0 when it is open."""
    if attempts.locked_until is None:
        return 0
    return max(0, math.ceil((attempts.locked_until - now).total_seconds()))


def _is_forgotten(attempts: Attempts, now: datetime) -> bool:
    quiet_since = attempts.locked_until or attempts.last_failed_at
    return quiet_since is not None and now - quiet_since >= FORGOTTEN_AFTER
