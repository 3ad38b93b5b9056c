"""A bag's time out of the cold, from its scans, from what people stated, and from what probes measured. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.kit.clock import parse_rfc3339, rfc3339
from app.temperature.exposure import Account, Exposed, account
from app.temperature.reading import instant, milliseconds

_OUT: Final = "retrieved"
_BACK: Final = frozenset({"stored", "packed", "thaw_started", "destroyed", "returned", "lost"})
"""Steps that end a stay out of the cold: back in it, or thawed on purpose, which has clocks of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a bag, as far as the account asks."""

    step: str | None
    taken: bool
    occurred_at: str
    details: Mapping[str, Any]


def exposure_of(
    events: Iterable[Told], shares: Iterable[Mapping[str, Any]], *, now_ms: int, limit_s: int | None
) -> Account:
    """Return the account. ``shares`` are what files and dewars were to this bag (see ``weighed_view``).

    What a person states at a step (``exposure_s``) ends with that step. Of a probe's excursion the longest it may have
    lasted counts.
    """
    found: list[Exposed] = []
    out: int | None = None
    for one in events:
        if not one.taken:
            continue
        at = milliseconds(parse_rfc3339(one.occurred_at))
        if one.step == _OUT:
            out = at
        elif out is not None and one.step in _BACK:
            found.append(Exposed(out, max(at, out), _OUT, "scan"))
            out = None
        stated = one.details.get("exposure_s")
        if isinstance(stated, int) and stated > 0 and one.step is not None:
            found.append(Exposed(at - stated * 1000, at, one.step, "stated"))
    if out is not None:
        found.append(Exposed(out, None, _OUT, "scan"))
    for share in shares:
        found += _measured(share)
    return account(found, now_ms=now_ms, limit_ms=None if limit_s is None else limit_s * 1000)


def account_view(found: Account) -> dict[str, Any]:
    """Return an account as it is told: whole seconds, rounded up, each interval with its cause and its source."""
    return {
        "total_s": _seconds(found.total_ms),
        "limit_s": None if found.limit_ms is None else found.limit_ms // 1000,
        "left_s": None if found.left_ms is None else found.left_ms // 1000,
        "open": found.open,
        "by_cause_s": {cause: _seconds(ms) for cause, ms in sorted(found.by_cause_ms.items())},
        "intervals": [
            {
                "since": rfc3339(instant(one.start_ms)),
                "until": None if one.end_ms is None else rfc3339(instant(one.end_ms)),
                "seconds": None if one.end_ms is None else _seconds(one.end_ms - one.start_ms),
                "cause": one.cause,
                "source": one.source,
            }
            for one in found.intervals
        ],
    }


def exposure_sum(found: Account) -> dict[str, Any]:
    """Return what is told of an account beside a bag: how much, of how much, and whether it goes on."""
    view = account_view(found)
    return {name: view[name] for name in ("total_s", "limit_s", "left_s", "open")}


def _measured(share: Mapping[str, Any]) -> list[Exposed]:
    found = []
    for probe in share["probes"]:
        for one in probe["excursions"]:
            if one["side"] != "above":
                continue
            since, until = one["since"] or one["start"], one["end"]
            # A bag's own window bounds what it was exposed to: before it lay there, the dewar's warmth was not its own.
            since = max([since, *(share[name] for name in ("stored_at", "packed_at") if share.get(name))])
            left = share.get("left_at") or share.get("received_at")
            if left is not None:
                until = left if until is None else min(until, left)
            start = milliseconds(parse_rfc3339(since))
            end = None if until is None else max(start, milliseconds(parse_rfc3339(until)))
            found.append(Exposed(start, end, "excursion", "probe"))
    return found


def _seconds(ms: int) -> int:
    return -(-ms // 1000)
