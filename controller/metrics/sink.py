"""What happens, counted as it happens."""

from collections.abc import Collection, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram

from controller.domain.alarm import Priority
from controller.domain.errors import StaleEpoch, StoreUnavailable
from controller.domain.journal import JournalEntry
from controller.metrics import catalogue
from controller.metrics.catalogue import Metric

OTHER = "other"
_FAILURES = frozenset({StaleEpoch.code, StoreUnavailable.code})
_MAX_ACTIONS = 200
"""Journal actions are words of our own; should one ever be built from data, the rest are counted together."""


class MetricsSink:
    """The engine's Gauge, and the API's observer of answers."""

    def __init__(self, registry: CollectorRegistry, robots: Collection[str]) -> None:
        self._robots = frozenset(robots)
        self._actions: set[str] = set()
        self._commits = _counter(registry, catalogue.COMMITS)
        self._committed_actions = _counter(registry, catalogue.COMMITTED_ACTIONS)
        self._committed_rows = _counter(registry, catalogue.COMMITTED_ROWS)
        self._commit_seconds = _histogram(registry, catalogue.COMMIT_SECONDS)
        self._commit_failures = _counter(registry, catalogue.COMMIT_FAILURES)
        self._journal_entries = _counter(registry, catalogue.JOURNAL_ENTRIES)
        self._alarms_raised = _counter(registry, catalogue.ALARMS_RAISED)
        self._poison = _counter(registry, catalogue.POISON)
        self._gaps = _counter(registry, catalogue.GAPS)
        self._loop_lag = _histogram(registry, catalogue.LOOP_LAG)
        self._requests = _counter(registry, catalogue.HTTP_REQUESTS)
        self._request_seconds = _histogram(registry, catalogue.HTTP_SECONDS)
        self._begin_at_zero()

    def committed(self, actions: int, rows: int, duration_s: float) -> None:
        self._commits.inc()
        self._committed_actions.inc(actions)
        self._committed_rows.inc(rows)
        self._commit_seconds.observe(duration_s)

    def commit_failed(self, reason: str) -> None:
        self._commit_failures.labels(reason if reason in _FAILURES else OTHER).inc()

    def journaled(self, entries: Sequence[JournalEntry]) -> None:
        for entry in entries:
            if len(self._actions) < _MAX_ACTIONS:
                self._actions.add(entry.action)
            self._journal_entries.labels(entry.action if entry.action in self._actions else OTHER).inc()
            if entry.action == "alarm.raised" and entry.data.get("priority") in _PRIORITIES:
                self._alarms_raised.labels(str(entry.data["priority"])).inc()

    def poisoned(self, robot: str | None) -> None:
        self._poison.labels(self._known(robot)).inc()

    def gap_seen(self, robot: str) -> None:
        self._gaps.labels(self._known(robot)).inc()

    def loop_lagged(self, lag_s: float) -> None:
        self._loop_lag.observe(lag_s)

    def answered(self, method: str, route: str, status: int, duration_s: float) -> None:
        self._requests.labels(method if method in _METHODS else OTHER, route, str(status)).inc()
        self._request_seconds.labels(route).observe(duration_s)

    def _known(self, robot: str | None) -> str:
        return robot if robot in self._robots and robot is not None else OTHER

    def _begin_at_zero(self) -> None:
        """A first event is an increase only where the series was there before."""
        for reason in (*_FAILURES, OTHER):
            self._commit_failures.labels(reason)
        for priority in Priority:
            self._alarms_raised.labels(priority.value)
        for robot in (*self._robots, OTHER):
            self._poison.labels(robot)
            self._gaps.labels(robot)


_PRIORITIES = frozenset(Priority)
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def _counter(registry: CollectorRegistry, metric: Metric) -> Counter:
    return Counter(metric.name, metric.help, metric.labels, registry=registry)


def _histogram(registry: CollectorRegistry, metric: Metric) -> Histogram:
    return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
