"""What happens, counted as it happens."""

from collections.abc import Collection, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram

from controller.domain.alarm import Priority
from controller.domain.errors import StaleEpoch, StoreUnavailable
from controller.domain.journal import JournalEntry
from controller.faults.catalogue import KINDS as FAULTS
from controller.faults.conditions import KINDS
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
        self._turn_seconds = _histogram(registry, catalogue.TURN_SECONDS)
        self._recorded_lines = _counter(registry, catalogue.RECORDED_LINES)
        self._alarms_raised = _counter(registry, catalogue.ALARMS_RAISED)
        self._alarms_attached = _counter(registry, catalogue.ALARMS_ATTACHED)
        self._alarm_acknowledged = _histogram(registry, catalogue.ALARM_ACKNOWLEDGED)
        self._faults_raised = _counter(registry, catalogue.FAULTS_RAISED)
        self._faults_of_family = _counter(registry, catalogue.FAULTS_OF_FAMILY)
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

    def decided(self, duration_s: float, *, fault: bool, recorded: int) -> None:
        self._turn_seconds.labels(_YES_NO[fault]).observe(duration_s)
        self._recorded_lines.inc(recorded)

    def commit_failed(self, reason: str) -> None:
        self._commit_failures.labels(reason if reason in _FAILURES else OTHER).inc()

    def journaled(self, entries: Sequence[JournalEntry]) -> None:
        for entry in entries:
            if len(self._actions) < _MAX_ACTIONS:
                self._actions.add(entry.action)
            self._journal_entries.labels(entry.action if entry.action in self._actions else OTHER).inc()
            self._count_trouble(entry)

    def _count_trouble(self, entry: JournalEntry) -> None:
        match entry.action, entry.data:
            case "alarm.raised", {"priority": str(priority), "condition": str(condition)} if priority in _PRIORITIES:
                kind = condition.partition("/")[0]
                self._alarms_raised.labels(priority, kind if kind in KINDS else OTHER).inc()
            case "alarm.attached", _:
                self._alarms_attached.inc()
            case "alarm.acknowledged", {"priority": str(priority), "waited_s": float(waited_s)}:
                self._alarm_acknowledged.labels(priority if priority in _PRIORITIES else OTHER).observe(waited_s)
            case "fault.raised", {"code": str(code), "level": int(level)}:
                robot = self._known(entry.subject.removeprefix("robot:"))
                self._faults_raised.labels(robot, str(level) if level in _LEVELS else OTHER).inc()
                self._faults_of_family.labels(_family(code) if _family(code) in _FAMILIES else OTHER).inc()
            case _:
                pass

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
        for kind in KINDS.values():
            for priority in {kind.priority, kind.at_stake}:
                self._alarms_raised.labels(priority.value, kind.kind)
        for priority in Priority:
            self._alarm_acknowledged.labels(priority.value)
        for family in (*_FAMILIES, OTHER):
            self._faults_of_family.labels(family)
        for fault in _YES_NO.values():
            self._turn_seconds.labels(fault)
        for robot in (*self._robots, OTHER):
            self._poison.labels(robot)
            self._gaps.labels(robot)
            for level in _LEVELS:
                self._faults_raised.labels(robot, str(level))


def _family(code: str) -> str:
    """`VAC` of VAC-14."""
    return code.partition("-")[0]


_PRIORITIES = frozenset(Priority)
_LEVELS = (1, 2, 3, 4)
_FAMILIES = tuple(dict.fromkeys(_family(code) for code in FAULTS))
_YES_NO = {True: "yes", False: "no"}
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def _counter(registry: CollectorRegistry, metric: Metric) -> Counter:
    return Counter(metric.name, metric.help, metric.labels, registry=registry)


def _histogram(registry: CollectorRegistry, metric: Metric) -> Histogram:
    return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
