"""What a taken step changes."""

from __future__ import annotations

from dataclasses import dataclass

from app.custody.bag import Bag, PrintRun, Shipment, Therapy


@dataclass(frozen=True, slots=True)
class Effects:
    """New values of what changed; what is not named stays as it was.

    ``enters`` and ``leaves`` are position ids. ``children`` are bags that begin to exist; ``also`` are other bags
    changed in the same act (a whole shipper handed over). ``stays``: the step leaves the bag in the state it is in,
    although it may lead to another. ``causes``: why a deviation is opened although no rule was broken and nothing held.
    """

    bag: Bag | None = None
    therapy: Therapy | None = None
    shipment: Shipment | None = None
    print_run: PrintRun | None = None
    enters: str | None = None
    leaves: str | None = None
    children: tuple[Bag, ...] = ()
    also: tuple[Bag, ...] = ()
    stays: bool = False
    causes: tuple[str, ...] = ()
