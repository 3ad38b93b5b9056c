"""The one name of a symbology, however a reader, a site or an older message spells it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

SYMBOLOGY_NAMES: Final = (
    "aztec",
    "code39",
    "code128",
    "datamatrix",
    "gs1-128",
    "gs1-datamatrix",
    "pdf417",
    "qrcode",
)
"""As this service draws and decodes them."""
_SIGNS: Final = re.compile(r"[^a-z0-9]")
_NAMES: Final = {_SIGNS.sub("", name): name for name in SYMBOLOGY_NAMES}
_REMEMBERED: Final = 256


@lru_cache(maxsize=_REMEMBERED)
def symbology_name(told: str) -> str:
    """Return the name by which this service calls a symbology: "code-128", "Code128" and "CODE_128" are "code128".

    A name that is none of ours stays as it is: it equals itself and nothing else.
    """
    return _NAMES.get(_SIGNS.sub("", told.lower()), told)
