"""Every figure that the service exposes: its name, meaning, labels and buckets. Dashboards and alerts use no other.

Times in the figures are site seconds where they compare orders, work or vans with the clock of the centre, and real
seconds where they tell how the program itself runs. Every label has a bounded set of values.
"""

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """Upper bounds; histograms only."""


_FAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_TURN_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
_ACKNOWLEDGED_S = (30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 14_400.0, 86_400.0)
_HTTP_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 25.0)

READY = Metric("nightshift_ready", Kind.GAUGE, "1 when nothing stands in the way of working.")
LINK_UP = Metric("nightshift_link_up", Kind.GAUGE, "1 while the controller is connected to the message broker.")
JOURNAL_SEQ = Metric("nightshift_journal_seq", Kind.GAUGE, "Number of the last committed journal entry.")
SITE_TIME = Metric("nightshift_site_time_seconds", Kind.GAUGE, "The centre's clock, seconds since the Unix epoch.")

ROBOT_TRUST = Metric(
    "nightshift_robot_trust", Kind.GAUGE, "1 for the trust that the controller has in the robot.", ("robot", "trust")
)
ROBOT_AUTOMATIC = Metric(
    "nightshift_robot_automatic", Kind.GAUGE, "1 while the robot is in automatic mode.", ("robot",)
)
ROBOT_PACKML = Metric("nightshift_robot_packml", Kind.GAUGE, "PackML state number (PackTags v3).", ("robot",))
ROBOT_QUEUE = Metric("nightshift_robot_queue", Kind.GAUGE, "Commands that the robot has not finished.", ("robot",))
ROBOT_FAULTS = Metric(
    "nightshift_robot_faults", Kind.GAUGE, "Active faults by level, 1 is gravest.", ("robot", "level")
)
ROBOT_SILENCE = Metric(
    "nightshift_robot_silence_seconds", Kind.GAUGE, "Site seconds since the robot's last report.", ("robot",)
)
ROBOT_INPUT = Metric("nightshift_robot_input_waiting", Kind.GAUGE, "Packs waiting on the input belt.", ("robot",))

ORDERS_OPEN = Metric("nightshift_orders_open", Kind.GAUGE, "Orders that have not left.", ("class",))
ORDERS_LATE = Metric("nightshift_orders_late", Kind.GAUGE, "Orders that have not left and are past due.", ("class",))
TOTES = Metric("nightshift_totes", Kind.GAUGE, "Totes of orders that have not left.", ("status",))
DEPARTURE_IN = Metric(
    "nightshift_next_departure_in_seconds", Kind.GAUGE, "Site seconds to the next planned departure; negative is late."
)
DEPARTURE_TOTES = Metric(
    "nightshift_next_departure_totes", Kind.GAUGE, "Totes for the next departure: ready is checked.", ("readiness",)
)
DEPARTURE_ORDERS = Metric(
    "nightshift_next_departure_orders_gathering", Kind.GAUGE, "Orders for the next departure that still lack packs."
)

ALARMS = Metric("nightshift_alarms", Kind.GAUGE, "Alarms that have not ended.", ("priority", "state"))
ALARMS_OF_KIND = Metric(
    "nightshift_alarms_of_kind", Kind.GAUGE, "Alarms that have not ended and that no other alarm explains.", ("kind",)
)
ALARMS_OVERDUE = Metric(
    "nightshift_alarms_overdue", Kind.GAUGE, "Alarms whose time to respond is over with nobody's name.", ("priority",)
)
ALARMS_STALE = Metric("nightshift_alarms_stale", Kind.GAUGE, "Alarms that have stood for more than a day.")
ALARMS_CHATTERING = Metric(
    "nightshift_alarms_chattering", Kind.GAUGE, "Alarms whose condition came and went three times a minute or more."
)
ALARMS_RAISED = Metric("nightshift_alarms_raised_total", Kind.COUNTER, "Alarms shown to people.", ("priority", "kind"))
ALARMS_ATTACHED = Metric(
    "nightshift_alarms_attached_total", Kind.COUNTER, "Alarms hidden at once under the one that explains them."
)
ALARM_ACKNOWLEDGED = Metric(
    "nightshift_alarm_acknowledge_seconds",
    Kind.HISTOGRAM,
    "Site seconds from an alarm to the name of somebody who has it.",
    ("priority",),
    _ACKNOWLEDGED_S,
)

FAULTS_RAISED = Metric(
    "nightshift_faults_raised_total", Kind.COUNTER, "Faults by robot and level, 1 is gravest.", ("robot", "level")
)
FAULTS_OF_FAMILY = Metric(
    "nightshift_faults_of_family_total",
    Kind.COUNTER,
    "Faults by the letters of their code, which name the part of a robot.",
    ("family",),
)
ROBOT_OUT = Metric(
    "nightshift_robot_out", Kind.GAUGE, "1 for the reason for which a robot gets no work.", ("robot", "reason")
)
ROBOT_OUT_SECONDS = Metric(
    "nightshift_robot_out_seconds",
    Kind.GAUGE,
    "Site seconds since a robot last could work; 0 while it can.",
    ("robot",),
)
QUARANTINED = Metric(
    "nightshift_quarantined_packs", Kind.GAUGE, "Packs held on shelves until a named person decides about their case."
)
HAND_PICKS = Metric(
    "nightshift_hand_pick_packs", Kind.GAUGE, "Packs that people are to fetch out of robots that are out."
)

DOUBTS_OPEN = Metric("nightshift_doubts_open", Kind.GAUGE, "Packs whose whereabouts nobody knows for certain.")
DOUBT_AGE = Metric("nightshift_doubt_oldest_seconds", Kind.GAUGE, "Site seconds since the oldest open doubt arose.")
WORK_WAITING = Metric("nightshift_work_waiting", Kind.GAUGE, "Jobs that nobody has taken.", ("station",))
WORK_AGE = Metric(
    "nightshift_work_oldest_seconds", Kind.GAUGE, "Site seconds that the oldest untaken job has waited.", ("station",)
)
GOODS_IN = Metric("nightshift_goods_in_packs", Kind.GAUGE, "Delivered packs that nobody was given to carry yet.")
STOCK = Metric("nightshift_stock_packs", Kind.GAUGE, "Packs by place, from the ledger's balances.", ("place",))

COMMITS = Metric("nightshift_commits_total", Kind.COUNTER, "Commits to the database.")
COMMITTED_ACTIONS = Metric("nightshift_committed_actions_total", Kind.COUNTER, "Actions that commits made durable.")
COMMITTED_ROWS = Metric("nightshift_committed_rows_total", Kind.COUNTER, "Rows that commits wrote.")
COMMIT_SECONDS = Metric(
    "nightshift_commit_duration_seconds", Kind.HISTOGRAM, "Real time that a commit took.", buckets=_FAST_S
)
COMMIT_FAILURES = Metric("nightshift_commit_failures_total", Kind.COUNTER, "Commits that failed.", ("reason",))
TURN_SECONDS = Metric(
    "nightshift_turn_duration_seconds",
    Kind.HISTOGRAM,
    "Real time of deciding, before the commit; turns in which a fault began also diagnose and record it.",
    ("fault",),
    _TURN_S,
)
RECORDED_LINES = Metric(
    "nightshift_recorded_lines_total", Kind.COUNTER, "Lines that the flight recorder kept around faults."
)
JOURNAL_ENTRIES = Metric("nightshift_journal_entries_total", Kind.COUNTER, "Journal entries by action.", ("action",))
POISON = Metric("nightshift_poison_total", Kind.COUNTER, "Messages that broke the robot contract.", ("robot",))
GAPS = Metric("nightshift_report_gaps_total", Kind.COUNTER, "Gaps seen in a robot's reports.", ("robot",))

LOOP_LAG = Metric(
    "nightshift_loop_lag_seconds", Kind.HISTOGRAM, "Real time by which the event loop ran late.", buckets=_FAST_S
)
HTTP_REQUESTS = Metric(
    "nightshift_http_requests_total",
    Kind.COUNTER,
    "Answered requests by route template.",
    ("method", "route", "status"),
)
HTTP_SECONDS = Metric(
    "nightshift_http_request_duration_seconds",
    Kind.HISTOGRAM,
    "Real time to the end of the answer; claims and the stream wait on purpose.",
    ("route",),
    _HTTP_S,
)

CATALOGUE: tuple[Metric, ...] = (
    READY, LINK_UP, JOURNAL_SEQ, SITE_TIME,
    ROBOT_TRUST, ROBOT_AUTOMATIC, ROBOT_PACKML, ROBOT_QUEUE, ROBOT_FAULTS, ROBOT_SILENCE, ROBOT_INPUT,
    ORDERS_OPEN, ORDERS_LATE, TOTES, DEPARTURE_IN, DEPARTURE_TOTES, DEPARTURE_ORDERS,
    ALARMS, ALARMS_OF_KIND, ALARMS_OVERDUE, ALARMS_STALE, ALARMS_CHATTERING,
    ALARMS_RAISED, ALARMS_ATTACHED, ALARM_ACKNOWLEDGED,
    FAULTS_RAISED, FAULTS_OF_FAMILY, ROBOT_OUT, ROBOT_OUT_SECONDS, QUARANTINED, HAND_PICKS,
    DOUBTS_OPEN, DOUBT_AGE, WORK_WAITING, WORK_AGE, GOODS_IN, STOCK,
    COMMITS, COMMITTED_ACTIONS, COMMITTED_ROWS, COMMIT_SECONDS, COMMIT_FAILURES, TURN_SECONDS, RECORDED_LINES,
    JOURNAL_ENTRIES, POISON, GAPS,
    LOOP_LAG, HTTP_REQUESTS, HTTP_SECONDS,
)  # fmt: skip
PROCESS_METRICS = (
    "process_virtual_memory_bytes", "process_resident_memory_bytes", "process_start_time_seconds",
    "process_cpu_seconds_total", "process_open_fds", "process_max_fds",
)  # fmt: skip
"""What prometheus-client tells of the process itself."""


def series_names(metric: Metric) -> tuple[str, ...]:
    """The names under which Prometheus stores the metric."""
    if metric.kind is Kind.HISTOGRAM:
        return tuple(f"{metric.name}{suffix}" for suffix in ("_bucket", "_sum", "_count"))
    return (metric.name,)
