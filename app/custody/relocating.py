"""A part of a dewar that goes elsewhere as one: what was scanned against what the record says lies in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relocation:
    """One act by which everything in a part of a dewar is moved.

    ``known``: the part and the place it goes to exist at this site. ``alike``: both are of one kind (box to box), and
    neither lies in the other. ``missing`` are the positions of bags that were not scanned, ``strange`` tells what was
    scanned and is not recorded there, ``twice`` what was scanned more than once, ``placeless`` are positions with a bag
    for which the new place has none. ``timely``: nothing came back before it went out, or was out for a day and more.
    """

    dewar: str
    site: str
    scope: str
    to: str
    known: bool = True
    alike: bool = True
    missing: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    placeless: tuple[str, ...] = ()
    timely: bool = True
