"""What a process counts while it serves, for Prometheus; `ops.metrics` adds what the servers know and shows it all."""

from prometheus_client import Counter, Histogram

REQUESTS = Histogram(
    "marquee_request_seconds",
    "Time to answer a request, by route.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSALS = Counter(
    "marquee_refusals_total", "Answers that say no, by code: seat_unavailable is a conflict of locks.", ["code"]
)


def refused(code: str) -> None:
    """Count a refusal that was answered."""
    REFUSALS.labels(code).inc()
