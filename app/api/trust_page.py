"""The page on which a tablet learns to trust the installation's own authority: no script, also for paper."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from html import escape
from importlib import resources
from typing import Final, cast

from app.kit.errors import GivreError

_QUIET_MODULES: Final = 4
"""Light modules around a QR code (ISO/IEC 18004)."""


class NoOwnAuthorityError(GivreError):
    """The service is reached by plain HTTP here, or has a certificate that devices trust already."""

    code = "no-own-authority"


@dataclass(frozen=True)
class TrustPage:
    """The authority's certificate (DER), and the address at which a sheet of paper says that it is to be had."""

    certificate: bytes
    address: str

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, as tablets show it."""
        return sha256(self.certificate).digest().hex(":").upper()

    @cached_property
    def html(self) -> bytes:
        """The page: French, then English; the fingerprint as text and as a QR code, and one of the page's address."""
        trust = f"{self.address}/trust"
        figures = "".join(
            f"<figure>{_qr(text)}<figcaption>{escape(caption)}</figcaption></figure>"
            for text, caption in ((self.fingerprint, "SHA-256"), (trust, trust))
        )
        page = _source("trust.html").replace("@STYLE@", _source("trust.css")).replace("@FIGURES@", figures)
        return page.replace("@FINGERPRINT@", self.fingerprint).encode()


@cache
def policy() -> str:
    """Return what the page may do: be seen in its own style, and nothing else."""
    style = base64.b64encode(sha256(_source("trust.css").encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _source(name: str) -> str:
    return resources.files("app").joinpath("tls", name).read_text("utf-8")


def _qr(text: str) -> str:
    import zxingcpp  # noqa: PLC0415  # for those who open the page, not for every start

    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False)
    # The picture offers its bytes as a two-dimensional buffer; its annotations do not say so.
    rows = cast("list[list[int]]", memoryview(cast("bytes", picture)).tolist())
    side = len(rows) + 2 * _QUIET_MODULES
    dark = "".join(
        f"M{across + _QUIET_MODULES} {down + _QUIET_MODULES}h1v1h-1z"
        for down, row in enumerate(rows)
        for across, light in enumerate(row)
        if not light
    )
    box = f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges"'
    return f'<svg {box} role="img" aria-label="{escape(text)}"><path d="{dark}"/></svg>'
