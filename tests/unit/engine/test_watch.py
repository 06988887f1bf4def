"""What happens because time passes: silence, resending, expiry, top-ups, and the loss of our own link."""

from datetime import UTC, datetime

import pytest

from controller.domain.decision import KEPT_S
from controller.domain.errors import Invalid, NotFound
from controller.domain.robot import Trust
from controller.domain.site import StockListLine
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine.core import Step
from controller.engine.ports import Batch
from controller.engine.state import Timings
from tests.support.cores import DRUG, FLAT, MONDAY, TALL, Floor, fault, packs_of, small_master

ON_MONDAYS = (
    StockListLine("GGH-WA1", FLAT, 3, 10, 1),
    StockListLine("GGH-WA1", TALL, 3, 10, 1),
    StockListLine("GGH-WA1", DRUG, 3, 10, 1),
)


def _one_tour() -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("T1", (FLAT, 1))
    return floor


def test_a_command_is_sent_again_with_its_id_until_the_robot_answers() -> None:
    floor = _one_tour()
    task = floor.r1.only()
    floor.wait(15.0, floor.r1)
    sendings = [sent.task_id for sent in floor.commands]
    assert sendings == [task.task_id] * len(sendings)
    assert len(sendings) == 4
    floor.r1.event(act.CommandAccepted(task.task_id))
    floor.wait(15.0, floor.r1)
    assert len(floor.commands) == 4


def test_what_stays_unanswered_is_asked_of_the_journal() -> None:
    floor = _one_tour()
    floor.wait(30.0, floor.r1)
    asked = [question for question in floor.questions if question.kind == "journal"]
    assert asked
    assert asked[-1].command_ids == (floor.r1.only().task_id,)


def test_a_tour_that_nobody_answered_while_it_was_valid_is_ended_by_a_cancel() -> None:
    floor = _one_tour()
    task = floor.r1.only()
    floor.wait(190.0, floor.r1)
    assert next(sent.target for sent in floor.commands if sent.kind is TaskKind.CANCEL) == task.task_id
    assert task.status == "issued"
    floor.r1.event(act.CommandRefused(task.task_id, "cancelled_before", ""))
    assert floor.standing("012.R1.OLD.1") == "available"


def test_a_control_command_that_nobody_answered_is_given_up() -> None:
    floor = Floor(()).open()
    task_id = floor.do(act.CommandRobot("R1", "hold", "look", "ann"))["task_id"]
    floor.wait(40.0, floor.r1)
    assert floor.rows.tasks[task_id].status == "void"


def test_after_a_restart_on_another_monotonic_clock_commands_are_sent_again() -> None:
    floor = _one_tour()
    task_id = floor.r1.only().task_id
    floor.restart(mono_s=3.0)
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive(act.JournalLine(task_id, "unknown", None, None))
    sent = len(floor.commands)
    floor.wait(10.0, floor.r1)
    assert task_id in [again.task_id for again in floor.commands[sent:]]


def test_a_robot_that_reports_too_late_is_silent_and_comes_back_by_itself() -> None:
    floor = Floor(()).open()
    floor.wait(Timings().max_silence_s)
    assert floor.r1.trust() is Trust.READY
    floor.wait(5.0)
    assert floor.r1.trust() is Trust.SILENT
    assert len(floor.rows.actions("robot.lost")) == 3
    floor.r1.state()
    floor.r1.state()
    assert floor.r1.trust() is Trust.READY


def test_a_silent_robot_is_asked_again_and_again() -> None:
    floor = Floor(()).open()
    floor.wait(50.0)
    before = len(floor.questions)
    floor.wait(20.0)
    assert [question.kind for question in floor.questions[before:]].count("snapshot") == 12


@pytest.mark.parametrize(("level", "works"), [(1, False), (2, False), (3, True), (4, True)])
def test_a_fault_of_level_1_or_2_stops_dispatch_until_it_is_cleared(level: int, works: bool) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.r1.event(act.FaultRaised(fault("R1:1:1", level)))
    floor.order("T1", (FLAT, 1))
    assert bool(floor.r1.open_tasks()) == works
    floor.r1.event(act.FaultCleared("R1:1:1"))
    assert floor.r1.open_tasks()


def test_departures_are_planned_three_days_ahead_each_day() -> None:
    floor = Floor(()).open()
    assert {key.partition("/")[2] for key in floor.core.state.departures} == {"2026-11-23", "2026-11-24", "2026-11-25"}
    floor.jump_to(MONDAY + 16 * 3600.0)
    assert "GGH-1/2026-11-26" in floor.core.state.departures


def test_a_van_leaves_at_its_local_time_on_both_sides_of_a_clock_change() -> None:
    floor = Floor(())
    floor.now = datetime(2027, 3, 26, 12, 30, tzinfo=UTC).timestamp()
    floor.tell(act.Tick())
    left = {key: row.departs_at for key, row in floor.rows.rows["departures"].items() if key.startswith("GGH-1/")}
    assert {key: datetime.fromtimestamp(at, UTC).hour for key, at in left.items()} == {
        "GGH-1/2027-03-27": 10,
        "GGH-1/2027-03-28": 9,
    }


# ---- top-ups ----------------------------------------------------------------------------------------------


def _counted(**counts: int) -> Floor:
    floor = Floor((), small_master(stock_lists=ON_MONDAYS)).open()
    names = {"flat": FLAT, "tall": TALL, "drug": DRUG}
    counted = tuple((names[name], packs) for name, packs in counts.items())
    floor.do(act.RecordWardCount("GGH-WA1", counted, "nurse"))
    floor.tell(act.Tick())
    return floor


def test_a_ward_is_topped_up_from_its_count_zone_by_zone_and_once() -> None:
    floor = _counted(flat=2, tall=4, drug=0)
    orders = {ref: [(line.gtin, line.ordered) for line in order.lines] for ref, order in floor.rows.orders.items()}
    assert orders == {
        "TU-GGH-WA1-20261123-ambient": [(FLAT, 8)],
        "TU-GGH-WA1-20261123-vault": [(DRUG, 10)],
    }
    floor.do(act.RecordWardCount("GGH-WA1", ((FLAT, 0),), "nurse"))
    floor.wait(20.0)
    floor.restart()
    floor.wait(20.0)
    assert len(floor.rows.orders) == 2


def test_one_ward_without_a_van_does_not_take_the_top_up_from_the_others() -> None:
    lists = [StockListLine("FAR-WA1", FLAT, 3, 10, 1), StockListLine("GGH-WA1", FLAT, 3, 10, 1)]
    floor = Floor((), small_master(stock_lists=lists)).open()
    for ward in ("FAR-WA1", "GGH-WA1"):
        floor.do(act.RecordWardCount(ward, ((FLAT, 0),), "nurse"))
    floor.tell(act.Tick())
    assert list(floor.rows.orders) == ["TU-GGH-WA1-20261123-ambient"]
    assert [entry.subject for entry in floor.rows.actions("topup.refused")] == ["order:TU-FAR-WA1-20261123-ambient"]


@pytest.mark.parametrize(
    ("ward", "counts", "error"),
    [("NOWHERE", ((FLAT, 1),), NotFound), ("FAR-WA1", ((FLAT, 1),), Invalid), ("GGH-WA1", ((FLAT, -1),), Invalid)],
)
def test_a_count_of_what_is_not_kept_there_is_refused(
    ward: str, counts: tuple[tuple[str, int], ...], error: type[Exception]
) -> None:
    floor = Floor((), small_master(stock_lists=ON_MONDAYS)).open()
    with pytest.raises(error):
        floor.do(act.RecordWardCount(ward, counts, "nurse"))
    assert not floor.rows.rows["ward_counts"]


# ---- what is kept for a while -------------------------------------------------------------------------------


def test_once_a_day_decisions_of_more_than_a_week_are_forgotten() -> None:
    floor = Floor(()).open()
    forgotten: list[float] = []
    for hours in (1.0, 2.0, 20.0, 25.0, 30.0):
        floor.now = MONDAY + hours * 3600.0
        batch = floor.tell(act.Tick()).batch
        if batch.forget_decisions_before is not None:
            forgotten.append(batch.forget_decisions_before)
    # London is on UTC then: 20 h after eight in the morning is the next day.
    assert forgotten == [MONDAY + 20.0 * 3600.0 - KEPT_S]


def test_forgetting_is_worth_a_commit_of_its_own() -> None:
    assert Step(Batch(1, MONDAY, forget_decisions_before=MONDAY), [], [], []).worth_committing
    assert not Step(Batch(1, MONDAY), [], [], []).worth_committing
