"""Planned maintenance at the bare core: drained, held, brought back after a reference run; orders go elsewhere."""

import pytest

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.task import Task, TaskKind
from controller.engine import actions as act
from controller.engine.maintenance_windows import DRAIN_LEAD_S
from tests.support.cores import FLAT, MONDAY, Floor, StandInRobot, packs_of

BEGIN, END = MONDAY + 1800.0, MONDAY + 3600.0


def planned(begin: float = BEGIN, end: float = END) -> Floor:
    """Packs of one batch in R1 and R2; R1 has a window."""
    floor = Floor([*packs_of(FLAT, "robot:R1", 9), *packs_of(FLAT, "robot:R2", 9)]).open()
    answer = floor.do(act.PlanMaintenance("R1", begin, end, "new belts", "Ann"))
    assert answer["status"] == "planned"
    return floor


def status(floor: Floor) -> str:
    (window,) = floor.rows.rows["maintenance_windows"].values()
    return str(window.status.value)


def window_id(floor: Floor) -> str:
    (found,) = floor.rows.rows["maintenance_windows"]
    return str(found)


def jump(floor: Floor, at: float) -> None:
    floor.jump_to(at)


def ended(robot: StandInRobot, task: Task, outcome: str = "completed") -> None:
    robot.event(act.CommandAccepted(task.task_id), act.CommandFinished(act.ResultReport(task.task_id, outcome)))


def held(floor: Floor) -> None:
    """R1 is drained and held."""
    jump(floor, BEGIN - DRAIN_LEAD_S)
    assert status(floor) == "draining"
    jump(floor, BEGIN)
    hold = floor.r1.only(TaskKind.HOLD)
    ended(floor.r1, hold)
    floor.r1.event(act.MachineStateChanged(11))
    assert status(floor) == "held"


def brought_back(floor: Floor) -> None:
    resume, home = floor.r1.only(TaskKind.RESUME), floor.r1.only(TaskKind.HOME)
    ended(floor.r1, resume)
    floor.r1.event(act.MachineStateChanged(4))
    ended(floor.r1, home)


def test_orders_go_to_other_robots_and_the_robot_picks_again_after_its_reference_run() -> None:
    floor = planned()
    held(floor)
    floor.order("T1", (FLAT, 3), run="GGH-2")
    assert floor.r1.open_tasks(TaskKind.PICK) == []
    assert len(floor.r2.only(TaskKind.PICK).steps) == 3
    jump(floor, END)
    assert status(floor) == "returning"
    floor.order("T2", (FLAT, 3), run="GGH-2")
    floor.order("T3", (FLAT, 3), run="GGH-2")
    assert floor.r1.open_tasks(TaskKind.PICK) == [], "not before its reference run"
    brought_back(floor)
    assert status(floor) == "over"
    floor.order("T4", (FLAT, 3), run="GGH-2")
    assert floor.r1.open_tasks(TaskKind.PICK) != []
    told = [entry.action for entry in floor.rows.journal if entry.action.startswith("maintenance.")]
    assert told == [f"maintenance.{word}" for word in ("planned", "draining", "held", "returning", "over")]
    floor.sound()


def test_a_tour_under_way_is_finished_before_the_robot_is_held() -> None:
    floor = planned()
    floor.order("T1", (FLAT, 3), run="GGH-2")
    (tour,) = [*floor.r1.open_tasks(TaskKind.PICK), *floor.r2.open_tasks(TaskKind.PICK)]
    if tour.robot != "R1":
        floor.order("T2", (FLAT, 3), run="GGH-2")
        tour = floor.r1.only()
    floor.r1.begin(tour)
    jump(floor, BEGIN - DRAIN_LEAD_S)
    jump(floor, BEGIN + 30.0)
    assert floor.r1.open_tasks(TaskKind.HOLD) == []
    floor.r1.end(tour)
    assert floor.r1.only(TaskKind.HOLD).reason == window_id(floor)


def test_before_its_lead_the_robot_works_as_ever() -> None:
    floor = planned()
    jump(floor, BEGIN - DRAIN_LEAD_S - 10.0)
    floor.order("T1", (FLAT, 3), run="GGH-2")
    floor.order("T2", (FLAT, 3), run="GGH-2")
    assert floor.r1.open_tasks(TaskKind.PICK) != []
    assert status(floor) == "planned"


def test_a_window_survives_a_restart_whatever_its_state() -> None:
    floor = planned()
    held(floor)
    floor.restart()
    floor.tell(act.LinkChanged(True))
    for robot in (floor.r1, floor.r2):
        robot.arrive()
    floor.r1.event(act.MachineStateChanged(4))
    floor.order("T1", (FLAT, 3), run="GGH-2")
    floor.order("T2", (FLAT, 3), run="GGH-2")
    assert floor.r1.open_tasks(TaskKind.PICK) == []
    jump(floor, END)
    brought_back(floor)
    assert status(floor) == "over"


def test_a_reference_run_that_fails_is_tried_again_after_a_minute() -> None:
    floor = planned()
    held(floor)
    jump(floor, END)
    ended(floor.r1, floor.r1.only(TaskKind.RESUME))
    first = floor.r1.only(TaskKind.HOME)
    floor.r1.event(act.CommandRefused(first.task_id, "state_forbids", "a door stands open"))
    assert status(floor) == "returning"
    floor.wait(30.0, floor.r1, floor.r2)
    assert floor.r1.open_tasks(TaskKind.HOME) == []
    floor.wait(40.0, floor.r1, floor.r2)
    brought_back(floor)
    assert status(floor) == "over"


def test_a_window_that_ends_early_brings_the_robot_back_at_once() -> None:
    floor = planned()
    held(floor)
    floor.do(act.CancelMaintenance(window_id(floor), "done sooner", "Ben"))
    brought_back(floor)
    assert status(floor) == "over"
    (window,) = floor.rows.rows["maintenance_windows"].values()
    assert window.ended_by == "Ben"


def test_a_window_that_is_cancelled_before_its_lead_changes_nothing() -> None:
    floor = planned()
    floor.do(act.CancelMaintenance(window_id(floor), "not needed", "Ben"))
    assert status(floor) == "cancelled"
    jump(floor, BEGIN)
    assert floor.r1.open_tasks() == []
    with pytest.raises(NotFound):
        floor.do(act.CancelMaintenance(window_id(floor), "again", "Ben"))


def test_a_window_of_which_nobody_was_there_to_begin_is_over() -> None:
    floor = planned()
    jump(floor, END + 10.0)
    assert status(floor) == "over"
    assert floor.r1.open_tasks() == []


@pytest.mark.parametrize(
    ("begin", "end", "refusal", "word"),
    [
        (END, BEGIN, Invalid, "ends after it begins"),
        (MONDAY - 7200.0, MONDAY - 3600.0, Invalid, "not in the past"),
        (BEGIN, BEGIN + 8 * 86_400.0, Invalid, "a week long"),
        (BEGIN + 600.0, END + 600.0, Conflict, "cancel it first"),
    ],
)
def test_windows_that_make_no_sense_are_refused(begin: float, end: float, refusal: type[Exception], word: str) -> None:
    floor = planned()
    with pytest.raises(refusal, match=word):
        floor.do(act.PlanMaintenance("R1", begin, end, "more", "Ann"))
    floor.do(act.PlanMaintenance("R1", END, END + 600.0, "right after it", "Ann"))
    floor.do(act.PlanMaintenance("R2", BEGIN, END, "another robot", "Ann"))
