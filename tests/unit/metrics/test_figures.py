"""What Prometheus is told: every figure of the catalogue and no other, with bounded labels, true to the state."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from controller.domain.consequence import Consequence
from controller.domain.departure import DepartureStatus
from controller.domain.errors import StoreUnavailable
from controller.domain.journal import JournalEntry
from controller.domain.quarantine import hold_of
from controller.domain.robot import RobotFault, Trust
from controller.domain.withdrawal import HowOut, Withdrawal
from controller.engine.ports import Gauge
from controller.metrics.catalogue import CATALOGUE, PROCESS_METRICS, Kind, Metric, series_names
from controller.metrics.exposition import exposition, new_registry, observe_engine
from controller.metrics.loop_lag import watch_loop
from controller.metrics.sink import MetricsSink
from controller.metrics.troubles import OutFor
from tests.unit.api.fake_engine import FakeEngine, FakeState
from tests.unit.api.small_centre import DEPARTURE, NOW, entry, small_engine

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def samples(registry: CollectorRegistry) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(exposition(registry).decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


class Figures:
    def __init__(self) -> None:
        self.registry = new_registry()
        self.engine: FakeEngine = small_engine()
        self.sink = MetricsSink(self.registry, ["R1", "V1"])
        observe_engine(self.registry, self.engine, lambda: NOW)

    def value(self, name: str, **labels: str) -> float:
        return samples(self.registry)[name, frozenset(labels.items())]


@pytest.fixture
def figures() -> Figures:
    return Figures()


def test_exactly_the_catalogue_is_exposed(figures: Figures) -> None:
    figures.sink.journaled([entry(1)])
    figures.sink.answered("GET", "/livez", 200, 0.001)
    exposed = {name for name, _ in samples(figures.registry)}
    assert exposed == {name for metric in CATALOGUE for name in series_names(metric)} | set(PROCESS_METRICS)


def test_labels_are_those_of_the_catalogue(figures: Figures) -> None:
    figures.sink.journaled([entry(1)])
    figures.sink.answered("GET", "/livez", 200, 0.001)
    by_series = {name: metric for metric in CATALOGUE for name in series_names(metric)}
    for name, labels in samples(figures.registry):
        if name in by_series:
            extra = {"le"} if name.endswith("_bucket") and by_series[name].kind is Kind.HISTOGRAM else set()
            assert {label for label, _ in labels} == set(by_series[name].labels) | extra


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_names_follow_the_rules(metric: Metric) -> None:
    assert metric.name.startswith("nightshift_")
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
    assert metric.help.endswith(".")


def test_state_as_figures(figures: Figures) -> None:
    assert figures.value("nightshift_ready") == 1
    assert figures.value("nightshift_link_up") == 1
    assert figures.value("nightshift_journal_seq") == 4
    assert figures.value("nightshift_robot_trust", robot="V1", trust="silent") == 1
    assert figures.value("nightshift_robot_trust", robot="V1", trust="ready") == 0
    assert figures.value("nightshift_robot_queue", robot="R1") == 1
    assert figures.value("nightshift_robot_faults", robot="R1", level="3") == 1
    assert figures.value("nightshift_robot_silence_seconds", robot="R1") == 2
    assert figures.value("nightshift_orders_open", **{"class": "discharge"}) == 1
    assert figures.value("nightshift_orders_late", **{"class": "discharge"}) == 1
    assert figures.value("nightshift_orders_late", **{"class": "routine"}) == 0
    assert figures.value("nightshift_totes", status="checked") == 1
    assert figures.value("nightshift_next_departure_in_seconds") == 1800
    assert figures.value("nightshift_next_departure_totes", readiness="waiting") == 1
    assert figures.value("nightshift_next_departure_orders_gathering") == 1
    assert figures.value("nightshift_alarms", priority="high", state="acknowledged") == 1
    assert figures.value("nightshift_alarms", priority="low", state="suppressed") == 1
    assert figures.value("nightshift_alarms", priority="critical", state="unacknowledged") == 0
    assert figures.value("nightshift_doubts_open") == 1
    assert figures.value("nightshift_doubt_oldest_seconds") == 1200
    assert figures.value("nightshift_work_waiting", station="MANUAL-A") == 1
    assert figures.value("nightshift_work_oldest_seconds", station="MANUAL-A") == 300
    assert figures.value("nightshift_work_waiting", station="CHECK") == 0
    assert figures.value("nightshift_stock_packs", place="area:MANUAL-A") == 2
    assert figures.value("nightshift_stock_packs", place="tote") == 1


def told(action: str, subject: str, **data: object) -> JournalEntry:
    return JournalEntry(9, NOW, "controller", action, subject, data, "0", "1")


def test_alarms_are_counted_by_priority_and_kind_as_they_are_raised(figures: Figures) -> None:
    raised = told("alarm.raised", "alarm:A-1", priority="high", condition="robot.stopped/R4")
    odd = told("alarm.raised", "alarm:A-2", priority="high", condition="kitchen.fire/R4")
    figures.sink.journaled([raised, raised, odd, told("alarm.attached", "alarm:A-3", root="A-1")])
    assert figures.value("nightshift_alarms_raised_total", priority="high", kind="robot.stopped") == 2
    assert figures.value("nightshift_alarms_raised_total", priority="high", kind="other") == 1
    assert figures.value("nightshift_alarms_raised_total", priority="critical", kind="site.link") == 0
    assert figures.value("nightshift_alarms_attached_total") == 1


def test_how_long_an_alarm_waited_for_somebody(figures: Figures) -> None:
    figures.sink.journaled([told("alarm.acknowledged", "alarm:A-1", priority="high", waited_s=100.0)])
    assert figures.value("nightshift_alarm_acknowledge_seconds_count", priority="high") == 1
    assert figures.value("nightshift_alarm_acknowledge_seconds_bucket", priority="high", le="60.0") == 0
    assert figures.value("nightshift_alarm_acknowledge_seconds_bucket", priority="high", le="120.0") == 1
    assert figures.value("nightshift_alarm_acknowledge_seconds_count", priority="low") == 0


def test_faults_are_counted_by_robot_level_and_part(figures: Figures) -> None:
    figures.sink.journaled(
        [
            told("fault.raised", "robot:R1", code="VAC-14", level=3),
            told("fault.raised", "robot:intruder", code="NEW-1", level=9),
        ]
    )
    assert figures.value("nightshift_faults_raised_total", robot="R1", level="3") == 1
    assert figures.value("nightshift_faults_raised_total", robot="R1", level="2") == 0
    assert figures.value("nightshift_faults_raised_total", robot="other", level="other") == 1
    assert figures.value("nightshift_faults_of_family_total", family="VAC") == 1
    assert figures.value("nightshift_faults_of_family_total", family="other") == 1


def test_alarms_that_stand(figures: Figures) -> None:
    alarms = figures.engine.state.alarms
    assert figures.value("nightshift_alarms_of_kind", kind="robot.stopped") == 1
    assert figures.value("nightshift_alarms_of_kind", kind="robot.degraded") == 0, "another explains it"
    assert figures.value("nightshift_alarms_overdue", priority="high") == 0, "somebody has it"
    stopped = alarms["robot.stopped/V1"]
    alarms["robot.stopped/V1"] = replace(stopped, acknowledged_at=None, acknowledged_by=None)
    assert figures.value("nightshift_alarms_overdue", priority="high") == 0, "there is time left"
    alarms["robot.stopped/V1"] = replace(alarms["robot.stopped/V1"], respond_by=NOW - 1.0)
    assert figures.value("nightshift_alarms_overdue", priority="high") == 1
    alarms["robot.stopped/V1"] = replace(stopped, raised_at=NOW - 90_000.0, last_active_at=NOW - 90_000.0)
    assert figures.value("nightshift_alarms_stale") == 1
    assert figures.value("nightshift_alarms_chattering") == 0
    alarms["robot.stopped/V1"] = replace(stopped, times=40)
    assert figures.value("nightshift_alarms_chattering") == 1


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("contact", {}),
        ("fault", {"faults": {"V1-1": RobotFault("V1-1", "AXY-04", 2, NOW)}}),
        ("planned", {"maintenance": "M1.000001"}),
        ("mode", {"trust": Trust.READY, "mode": "manual"}),
    ],
)
def test_why_a_robot_is_out(figures: Figures, reason: str, change: dict[str, object]) -> None:
    state = figures.engine.state
    assert figures.value("nightshift_robot_out_seconds", robot="V1") == 0
    state.consequences["V1"] = replace(consequence("V1"), since=NOW - 300.0)
    state.robots["V1"] = replace(state.robots["V1"], **change)  # type: ignore[arg-type]
    assert figures.value("nightshift_robot_out_seconds", robot="V1") == 300
    reasons = {name: figures.value("nightshift_robot_out", robot="V1", reason=name) for name in OutFor}
    assert [name for name, holds in reasons.items() if holds] == [reason]
    assert figures.value("nightshift_robot_out", robot="R1", reason=reason) == 0


@pytest.mark.parametrize(
    ("reason", "how", "actor"),
    [
        ("person", HowOut.DRAIN, "Ann"),
        ("policy", HowOut.STOP, "controller"),
        ("interlock", HowOut.INTERLOCK, "controller"),
    ],
)
def test_who_took_a_robot_out(figures: Figures, reason: str, how: HowOut, actor: str) -> None:
    state = figures.engine.state
    state.consequences["V1"] = consequence("V1")
    state.withdrawn["V1"] = Withdrawal("X1.1", "V1", how, "belt", actor, NOW - 60.0)
    assert figures.value("nightshift_robot_out", robot="V1", reason=reason) == 1


def test_what_waits_for_a_decision(figures: Figures) -> None:
    pack = figures.engine.state.book.packs["S000001.002"]
    assert figures.value("nightshift_quarantined_packs") == 0, "a recall has its own alarm"
    figures.engine.state.book.packs["S000001.002"] = replace(pack, hold=hold_of("Q1.000001", "too warm"))
    assert figures.value("nightshift_quarantined_packs") == 1
    assert figures.value("nightshift_hand_pick_packs") == 0


def test_what_deciding_costs(figures: Figures) -> None:
    gauge: Gauge = figures.sink
    gauge.decided(0.004, fault=False, recorded=0)
    gauge.decided(0.04, fault=True, recorded=60)
    assert figures.value("nightshift_turn_duration_seconds_bucket", fault="no", le="0.005") == 1
    assert figures.value("nightshift_turn_duration_seconds_bucket", fault="yes", le="0.025") == 0
    assert figures.value("nightshift_turn_duration_seconds_count", fault="yes") == 1
    assert figures.value("nightshift_recorded_lines_total") == 60


def consequence(robot: str) -> Consequence:
    return Consequence(robot, "it stopped", NOW, NOW - 60.0, NOW + 600.0, False, (), 0, (), (), ())


def test_figures_follow_the_state(figures: Figures) -> None:
    figures.engine.state.link_up = False
    figures.engine.readiness = {"database": "gone"}
    figures.engine.state.doubts["D1.000001"].resolved_at = NOW
    for departure in figures.engine.state.departures.values():
        departure.status = DepartureStatus.DEPARTED
    assert figures.value("nightshift_link_up") == 0
    assert figures.value("nightshift_ready") == 0
    assert figures.value("nightshift_doubt_oldest_seconds") == 0
    assert "nightshift_next_departure_in_seconds" not in {name for name, _ in samples(figures.registry)}


def test_without_a_state_the_figures_say_so() -> None:
    class Rebuilding:
        journal_seq = 7
        readiness: Mapping[str, str] = {"database": "gone"}

        @property
        def state(self) -> FakeState:
            raise StoreUnavailable

    registry = new_registry()
    observe_engine(registry, Rebuilding(), lambda: NOW)
    told = {name: value for (name, _), value in samples(registry).items() if name.startswith("nightshift_")}
    assert told == {"nightshift_ready": 0, "nightshift_journal_seq": 7, "nightshift_site_time_seconds": NOW}


def test_the_soonest_planned_departure_counts(figures: Figures) -> None:
    figures.engine.state.departures[DEPARTURE].status = DepartureStatus.DEPARTED
    assert figures.value("nightshift_next_departure_in_seconds") == 90_000


def test_what_happens_is_counted(figures: Figures) -> None:
    gauge: Gauge = figures.sink
    gauge.committed(3, 40, 0.004)
    gauge.commit_failed("store_unavailable")
    gauge.commit_failed("the disk /dev/sda1 is on fire")
    gauge.journaled([entry(1), entry(2), entry(3, action="task.finished")])
    gauge.poisoned("R1")
    gauge.poisoned(None)
    gauge.poisoned("intruder")
    gauge.gap_seen("V1")
    assert figures.value("nightshift_commits_total") == 1
    assert figures.value("nightshift_committed_actions_total") == 3
    assert figures.value("nightshift_committed_rows_total") == 40
    assert figures.value("nightshift_commit_duration_seconds_bucket", le="0.005") == 1
    assert figures.value("nightshift_commit_duration_seconds_bucket", le="0.0025") == 0
    assert figures.value("nightshift_commit_failures_total", reason="store_unavailable") == 1
    assert figures.value("nightshift_commit_failures_total", reason="other") == 1
    assert figures.value("nightshift_journal_entries_total", action="order.received") == 2
    assert figures.value("nightshift_poison_total", robot="R1") == 1
    assert figures.value("nightshift_poison_total", robot="other") == 2
    assert figures.value("nightshift_report_gaps_total", robot="V1") == 1


def test_labels_stay_bounded_whatever_comes(figures: Figures) -> None:
    def odd(number: int) -> JournalEntry:
        return entry(number, action=f"odd.{number}")

    figures.sink.journaled([odd(number) for number in range(1_000)])
    for number in range(100):
        figures.sink.poisoned(f"robot-{number}")
        figures.sink.answered(f"M{number}", "/livez", 200, 0.0)
    names = [name for name, _ in samples(figures.registry)]
    assert names.count("nightshift_journal_entries_total") == 201
    assert names.count("nightshift_poison_total") == 3
    assert names.count("nightshift_http_requests_total") == 1


def test_two_registries_know_nothing_of_each_other() -> None:
    one, other = Figures(), Figures()
    one.sink.committed(1, 1, 0.0)
    assert (one.value("nightshift_commits_total"), other.value("nightshift_commits_total")) == (1, 0)


async def test_loop_lag_is_measured_until_cancelled(figures: Figures) -> None:
    measured = asyncio.Event()

    class Told:
        def loop_lagged(self, lag_s: float) -> None:
            assert lag_s >= 0
            figures.sink.loop_lagged(lag_s)
            measured.set()

    watching = asyncio.create_task(watch_loop(Told(), 0.0))
    await measured.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert figures.value("nightshift_loop_lag_seconds_count") >= 1
