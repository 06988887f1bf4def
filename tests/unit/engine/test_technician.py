"""The technician's work at the bare core: taken out, cured, proven, and back by a named person."""

import pytest

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.robot import RobotFault
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.faults.procedures import TEST_PICKS
from tests.support.cores import COMMANDS, FLAT, Floor, packs_of

ALL = (*COMMANDS, "relocate", "count", "calibrate", "self_test", "set_mode", "set_parameters", "jog")


def faulty(code: str = "VAC-14", level: int = 3) -> Floor:
    """R1 has a fault and everything that a technician needs; R2 has the same packs."""
    floor = Floor([*packs_of(FLAT, "robot:R1", 30), *packs_of(FLAT, "robot:R2", 9)])
    floor.open()
    floor.tell(floor.r1.factsheet(commands=ALL, parameters=(("x_offset_mm", -10.0, 10.0), ("grip_force_n", 2.0, 40.0))))
    floor.r1.event(act.FaultRaised(RobotFault("O-1", code, level, floor.now)))
    return floor


def fault_id(floor: Floor) -> str:
    (found,) = floor.core.state.faults
    return found


def begun(floor: Floor) -> str:
    return str(floor.do(act.BeginProcedure("R1", "Ann", fault_id(floor)))["run_id"])


def take(floor: Floor, run_id: str, step: str, result: str | None = None, by: str = "Ann") -> dict[str, object]:
    return floor.do(act.TakeStep(run_id, step, result, by))


def obey(floor: Floor) -> None:
    """R1 does every command that is no relocation."""
    for task in [task for task in floor.r1.open_tasks() if task.kind is not TaskKind.RELOCATE]:
        if task.kind is TaskKind.SET_MODE:
            floor.r1.event(act.ModeChanged(task.target or "", "controller"))
        if task.kind is TaskKind.CALIBRATE:
            told: dict[str, object] = {"command_id": task.task_id, "axis": task.target, "deviation_mm": 0.3}
            floor.r1.event(act.Noted("robot.calibration_measured", told))
        floor.r1.end(task)


def relocate(floor: Floor, outcome: str = "relocated") -> None:
    task = floor.r1.only(TaskKind.RELOCATE)
    floor.r1.end(task, "completed" if outcome == "relocated" else "incomplete", p1=outcome)


def inside(floor: Floor) -> str:
    """Taken out, key in the pocket."""
    run_id = begun(floor)
    take(floor, run_id, "take_out")
    obey(floor)
    take(floor, run_id, "key_inside", "ok")
    return run_id


def cured(floor: Floor) -> str:
    """The cup was worn and is new; all is proven but the picks."""
    run_id = inside(floor)
    take(floor, run_id, "look_worn_cup", "found")
    take(floor, run_id, "do_worn_cup", "ok")
    floor.r1.event(act.FaultCleared("O-1"))
    take(floor, run_id, "area_empty", "ok")
    for step in ("resume", "home", "self_test"):
        take(floor, run_id, step)
        obey(floor)
    return run_id


def test_from_fault_to_cure_to_work_by_the_steps_that_are_next() -> None:
    floor = faulty()
    run_id = cured(floor)
    answer = take(floor, run_id, "test_picks")
    assert answer["running"] == "test_picks"
    obey(floor)
    for _ in range(TEST_PICKS):
        assert floor.core.state.robots["R1"].withdrawn is not None, "no order goes there while it is tested"
        relocate(floor)
    assert floor.r1.open_tasks(TaskKind.RELOCATE) == []
    answer = floor.do(act.FinishProcedure(run_id, "returned_to_service", "Bob"))
    assert answer["fit"] is True
    obey(floor)
    obey(floor)
    obey(floor)
    assert floor.core.state.robots["R1"].withdrawn is None
    (fault,) = floor.core.state.faults.values()
    assert (fault.cause, fault.remedy, fault.found_by) == ("worn_cup", "replace_cup", "Bob")
    (run,) = floor.rows.rows["procedure_runs"].values()
    assert run.outcome == "returned_to_service"
    assert {entry.by for entry in run.steps} == {"Ann"}
    floor.sound()


def test_one_pick_that_fails_is_a_test_that_fails_and_the_robot_stays_out() -> None:
    floor = faulty()
    run_id = cured(floor)
    take(floor, run_id, "test_picks")
    obey(floor)
    relocate(floor)
    relocate(floor, "not_moved")
    assert floor.r1.open_tasks(TaskKind.RELOCATE) == []
    obey(floor)
    assert floor.core.state.robots["R1"].mode == "maintenance"
    with pytest.raises(Conflict, match="test_picks"):
        floor.do(act.FinishProcedure(run_id, "returned_to_service", "Bob"))
    (entry,) = [e for e in floor.core.state.procedure_runs[run_id].steps if e.result == "failed"]
    assert entry.note.startswith("1 of 20 good")


def test_a_fault_during_the_test_fails_it_though_the_robot_cleared_it_by_itself() -> None:
    floor = faulty()
    run_id = cured(floor)
    take(floor, run_id, "test_picks")
    obey(floor)
    floor.r1.event(act.FaultRaised(RobotFault("O-2", "GRP-10", 3, floor.now)), act.FaultCleared("O-2"))
    assert floor.core.state.procedure_runs[run_id].steps[-1].note == "0 of 20 good, then fault GRP-10"


def test_back_without_proof_only_for_a_reason_that_stands_in_the_journal() -> None:
    floor = faulty()
    run_id = inside(floor)
    with pytest.raises(Conflict, match="not fit for work yet: area_empty"):
        floor.do(act.FinishProcedure(run_id, "returned_to_service", "Bob"))
    take(floor, run_id, "area_empty", "ok")
    floor.do(act.FinishProcedure(run_id, "returned_to_service", "Bob", override="stroke ward waits, engineer agrees"))
    (entry,) = [entry for entry in floor.rows.journal if entry.action == "procedure.finished"]
    assert entry.actor == "Bob"
    assert entry.data["override"] == "stroke ward waits, engineer agrees"
    assert "test_picks" in entry.data["not_done"]


def test_steps_keep_their_order_where_somebody_could_be_hurt() -> None:
    floor = faulty()
    run_id = begun(floor)
    with pytest.raises(Conflict, match="first: take_out, key_inside"):
        take(floor, run_id, "look_worn_cup", "found")
    take(floor, run_id, "take_out")
    with pytest.raises(Conflict, match="wait until it has ended"):
        take(floor, run_id, "key_inside", "ok")
    obey(floor)
    take(floor, run_id, "key_inside", "ok")
    with pytest.raises(Conflict, match="first: area_empty"):
        take(floor, run_id, "resume")
    with pytest.raises(Invalid, match="comes from the robot"):
        take(floor, run_id, "take_out", "ok")
    with pytest.raises(Invalid, match="ok, found"):
        take(floor, run_id, "look_worn_cup", "maybe")
    with pytest.raises(NotFound, match="no step"):
        take(floor, run_id, "dance", "ok")


def test_while_somebody_is_inside_nobody_else_starts_the_robot() -> None:
    floor = faulty()
    inside(floor)
    for kind in ("resume", "home"):
        with pytest.raises(Conflict, match="Ann is at R1"):
            floor.do(act.CommandRobot("R1", kind, "go on", "Eve"))
    with pytest.raises(Conflict, match="Ann is at it"):
        floor.do(act.PutBack("R1", "go on", "Eve", True))
    floor.do(act.CommandRobot("R1", "hold", "wait", "Eve"))


def test_a_window_that_ends_does_not_start_the_robot_under_the_technicians_hands() -> None:
    floor = faulty()
    floor.do(act.PlanMaintenance("R1", floor.now + 60.0, floor.now + 900.0, "service", "Ann"))
    floor.wait(120.0, floor.r1, floor.r2, floor.r3)
    obey(floor)
    run_id = begun(floor)
    floor.wait(1200.0, floor.r1, floor.r2, floor.r3)
    assert floor.r1.open_tasks(TaskKind.RESUME) == []
    floor.do(act.FinishProcedure(run_id, "abandoned", "Ann"))
    floor.wait(10.0, floor.r1, floor.r2, floor.r3)
    assert floor.r1.open_tasks(TaskKind.RESUME) != []


@pytest.mark.parametrize("kind", ["self_test", "calibrate", "home", "jog"])
def test_commands_by_hand_only_in_maintenance_mode(kind: str) -> None:
    floor = faulty()
    command = act.CommandInMaintenance("R1", kind, "look", "Ann", axis="x", distance_mm=-5.0)
    with pytest.raises(Conflict, match="only in maintenance mode"):
        floor.do(command)
    inside(floor)
    assert floor.do(command)["kind"] == kind
    (task,) = floor.r1.open_tasks(TaskKind(kind))
    assert task.target == {"calibrate": "x", "jog": "x:-5"}.get(kind)


def test_a_restart_loses_no_run_and_asks_for_an_interrupted_test_again() -> None:
    floor = faulty()
    run_id = cured(floor)
    take(floor, run_id, "test_picks")
    floor.restart()
    floor.tell(act.LinkChanged(True), act.Tick())
    run = floor.core.state.procedure_runs[run_id]
    assert run.steps[-1].result == "failed"
    assert "restarted" in run.steps[-1].note


def test_what_goes_on_at_the_machine_takes_no_robot_out() -> None:
    floor = faulty("IDN-30")
    run_id = begun(floor)
    take(floor, run_id, "look_dirty_scanner_window", "found")
    take(floor, run_id, "do_dirty_scanner_window", "ok")
    take(floor, run_id, "watch", "ok")
    floor.do(act.FinishProcedure(run_id, "returned_to_service", "Ann"))
    assert floor.core.state.robots["R1"].withdrawn is None
    assert floor.r1.open_tasks() == []
