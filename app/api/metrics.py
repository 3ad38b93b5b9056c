"""What Prometheus sees of this process; counts and durations, never a name or an identifier."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from app.actions.ledger_standing import LedgerStanding

REGISTRY = CollectorRegistry()
SCANS = Counter("givre_scans", "Scans recorded, by step and outcome", ["step", "outcome"], registry=REGISTRY)
REQUESTS = Counter(
    "givre_http_requests", "Requests answered, by route and status", ["route", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "givre_http_request_seconds",
    "Time to answer",
    ["route"],
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)

FROZEN = Gauge("givre_ledger_frozen", "Logs that this process may not sign", registry=REGISTRY)
FINDINGS = Gauge("givre_fsck_findings", "What the last check of the whole ledger found", registry=REGISTRY)
CHECKED = Gauge(
    "givre_fsck_finished_timestamp_seconds", "When the whole ledger was last checked, 0 for never", registry=REGISTRY
)


def show_ledger(standing: LedgerStanding) -> None:
    """Take over how the published log stands."""
    FROZEN.set(standing.frozen)
    FINDINGS.set(standing.findings or 0)
    CHECKED.set(0 if standing.checked_at is None else standing.checked_at.timestamp())


def exposition() -> bytes:
    """Return the metrics in Prometheus's text format."""
    return generate_latest(REGISTRY)
