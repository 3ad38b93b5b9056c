"""Puts the service together: the only file that names concrete adapters."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509 import Certificate

from app.access.passkeys import RelyingParty
from app.access.token_cache import TokenCache
from app.access.tokens import TokenAuthority
from app.actions.content_limits import limits_from
from app.actions.keyring import Keyring
from app.actions.scan_profiles import ScanProfiles
from app.actions.services import Broker, Services
from app.blobs.backends import BACKENDS
from app.db.alarm_calls import DatabaseCalls
from app.db.alarms import AlarmRounds
from app.db.cosignatures import DatabaseCosignatures, DatabaseTimestamps, writer_for
from app.db.desks import desk_for
from app.db.engine import for_reading, is_sqlite, open_engine
from app.db.fsck_outcome import Findings, OutcomeFile
from app.db.head_maps import HeadMaps
from app.db.high_water import HighWater
from app.db.inspections import Inspections
from app.db.installation_keys import Keys, KeysMissingError, load_keys, make_keys, make_log_key
from app.db.kept_catalogues import KeptCatalogues
from app.db.lead import Lead
from app.db.log_keys import LogKeys
from app.db.privileges import can_alter_ledger
from app.db.recorder import LANES, DatabaseRecorder
from app.db.repositories.audit import DatabaseAuditReader
from app.db.repositories.boards import DatabaseBoards
from app.db.repositories.device_chains import DatabaseDeviceChains
from app.db.repositories.log_reader import DatabaseLogReader
from app.db.repositories.log_tail import DatabaseLogTail
from app.db.repositories.reader import DatabaseReader
from app.db.repositories.scan_counts import DatabaseScanCounts
from app.db.repositories.work_lists import DatabaseWorkLists
from app.db.sequencer import Sequencer
from app.db.telemetry import DatabaseTelemetry
from app.kit.clock import Clock, SystemClock
from app.kit.errors import GivreError
from app.ledger.policy import parse_policy
from app.ledger.receipt import receipt_key_name
from app.ledger.signers import Ed25519Signer
from app.ledger.timestamps import TimestampError, read_certificates
from app.settings import Settings, environment_of
from app.watch.channels.email import MailServer
from app.watch.watch import Watch
from app.witnesses.offerings import Offerings
from app.witnesses.stamping import Stamping

__all__ = ("Keys", "KeysMissingError", "assemble", "load_keys", "make_keys", "make_log_key")
_LOOK_SECONDS = 0.2
"""How often the witnesses' threads look for something new, at most."""


class RoleTooPowerfulError(GivreError):
    """The database role could alter the ledger."""

    code = "role-too-powerful"


@dataclass(frozen=True, slots=True)
class Assembly:
    """A running service and all that works beside it (``start`` starts that), and how to stop everything."""

    services: Services
    sequencer: Sequencer
    inspections: Inspections
    witnesses: Offerings
    writers: Sequence[Thread]
    """The recorder's threads: they take turns at the interpreter with the loop's."""
    watch: Watch
    stop: Callable[[], None]

    def start(self) -> None:
        """Publish, inspect, and offer what is published to the witnesses, each in a thread of its own."""
        self.sequencer.start()
        self.inspections.start()
        self.witnesses.start()
        self.watch.start()


def load_keyring(settings: Settings) -> Keyring:
    """Return the keys that open and sign what is kept.

    Raises:
        KeysMissingError: one is not there or is no key.
    """
    keys = load_keys(settings.data_dir)
    return _keyring(keys, Ed25519Signer(receipt_key_name(settings.origin), keys.receipts), settings.origin)


def _keyring(keys: Keys, signer: Ed25519Signer, origin: str) -> Keyring:
    return Keyring(master=keys.master, receipts=signer, origin=origin)


def load_seeds() -> list[dict[str, Any]]:
    """Return the product profiles that come with the service, as documents."""
    folder = resources.files("app.custody").joinpath("profiles")
    return [json.loads(entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".json")]


def _trusted_authorities(settings: Settings) -> list[Certificate]:
    if settings.tsa_url is None:
        return []
    if settings.tsa_certificate is None:
        message = "GIVRE_TSA_URL needs GIVRE_TSA_CERTIFICATE: a token that leads to nobody trusted is worth nothing"
        raise TimestampError(message)
    return read_certificates(settings.tsa_certificate.read_bytes())


def assemble(settings: Settings, *, clock: Clock | None = None) -> Assembly:
    """Open the database and start the recorder.

    Raises:
        KeysMissingError: the installation has no keys.
        RoleTooPowerfulError: the database role could alter the ledger, and this is no development set-up.
        PolicyError, TimestampError: witnesses or a time-stamping authority are named that cannot be used.
    """
    keys = load_keys(settings.data_dir)
    cosigners = "" if settings.cosigners is None else settings.cosigners.read_text("utf-8")
    witnesses = Offerings(parse_policy(cosigners.encode()) if cosigners else None)
    authorities = _trusted_authorities(settings)
    sqlite = is_sqlite(settings.url)
    reading = open_engine(settings.url, pool_size=4)
    if not settings.development and not sqlite and can_alter_ledger(reading):
        reading.dispose()
        message = (
            "this database role could alter the ledger: serve as the role GIVRE_APP_ROLE named at `givre migrate`, "
            "or set GIVRE_DEVELOPMENT=true on a machine that holds no patient"
        )
        raise RoleTooPowerfulError(message)
    signer = Ed25519Signer(receipt_key_name(settings.origin), keys.receipts)
    keyring = _keyring(keys, signer, settings.origin)
    told = clock or SystemClock()
    lanes = 1 if sqlite else LANES
    recorder = DatabaseRecorder(
        open_engine(settings.url, pool_size=lanes, by_index=True),
        clock=told,
        keyring=keyring,
        random=secrets.token_bytes,
        max_waiting=settings.max_waiting,
        lanes=lanes,
    )
    heads, log_keys = HeadMaps(), LogKeys(settings.data_dir / "keys", mldsa44=settings.log_mldsa44)
    lead = Lead(desk_for(settings.url, reading, recorder), settings.data_dir)
    outcomes = OutcomeFile(settings.data_dir)
    sequencer = Sequencer(
        lead,
        clock=told,
        keys=log_keys,
        origin=settings.origin,
        marks=HighWater(settings.data_dir),
        heads=heads,
        findings=Findings(outcomes),
        interval_seconds=settings.publish_ms / 1000,
        guard=witnesses.guard,
    )
    inspections = Inspections(
        lead,
        outcomes,
        told,
        frozen=sequencer.frozen,
        command=("nice", "-n", "19", sys.executable, "-m", "app", "fsck", "--json"),
        environment=environment_of(settings),
        at=settings.fsck_at,
    )
    at_once = for_reading(reading)
    reader = DatabaseReader(at_once)
    log = DatabaseLogReader(at_once, heads=heads, keys=log_keys, origin=settings.origin, frozen=sequencer.frozen.get)
    write = writer_for(settings.url, reading, recorder)
    if settings.tsa_url is not None:
        witnesses.stamping = Stamping(
            settings.tsa_url,
            authorities,
            reader=log,
            store=DatabaseTimestamps(reading, write, told),
            clock=told,
            leads=lambda: sequencer.leading,
            every=timedelta(hours=settings.tsa_hours),
        )
    witnesses.attend(
        log,
        DatabaseCosignatures(reading, write, told),
        leads=lambda: sequencer.leading,
        freeze=sequencer.freeze,
        interval_seconds=max(settings.publish_ms / 1000, _LOOK_SECONDS),
    )
    calls, seeds = DatabaseCalls(reading, write), load_seeds()
    watch = Watch(
        AlarmRounds(reading, write, limits_from(seeds, reader)),
        calls,
        recorder,
        told,
        mail=MailServer(**settings.mail) if settings.mail is not None else None,
        secret=keyring.webhook_secret,
        interval_seconds=settings.alarm_ms / 1000,
    )
    services = Services(
        clock=told,
        recorder=recorder,
        reader=reader,
        scan_profiles=ScanProfiles(reader),
        keyring=keyring,
        authority=TokenAuthority(
            Ed25519PrivateKey.from_private_bytes(keys.tokens), settings.origin, audience=settings.origin, key_id="1"
        ),
        tokens=TokenCache(capacity=10_000),
        catalogues=KeptCatalogues(seeds, reader, told),
        access_lifetime=timedelta(minutes=settings.access_minutes),
        max_body_bytes=settings.max_body_bytes,
        max_file_bytes=settings.max_file_bytes,
        blobs=BACKENDS["local"].open(str(settings.data_dir / "blobs")),
        telemetry=DatabaseTelemetry(reading, write, told),
        exposure_limit_s=settings.exposure_limit_s,
        broker=_broker(settings, lambda: sequencer.leading),
        receipt_vkey=signer.vkey,
        log=log,
        ledger=inspections.standing,
        cosigners=cosigners,
        witnesses=witnesses.standings,
        late_after=timedelta(minutes=settings.late_minutes),
        audit=DatabaseAuditReader(at_once),
        retention_years=settings.retention_years,
        device_chains=DatabaseDeviceChains(reader),
        work_lists=DatabaseWorkLists(reader),
        scan_counts=DatabaseScanCounts(reader),
        boards=DatabaseBoards(reader),
        log_tail=DatabaseLogTail(reader),
        relying_party=RelyingParty(settings.rp_id, "Givre", tuple(settings.web_origins.split())),
        contacts=calls,
    )

    def stop() -> None:
        watch.stop()
        inspections.stop()
        witnesses.stop()
        sequencer.stop()
        recorder.stop()
        reading.dispose()

    return Assembly(services, sequencer, inspections, witnesses, recorder.threads, watch, stop)


def _broker(settings: Settings, leads: Callable[[], bool]) -> Broker | None:
    if settings.mqtt_url is None:
        return None
    return Broker(settings.mqtt_url, settings.mqtt_user, settings.mqtt_password, f"givre-{settings.origin}", leads)
