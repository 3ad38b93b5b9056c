"""How the shipper of a journey keeps the cold, as far as a scan is judged by it."""

from __future__ import annotations

from app.custody.situation import Situation
from app.custody.verdict import Breach


def held_long_enough(situation: Situation) -> Breach | None:
    """Ask, or refuse, where the shipper no longer holds the cold for certain (clinical §5.3.7).

    Past its qualified time even upright, it is over whatever the estimates are: a senior rule. Over by the rate at
    which it loses more when it does not stand upright, it is over by an estimate: that only asks, unless a pharmacist
    has set the rates. Of a shipper that nobody registered nothing is asked here; reports say that it is unknown.
    """
    carrier = situation.carrier
    if carrier is None or carrier.state in {"cold", "half"}:
        return None
    if carrier.state == "unknown":
        return Breach("shipper-hold-unknown")
    code = "shipper-hold-over" if carrier.certain else "shipper-hold-over-unconfirmed"
    return Breach(code, {"until": carrier.until})


def requalified(situation: Situation) -> Breach | None:
    """Ask where a shipper was not requalified after its last use, or its qualification has ended."""
    carrier = situation.carrier
    return None if carrier is None or carrier.requalified else Breach("shipper-not-requalified")


def doubtful(situation: Situation) -> tuple[str, ...]:
    """Return the reason for a hold of what comes out of a shipper that may not have kept the cold."""
    carrier = situation.carrier
    return () if carrier is None or carrier.state in {"cold", "half"} else ("hold_time",)
