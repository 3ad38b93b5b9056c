"""What Prometheus sees of this process; counts and durations, never a name or an identifier."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

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


def exposition() -> bytes:
    """Return the metrics in Prometheus's text format."""
    return generate_latest(REGISTRY)
