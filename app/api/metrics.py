"""What Prometheus sees of this process; counts and durations, never a name or an identifier."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from app.actions.ledger_standing import LedgerStanding
from app.actions.witnesses import Standing, WitnessStanding

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


def answered(route: str, status: int, seconds: float) -> None:
    """Count an answer and how long it took."""
    counted, timed = _of_answers(route, status)
    counted.inc()
    timed.observe(seconds)


def recorded(step: str, outcome: str) -> None:
    """Count a scan; ``step`` is one of the catalogue's."""
    _of_scans(step, outcome).inc()


# Finding a series by its labels costs more than counting in it, and there are as many as routes and statuses, or steps.
@cache
def _of_answers(route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(route, str(status)), SECONDS.labels(route)


@cache
def _of_scans(step: str, outcome: str) -> Counter:
    return SCANS.labels(step, outcome)


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


_WITNESS = ["witness", "origin"]
WITNESS_UP = Gauge(
    "givre_witness_up", "1 while a witness cosigns, 0 while it fails or was not asked", _WITNESS, registry=REGISTRY
)
WITNESS_SIZE = Gauge(
    "givre_witness_cosigned_size", "Entries of the largest tree it cosigned", _WITNESS, registry=REGISTRY
)
WITNESS_FAILURES = Gauge("givre_witness_failures", "How often in a row it did not cosign", _WITNESS, registry=REGISTRY)


def show_witnesses(standings: Sequence[WitnessStanding]) -> None:
    """Take over how the witnesses stand; only the process that publishes asks them."""
    for one in standings:
        names = (one.witness, one.origin)
        WITNESS_UP.labels(*names).set(one.standing is Standing.COSIGNING)
        WITNESS_SIZE.labels(*names).set(one.size)
        WITNESS_FAILURES.labels(*names).set(one.failures)


def exposition() -> bytes:
    """Return the metrics in Prometheus's text format."""
    return generate_latest(REGISTRY)
