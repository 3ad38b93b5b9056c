"""Hatch's hook: the tablet app is built into the wheel."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TabletHook(BuildHookInterface[Any]):
    """Builds ``app/tablet/dist``; an editable installation leaves that to `dev.py`."""

    def dependencies(self) -> list[str]:
        """Ask for Node's wheel where the app must be built and the machine has no Node."""
        builder = _builder(self.root)
        return [] if builder.is_fresh() or builder.find_node() is not None else [builder.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch hands it over
        """Build it, unless nothing has changed."""
        if version != "editable":
            _builder(self.root).build()


def _builder(root: str) -> ModuleType:
    # By its place: neither the project nor its folder is importable while it is being built.
    spec = importlib.util.spec_from_file_location("givre_tablet_build", Path(root, "app", "tablet", "build.py"))
    if spec is None or spec.loader is None:
        message = "app/tablet/build.py is missing"
        raise FileNotFoundError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
