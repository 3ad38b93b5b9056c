"""Every setting, typed and frozen; from the environment only, and no secret has a default."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an installation decides; each is ``GIVRE_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="GIVRE_", extra="forbid", frozen=True)

    data_dir: Path = Field(default=Path("data"), description="keys, and SQLite's file where that is the database")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL; without it SQLite in the data directory"
    )
    owner_database_url: str | None = Field(
        default=None, description="the owner's URL, for `givre migrate` on PostgreSQL"
    )
    app_role: str | None = Field(
        default=None, description="PostgreSQL role that `givre migrate` grants the service's rights"
    )
    development: bool = Field(default=False, description="allow a database role that could alter the ledger")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    tls: bool = Field(default=False, description="serve under TLS, by an authority of this installation's own")
    tls_names: str = Field(
        default="", description="names and addresses that people reach the service by, separated by spaces"
    )
    tls_certificate: Path | None = Field(
        default=None, description="PEM file of a certificate of your own, with its chain: no authority is made"
    )
    tls_key: Path | None = Field(default=None, description="PEM file of its key, where it is not in the same file")
    one_core: bool = Field(
        default=True,
        description="keep the threads that take turns at Python on one core (Linux)",
    )
    origin: str = Field(default="localhost/cct/log1", min_length=1, description="the ledger's C2SP origin")
    access_minutes: int = Field(default=10, ge=1, le=60)
    late_minutes: int = Field(
        default=30, ge=1, le=1440, description="minutes after which an act recorded late asks for a reason"
    )
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    max_file_bytes: int = Field(default=209_715_200, ge=1024, description="the largest temperature file that is taken")
    exposure_limit_s: int | None = Field(
        default=None, ge=1, description="seconds that a bag may spend out of the cold in all; empty: the site sets none"
    )
    mqtt_url: str | None = Field(
        default=None,
        pattern=r"^mqtts?://[^/@\s]+$",
        description="MQTT 5 broker that probes publish to, e.g. mqtts://broker.example:8883; none is asked without it",
    )
    mqtt_user: str | None = Field(default=None, description="the service's own account at the broker")
    mqtt_password: str | None = Field(default=None, description="and its password")
    max_waiting: int = Field(default=2000, ge=1, description="scans that may wait before a 503")

    publish_ms: int = Field(default=1000, ge=10, le=60_000, description="how often what was recorded is published")
    fsck_at: Annotated[time | None, BeforeValidator(lambda text: text or None)] = Field(
        default=time(2, 30), description="time of day (UTC, HH:MM) at which the whole ledger is checked; empty: never"
    )
    log_mldsa44: bool = Field(default=False, description="sign checkpoints with ML-DSA-44 (FIPS 204) too")

    retention_years: int = Field(
        default=30,
        ge=30,
        le=100,
        description="years that the law asks for data after a product's expiry or use: 30 by Regulation (EC) 1394/2007 "
        "article 15(4); ask whether the register of blood-derived medicines (40 years) applies",
    )

    rp_id: str = Field(
        default="localhost", min_length=1, description="domain that passkeys are made for (WebAuthn RP ID); for ever"
    )
    web_origins: str = Field(
        default="http://localhost:8000",
        min_length=1,
        description="origins of the pages that may use passkeys, separated by spaces",
    )

    cosigners: Path | None = Field(
        default=None,
        description="tlog-policy file without log lines: the witnesses, with their URLs, and the quorum they make",
    )

    tsa_url: str | None = Field(
        default=None, description="time-stamping authority (RFC 3161) that stamps checkpoints; nobody without it"
    )
    tsa_certificate: Path | None = Field(
        default=None, description="PEM file of the certificates that the authority's tokens must lead to"
    )
    tsa_hours: int = Field(default=24, ge=1, le=744, description="hours between two time stamps of a log")

    alarm_ms: int = Field(default=1000, ge=10, le=60_000, description="how often readings are judged for alarms")
    smtp_host: str | None = Field(default=None, description="mail server that alarms are handed to; none without it")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_sender: str = Field(
        default="givre@localhost", pattern=r"^[^@\s]+@[^@\s]+$", description="address alarms come from"
    )
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_starttls: bool = Field(default=True, description="speak to the mail server under TLS only")

    @property
    def mail(self) -> dict[str, Any] | None:
        """The mail server as it is spoken to; None where none is set."""
        if self.smtp_host is None:
            return None
        names = ("host", "port", "sender", "user", "password", "starttls")
        return {name: getattr(self, f"smtp_{name}") for name in names}

    @property
    def under_tls(self) -> bool:
        """Whether this process speaks TLS itself."""
        return self.tls or self.tls_certificate is not None

    @property
    def own_authority(self) -> bool:
        """Whether the certificate comes from an authority of this installation's own."""
        return self.tls and self.tls_certificate is None

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'givre.sqlite3'}"


def environment_of(settings: Settings) -> dict[str, str]:
    """Return what another process of this installation is told."""
    said = {
        "GIVRE_DATA_DIR": str(settings.data_dir.resolve()),
        "GIVRE_DATABASE_URL": settings.url,
        "GIVRE_ORIGIN": settings.origin,
        "GIVRE_LOG_MLDSA44": str(settings.log_mldsa44),
    }
    if settings.cosigners is not None:
        said["GIVRE_COSIGNERS"] = str(settings.cosigners.resolve())
    return {**os.environ, **said}
