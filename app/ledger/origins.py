"""What the logs of one installation are called (C2SP origins): one per operator, and one more after each break."""

from __future__ import annotations

import re
from typing import Final

_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)", re.DOTALL)


def origin_of_operator(origin: str, tenant: str) -> str:
    """Return the origin of another operator's first log: its name before the last part of the default one.

    ``hospital.example/cct/log1`` and ``chu-b`` give ``hospital.example/cct/chu-b/log1``.
    """
    parent, slash, last = origin.rpartition("/")
    return f"{parent}{slash}{tenant}/{last}"


def origin_of_successor(origin: str) -> str:
    """Return the origin of the log that follows: the next number (``…/log1`` is followed by ``…/log2``)."""
    found = _NUMBERED.fullmatch(origin)
    return f"{origin}/2" if found is None else f"{found[1]}{int(found[2]) + 1}"
