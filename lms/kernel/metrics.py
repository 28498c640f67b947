"""Prometheus metrics of one process. What they show is documented in docs/operations.md."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("lms_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "lms_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
HANDLED = Counter("lms_events_handled_total", "Events handled", ["handler"])
HANDLER_FAILURES = Counter("lms_handler_failures_total", "Handlers that raised", ["handler"])
QUEUE_WAITING = Gauge("lms_queue_waiting", "Jobs waiting")
QUEUE_HELD = Gauge("lms_queue_held", "Jobs held after too many starts")
MAILS = Counter("lms_mails_total", "Mails settled", ["state"])
ALARMS = Counter("lms_alarms_total", "Differences that must never be", ["kind"])
