"""Prometheus metrics. What they show is documented in docs/operations.md.

Under `lms serve` the API processes and the worker count together, in a folder that it makes.
"""

import functools
import os
from collections.abc import Iterable, Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

__all__ = ["CONTENT_TYPE_LATEST"]

MULTI_PROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which prometheus_client keeps one file for each process."""

REQUESTS = Counter("lms_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "lms_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
HANDLED = Counter("lms_events_handled_total", "Events handled", ["handler"])
HANDLER_FAILURES = Counter("lms_handler_failures_total", "Handlers that raised", ["handler"])
MAILS = Counter("lms_mails_total", "Mails settled", ["state"])
ALARMS = Counter("lms_alarms_total", "Differences that must never be", ["kind"])

GAUGES = {
    "lms_queue_waiting": "Jobs waiting",
    "lms_queue_held": "Jobs held after too many starts",
}


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answer. `route` is one of ours; a client may make up methods without end."""
    count, time = _of(method if method in METHODS else "other", route, status)
    count.inc()
    time.observe(seconds)


@functools.cache  # finding them by their labels costs more than all the rest
def _of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(route)


class _Found(Collector):
    """Values that were read a moment ago."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = values

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, value in self._values.items():
            yield GaugeMetricFamily(name, GAUGES[name], value=value)


def exposition(gauges: Mapping[str, float]) -> bytes:
    """All that was counted, and these values of GAUGES, as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(_Found(gauges))
    if MULTI_PROCESS in os.environ:  # noqa: TID251 - prometheus_client's own setting
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # theirs
    else:
        registry.register(REGISTRY)
    return generate_latest(registry)
