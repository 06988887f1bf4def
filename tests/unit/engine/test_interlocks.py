"""After a door or an emergency stop nothing starts by itself: a named person, a reference run and a test come first."""

import pytest

from controller.domain.order import OrderClass
from controller.domain.task import Task, TaskKind
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.interlocks import RELEASE_AFTER_S
from tests.support.cores import COMMANDS, FLAT, Floor, StandInRobot, packs_of

SHELVES = (("A-01", 60.0), ("A-02", 60.0))
OPENED = act.Noted("robot.door_opened", {"door": "D1"})
CLOSED = act.Noted("robot.door_closed", {"door": "D1"})
PRESSED = act.Noted("robot.estop_pressed", {"station": "R1"})
RELEASED = act.Noted("robot.estop_released", {"station": "R1"})
RESET = act.Noted("robot.local_action", {"who": "Ann", "what": "reset", "action_id": "A1", "pack_id": None})


def centre() -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", 9)).open()
    floor.tell(floor.r1.factsheet(commands=(*COMMANDS, "count"), shelves=SHELVES))
    return floor


def stage(floor: Floor) -> str | None:
    withdrawal = floor.core.state.withdrawn.get("R1")
    return None if withdrawal is None else withdrawal.stage.value


def ended(robot: StandInRobot, task: Task, outcome: str = "completed") -> None:
    robot.event(act.CommandAccepted(task.task_id), act.CommandFinished(act.ResultReport(task.task_id, outcome)))


def picks(floor: Floor) -> list[Task]:
    return floor.r1.open_tasks(TaskKind.PICK)


@pytest.mark.parametrize(("begins", "ends"), [(OPENED, CLOSED), (PRESSED, RELEASED)])
def test_a_person_by_name_then_home_then_a_test_then_work(begins: act.Noted, ends: act.Noted) -> None:
    floor = centre()
    floor.r1.event(begins, ends)
    floor.order("T1", (FLAT, 1))
    assert stage(floor) == "out"
    assert (picks(floor), floor.r1.open_tasks(TaskKind.HOME)) == ([], [])
    floor.r1.event(RESET)
    assert stage(floor) == "homing"
    assert floor.core.state.withdrawn["R1"].confirmed_by == "Ann"
    ended(floor.r1, floor.r1.only(TaskKind.RESUME))
    ended(floor.r1, floor.r1.only(TaskKind.HOME))
    assert stage(floor) == "testing"
    assert picks(floor) == []
    ended(floor.r1, floor.r1.only(TaskKind.COUNT))
    assert stage(floor) is None
    assert len(picks(floor)) == 1
    floor.sound()


def test_where_nobody_resets_it_somebody_of_the_floor_is_sent_and_the_job_is_the_word() -> None:
    floor = centre()
    floor.r1.event(OPENED)
    floor.wait(RELEASE_AFTER_S + 20.0, floor.r1)
    assert floor.claim("FLOOR") is None, "the door is open still"
    floor.r1.event(CLOSED)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    assert (job["kind"], job["robot"]) == ("release", "R1")
    assert stage(floor) == "out"
    floor.do(act.FinishWork(job["work_id"], "Bob"))
    assert stage(floor) == "homing"
    assert floor.core.state.withdrawn["R1"].confirmed_by == "Bob"


def test_a_step_that_fails_leaves_it_out_until_somebody_has_looked_again() -> None:
    floor = centre()
    floor.r1.event(OPENED, CLOSED, RESET)
    ended(floor.r1, floor.r1.only(TaskKind.RESUME))
    ended(floor.r1, floor.r1.only(TaskKind.HOME), "aborted")
    assert stage(floor) == "out"
    assert "reference run failed" in (floor.core.state.withdrawn["R1"].failure or "")
    floor.wait(RELEASE_AFTER_S + 20.0, floor.r1)
    assert floor.r1.open_tasks(TaskKind.HOME) == [], "not by itself"
    assert floor.claim("FLOOR") is not None


def test_a_door_that_is_opened_on_its_way_back_ends_that() -> None:
    floor = centre()
    floor.r1.event(OPENED, CLOSED, RESET)
    assert stage(floor) == "homing"
    floor.r1.event(OPENED)
    assert stage(floor) == "out"


def test_the_reset_of_somebody_else_does_not_bring_back_what_a_person_took_out() -> None:
    floor = centre()
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann"))
    floor.r1.event(OPENED, CLOSED, RESET)
    floor.wait(RELEASE_AFTER_S + 20.0, floor.r1)
    assert stage(floor) == "out"
    assert floor.claim("FLOOR") is None


def test_the_door_of_a_job_takes_no_robot_out() -> None:
    floor = centre()
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann"))
    floor.order("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE)
    floor.wait(60.0, floor.r1)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    floor.r1.event(OPENED, CLOSED, RESET)
    assert floor.core.state.withdrawn["R1"].how is HowOut.STOP
    assert stage(floor) == "out"


def test_it_is_remembered_through_a_restart() -> None:
    floor = centre()
    floor.r1.event(OPENED, CLOSED)
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive()
    floor.order("T1", (FLAT, 1))
    assert picks(floor) == []
    assert stage(floor) == "out"
