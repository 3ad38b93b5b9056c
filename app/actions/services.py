"""Everything the edges are given to work with, put together once by bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.access.passkeys import RelyingParty
from app.access.token_cache import TokenCache
from app.access.tokens import TokenAuthority
from app.actions.alarm_contacts import Contacts
from app.actions.audit_reader import AuditReader
from app.actions.board import Boards
from app.actions.catalogue import Catalogues
from app.actions.device_chains import DeviceChains
from app.actions.kept_reports import KeptReports
from app.actions.keyring import Keyring
from app.actions.ledger_standing import LedgerStanding
from app.actions.log_reader import LogReader
from app.actions.reader import Reader
from app.actions.recorder import Recorder
from app.actions.scan_profiles import ScanProfiles
from app.actions.stream import LogTail
from app.actions.telemetry import Telemetry
from app.actions.witnesses import WitnessStanding
from app.actions.work_list import WorkLists
from app.actions.wrong_scans import ScanCounts
from app.blobs.store import BlobStore
from app.kit.clock import Clock


@dataclass(frozen=True, slots=True)
class Broker:
    """The MQTT broker that probes publish to; of several processes the one that ``leads`` listens."""

    url: str
    user: str | None
    password: str | None
    name: str
    leads: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Services:
    """The service's parts, by what they promise."""

    clock: Clock
    recorder: Recorder
    reader: Reader
    keyring: Keyring
    authority: TokenAuthority
    tokens: TokenCache
    catalogues: Catalogues
    scan_profiles: ScanProfiles
    access_lifetime: timedelta
    max_body_bytes: int
    max_file_bytes: int
    blobs: BlobStore
    telemetry: Telemetry
    exposure_limit_s: int | None
    broker: Broker | None
    receipt_vkey: str
    log: LogReader
    ledger: Callable[[], LedgerStanding]
    cosigners: str
    witnesses: Callable[[], Sequence[WitnessStanding]]
    late_after: timedelta
    audit: AuditReader
    retention_years: int
    device_chains: DeviceChains
    work_lists: WorkLists
    scan_counts: ScanCounts
    relying_party: RelyingParty
    contacts: Contacts
    boards: Boards
    log_tail: LogTail
    reports: KeptReports[Any] = field(default_factory=KeptReports)
