"""By which keys a bag is found when somebody writes or scans one of its identifiers."""

from __future__ import annotations

from app.actions.keyring import Keyring
from app.actions.resolve import label_container
from app.actions.scan_profiles import NOTHING_DECLARED, SiteFormats
from app.actions.scan_request import ReadSymbol, ScannedSymbol, read_symbols
from app.barcodes.reading import Identified

_SCHEMES = ("din", "container", "sgtin", "givre-bag", "coi")


def one_bag_keys(text: str, tenant: str, keyring: Keyring) -> list[str]:
    """Return the key of the one bag that a whole label names; for anything else every key it may stand for."""
    container = label_container(_read(text, tenant, keyring))
    return bag_keys(text, tenant, keyring) if container is None else [f"{tenant}|{container}"]


def bag_keys(text: str, tenant: str, keyring: Keyring, formats: SiteFormats = NOTHING_DECLARED) -> list[str]:
    """Return every key that a text may stand for, as an identifier's value or as a symbol."""
    symbol = _read(text, tenant, keyring, formats)[0]
    keys = [f"{tenant}|{scheme}::{text}" for scheme in _SCHEMES]
    if isinstance(symbol.reading, Identified):
        keys += [f"{tenant}|{key}" for key in symbol.lookups.values()]
    return keys


def _read(text: str, tenant: str, keyring: Keyring, formats: SiteFormats = NOTHING_DECLARED) -> tuple[ReadSymbol, ...]:
    return read_symbols([ScannedSymbol(text, None, "scanner", None)], lambda key: keyring.blinded(tenant, key), formats)
