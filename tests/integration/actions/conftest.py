"""The hospital that the tests of one module share."""

from __future__ import annotations

from tests.integration.api.conftest import house

__all__ = ["house"]
