"""What makes a report: another version may tell the same facts in other words."""

from __future__ import annotations

from importlib.metadata import version


def software() -> str:
    """Return what the cover names as the software, e.g. ``givre 0.1.0``."""
    return f"givre {version('givre')}"
