"""Counters of the web process. Labels are names of ours only: no personal data."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

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
SWEEP_LAG = Gauge(
    "hotline_sweep_lag_seconds",
    "How long the earliest clock has waited to be looked at",
    registry=REGISTRY,
)
OUTBOX_LAG = Gauge(
    "hotline_outbox_lag_seconds", "Age of the oldest promised job", registry=REGISTRY
)
GIVEN_UP = Gauge(
    "hotline_jobs_given_up", "Promised jobs that a person has to look at", registry=REGISTRY
)
BALANCE = Gauge(
    "hotline_intake_balance",
    "Contacts by channel: received, and where they stand; `difference` must be 0",
    ["channel", "part"],
    registry=REGISTRY,
)
SIGN = Gauge(
    "hotline_channel_sign",
    "1 for how each way in or out is: ok, silent, failing, expiring, expired, unknown",
    ["name", "state"],
    registry=REGISTRY,
)
HEARD = Gauge(
    "hotline_channel_heard_seconds",
    "Since when a connection to a provider was last heard of",
    ["name"],
    registry=REGISTRY,
)
QUEUE_LAG = Gauge(
    "hotline_queue_lag_seconds",
    "Age of the oldest promise by queue",
    ["queue"],
    registry=REGISTRY,
)
PROCESSES = Gauge(
    "hotline_processes", "Processes that live, by kind", ["kind"], registry=REGISTRY
)
