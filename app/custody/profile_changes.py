"""What one version of a profile says otherwise than another, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_THE_VERSION = frozenset({"version", "status", "values", "timers"})


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return ``{"value", "old", "new"}`` for everything that two profile documents say differently, by name.

    A value stands with its confidence and source: the same limit from another label is a change, too. A clock is named
    ``from>to``; None: the version does not speak of it.
    """
    before, after = _flat(old), _flat(new)
    return [
        {"value": name, "old": before.get(name), "new": after.get(name)}
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    heads = {name: value for name, value in document.items() if name not in _OF_THE_VERSION}
    timers = {f"{one['from']}>{one['to']}": one for one in document["timers"]}
    return {**heads, **document["values"], **timers}
