"""Every error that the service and its commands know."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import app
from app.kit.errors import GivreError


def every_error() -> list[type[GivreError]]:
    """Return every kind of error of ours, after everything that could hold one was imported; tests make some, too."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [kind for kind in _below(GivreError) if kind.__module__.startswith("app.")]


def _below(base: type[GivreError]) -> Iterator[type[GivreError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _below(kind)
