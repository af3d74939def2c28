"""Counters of the web process. Labels are names of ours only: no personal data."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
REFUSED = Counter(
    "hotline_intake_refused",
    "Requests at the door of which nothing was kept",
    ["channel", "reason"],
    registry=REGISTRY,
)
CONTACTS = Counter(
    "hotline_intake_contacts",
    "Contacts handed in; `again` were here before",
    ["channel", "kind"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "hotline_http_seconds",
    "Time to an answer by route and status",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
