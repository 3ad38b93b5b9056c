"""What uvicorn is given: settings → services → ASGI application."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import FastAPI

from app.api.application import create_api
from app.api.one_core import OneCore
from app.api.trust_page import TrustPage
from app.bootstrap import assemble
from app.kit.clock import SystemClock
from app.settings import Settings
from app.tls.chosen import own_authority


def create() -> FastAPI:
    """Return the application of this process."""
    settings = Settings()
    assembly = assemble(settings)
    core = OneCore(settings.data_dir) if settings.one_core else None
    api = create_api(
        assembly.services,
        on_stop=assembly.stop,
        trust=_trust(settings),
        threads=core.elsewhere if core is not None else ThreadPoolExecutor,
    )
    assembly.start()  # it catches up by itself: nobody waits for it
    if core is not None:
        core.keep([threading.current_thread(), *assembly.writers])
    gc.set_threshold(20_000, 20, 20)  # a batch makes thousands of values that die with it: nothing to look for so often
    gc.freeze()  # what lives as long as the process is never walked again, nor now
    gc.enable()  # whoever started us may have turned it off until here
    return api


def _trust(settings: Settings) -> TrustPage | None:
    if not settings.own_authority:
        return None
    own = own_authority(settings)
    certificate = own.authority(SystemClock().now()).public_bytes(Encoding.DER)
    return TrustPage(certificate, own.names.address(settings.port))
