"""What uvicorn is given: settings → services → ASGI application."""

from __future__ import annotations

import gc
import sys

from fastapi import FastAPI

from app.api.application import create_api
from app.bootstrap import assemble
from app.settings import Settings


def create() -> FastAPI:
    """Return the application of this process."""
    # The recorder's thread must get its turn in microseconds when the database answers, not in the default 5 ms.
    sys.setswitchinterval(0.0005)
    assembly = assemble(Settings())
    api = create_api(assembly.services, on_stop=assembly.stop)
    assembly.start()  # it catches up by itself: nobody waits for it
    gc.collect()
    gc.set_threshold(20_000, 20, 20)  # a batch makes thousands of values that die with it: nothing to look for so often
    gc.freeze()  # what lives as long as the process is never walked again
    return api
