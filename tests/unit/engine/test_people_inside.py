"""Somebody is in a robot, or may be: whatever else is asked for, the controller moves nothing there."""

import pytest

from controller.domain.errors import Conflict
from controller.domain.order import OrderClass
from controller.domain.task import Task, TaskKind
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.interlocks import RELEASE_AFTER_S
from tests.support.cores import COMMANDS, FLAT, TALL, Floor, fault, packs_of

ALL = (*COMMANDS, "relocate", "count", "calibrate", "self_test", "set_mode", "set_parameters", "jog")
SHELVES = (("A-01", 60.0), ("A-02", 60.0))
OPENED = act.Noted("robot.door_opened", {"door": "D1"})
CLOSED = act.Noted("robot.door_closed", {"door": "D1"})
MOVES = (TaskKind.PICK, TaskKind.HOME, TaskKind.COUNT, TaskKind.RESUME, TaskKind.RELOCATE, TaskKind.JOG)


def reset(who: str) -> act.Noted:
    return act.Noted("robot.local_action", {"who": who, "what": "reset", "action_id": "A1", "pack_id": None})


def centre() -> Floor:
    """TALL stands in R1 alone."""
    floor = Floor([*packs_of(TALL, "robot:R1", 30), *packs_of(FLAT, "robot:R2", 3)]).open()
    floor.tell(floor.r1.factsheet(commands=ALL, shelves=SHELVES))
    return floor


def discharge(floor: Floor, reference: str) -> None:
    floor.order(reference, (TALL, 1), order_class=OrderClass.DISCHARGE)


def moving(floor: Floor) -> list[Task]:
    return [task for task in floor.r1.open_tasks() if task.kind in MOVES]


def obey(floor: Floor) -> None:
    for task in floor.r1.open_tasks():
        if task.kind is TaskKind.SET_MODE:
            floor.r1.event(act.ModeChanged(task.target or "", "controller"))
        floor.r1.end(task)


def stopped(floor: Floor, seconds: float) -> None:
    """R1 says every twenty seconds that its fault stands."""
    for _ in range(int(seconds / 20.0)):
        floor.wait(20.0)
        floor.r1.state(faults=(fault("O1", 2),))


def fetching(floor: Floor) -> dict[str, object]:
    """R1 stands with a fault, and Bob has gone in for what an order wants."""
    stopped(floor, 2400.0)
    discharge(floor, "D1")
    stopped(floor, 60.0)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    assert (job["kind"], job["robot"]) == ("hand_pick", "R1")
    return job


def at_it(floor: Floor) -> str:
    """Ann has R1 in maintenance mode and the key in her pocket."""
    run_id = str(floor.do(act.BeginProcedure("R1", "Ann", None, "AXX-01"))["run_id"])
    floor.do(act.TakeStep(run_id, "take_out", None, "Ann"))
    obey(floor)
    floor.r1.state(mode="maintenance")
    floor.do(act.TakeStep(run_id, "key_inside", "ok", "Ann"))
    return run_id


# ---- packs are fetched by hand ------------------------------------------------------------------------------


def test_a_robot_whose_fault_goes_while_somebody_fetches_packs_out_of_it_does_not_start() -> None:
    floor = centre()
    job = fetching(floor)
    floor.r1.event(act.FaultCleared("O1"), reset("Cid"))
    discharge(floor, "D2")
    floor.wait(60.0, floor.r1)
    assert moving(floor) == [], "Bob is in there"
    packs = tuple(pack["pack_id"] for pack in job["packs"])  # type: ignore[attr-defined]
    floor.do(act.FinishWork(str(job["work_id"]), "Bob", moved=packs))
    floor.wait(RELEASE_AFTER_S + 20.0, floor.r1)
    release = floor.claim("FLOOR", "Dee")
    assert release is not None
    assert release["kind"] == "release"
    floor.do(act.FinishWork(str(release["work_id"]), "Dee"))
    for kind in (TaskKind.RESUME, TaskKind.HOME, TaskKind.COUNT):
        floor.r1.end(floor.r1.only(kind))
    assert len(floor.r1.open_tasks(TaskKind.PICK)) == 1
    floor.sound()


def test_a_robot_that_is_heard_again_does_not_start_while_somebody_fetches_packs_out_of_it() -> None:
    floor = centre()
    floor.tell(floor.r1.presence("lost"))
    discharge(floor, "D1")
    floor.wait(2400.0, floor.r2, floor.r3)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    assert job["kind"] == "hand_pick"
    floor.r1.boot()
    floor.r1.arrive()
    discharge(floor, "D2")
    floor.wait(60.0, floor.r1)
    assert moving(floor) == []


@pytest.mark.parametrize("kind", ["resume", "home"])
def test_nobody_starts_a_robot_from_the_desk_while_somebody_is_in_it(kind: str) -> None:
    floor = centre()
    fetching(floor)
    with pytest.raises(Conflict, match="Bob"):
        floor.do(act.CommandRobot("R1", kind, "go on", "Cid"))
    floor.do(act.CommandRobot("R1", "hold", "stay", "Cid"))


def test_a_reset_by_one_who_comes_out_is_no_word_for_another_who_is_still_in() -> None:
    floor = centre()
    fetching(floor)
    discharge(floor, "D2")
    stopped(floor, 60.0)
    other = floor.claim("FLOOR", "Eve")
    assert other is not None
    assert other["robot"] == "R1"
    floor.r1.event(OPENED, CLOSED, act.FaultCleared("O1"), reset("Eve"))
    floor.do(act.FinishWork(other["work_id"], "Eve", moved=tuple(pack["pack_id"] for pack in other["packs"])))
    discharge(floor, "D3")
    floor.wait(RELEASE_AFTER_S + 60.0, floor.r1)
    assert moving(floor) == [], "Bob is still in there"


# ---- a technician is at it ----------------------------------------------------------------------------------


def test_nobody_else_moves_a_robot_by_hand_while_a_technician_is_at_it() -> None:
    floor = centre()
    at_it(floor)
    jog = act.CommandInMaintenance("R1", "jog", "looking", "Cid", axis="x", distance_mm=20.0)
    with pytest.raises(Conflict, match="Ann"):
        floor.do(jog)
    assert moving(floor) == []


def test_a_technician_does_not_move_a_robot_out_of_which_somebody_fetches_packs() -> None:
    floor = centre()
    run_id = at_it(floor)
    discharge(floor, "D1")
    floor.wait(40.0, floor.r2, floor.r3)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    assert job["robot"] == "R1"
    floor.do(act.TakeStep(run_id, "look_debris_on_rail", "found", "Ann"))
    floor.do(act.TakeStep(run_id, "do_debris_on_rail", "ok", "Ann"))
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    for motion in (
        act.TakeStep(run_id, "resume", None, "Ann"),
        act.CommandInMaintenance("R1", "home", "looking", "Ann"),
    ):
        with pytest.raises(Conflict, match="Bob"):
            floor.do(motion)
    assert moving(floor) == []


def test_nobody_is_sent_into_a_robot_that_does_a_step_of_a_procedure() -> None:
    floor = centre()
    run_id = at_it(floor)
    floor.do(act.TakeStep(run_id, "look_debris_on_rail", "found", "Ann"))
    floor.do(act.TakeStep(run_id, "do_debris_on_rail", "ok", "Ann"))
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    floor.do(act.TakeStep(run_id, "resume", None, "Ann"))
    obey(floor)
    floor.do(act.TakeStep(run_id, "home", None, "Ann"))
    discharge(floor, "D1")
    floor.wait(60.0, floor.r2, floor.r3)
    assert floor.claim("FLOOR", "Bob") is None


def test_nobody_is_sent_into_a_robot_whose_travel_area_was_just_seen_empty() -> None:
    floor = centre()
    run_id = at_it(floor)
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    discharge(floor, "D1")
    floor.wait(60.0, floor.r2, floor.r3)
    assert floor.claim("FLOOR", "Bob") is None
    floor.do(act.TakeStep(run_id, "look_debris_on_rail", "ok", "Ann"))
    floor.wait(60.0, floor.r2, floor.r3)
    assert floor.claim("FLOOR", "Bob") is not None, "she has gone in again herself"


def test_no_reason_overrides_that_the_travel_area_is_seen_empty() -> None:
    floor = centre()
    run_id = at_it(floor)
    finish = act.FinishProcedure(run_id, "returned_to_service", "Ann", override="the ward waits")
    with pytest.raises(Conflict, match="area_empty"):
        floor.do(finish)
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    floor.do(finish)


def test_who_looks_inside_again_has_to_see_the_travel_area_empty_again() -> None:
    floor = centre()
    run_id = at_it(floor)
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    floor.do(act.TakeStep(run_id, "look_debris_on_rail", "ok", "Ann"))
    with pytest.raises(Conflict, match="area_empty"):
        floor.do(act.TakeStep(run_id, "resume", None, "Ann"))


def test_a_door_that_is_opened_after_the_look_along_the_travel_area_voids_it() -> None:
    floor = centre()
    run_id = at_it(floor)
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    floor.r1.event(OPENED, CLOSED)
    with pytest.raises(Conflict, match="area_empty"):
        floor.do(act.TakeStep(run_id, "resume", None, "Ann"))
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    floor.do(act.TakeStep(run_id, "resume", None, "Ann"))


def test_the_word_of_a_procedure_does_not_bring_a_robot_back_hours_later() -> None:
    floor = centre()
    run_id = at_it(floor)
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    floor.do(act.FinishProcedure(run_id, "returned_to_service", "Ann", override="the ward waits"))
    floor.r1.event(act.CommandRefused(floor.r1.only(TaskKind.SET_MODE).task_id, "expired", "late"))
    floor.wait(3600.0, floor.r2, floor.r3)
    floor.r1.event(act.ModeChanged("automatic", "panel"))
    assert moving(floor) == [], "who knows who is in there now"
    assert floor.core.state.withdrawn["R1"].failure is not None, "and somebody is told that it stays out"


def test_a_return_that_a_restart_interrupts_is_told() -> None:
    floor = centre()
    run_id = at_it(floor)
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Ann"))
    floor.do(act.FinishProcedure(run_id, "returned_to_service", "Ann", override="the ward waits"))
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive()
    floor.wait(600.0, floor.r1, floor.r2, floor.r3)
    out = floor.core.state.withdrawn.get("R1")
    assert out is not None
    assert out.failure is not None


# ---- doors ---------------------------------------------------------------------------------------------------


def test_a_robot_that_a_door_took_out_can_be_kept_out_by_name() -> None:
    floor = centre()
    floor.r1.event(OPENED)
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann"))
    floor.r1.event(CLOSED, reset("Cid"))
    floor.wait(RELEASE_AFTER_S + 20.0, floor.r1)
    assert floor.claim("FLOOR") is None
    assert moving(floor) == []
    assert floor.core.state.withdrawn["R1"].actor == "Ann"


def test_what_was_on_its_way_for_a_return_is_called_back_when_a_door_is_opened() -> None:
    floor = centre()
    floor.r1.event(OPENED, CLOSED, reset("Ann"))
    home = floor.r1.only(TaskKind.HOME)
    floor.r1.event(OPENED)
    assert [task.target for task in floor.r1.open_tasks(TaskKind.CANCEL)] == [home.task_id]


def test_who_took_the_key_inside_says_that_the_area_is_empty_or_hands_it_over() -> None:
    floor = centre()
    run_id = at_it(floor)
    with pytest.raises(Conflict, match="Ann has the key"):
        floor.do(act.TakeStep(run_id, "area_empty", "ok", "Bob"))
    floor.do(act.TakeStep(run_id, "key_inside", "ok", "Bob"))
    floor.do(act.TakeStep(run_id, "area_empty", "ok", "Bob"))


@pytest.mark.parametrize("kind", ["resume", "home"])
def test_nobody_starts_from_the_desk_what_somebody_has_taken_out(kind: str) -> None:
    floor = centre()
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann"))
    with pytest.raises(Conflict, match="Ann"):
        floor.do(act.CommandRobot("R1", kind, "go on", "Cid"))


# ---- windows of maintenance ----------------------------------------------------------------------------------


def window(floor: Floor) -> None:
    """R1 is held for an hour, and its door has been opened in it."""
    floor.do(act.PlanMaintenance("R1", floor.now + 700.0, floor.now + 4300.0, "new belt", "Ann"))
    floor.wait(760.0, floor.r1, floor.r2, floor.r3)
    for task in floor.r1.open_tasks(TaskKind.HOLD):
        floor.r1.end(task)
    floor.r1.event(OPENED)


def test_no_robot_homes_because_its_window_is_over_while_nobody_has_said_that_the_area_is_empty() -> None:
    floor = centre()
    window(floor)
    floor.r1.event(CLOSED)
    floor.wait(4000.0, floor.r1, floor.r2, floor.r3)
    assert moving(floor) == []
    release = floor.claim("FLOOR", "Dee")
    assert release is not None
    assert release["kind"] == "release"
    floor.do(act.FinishWork(release["work_id"], "Dee"))
    assert {task.kind for task in moving(floor)} == {TaskKind.RESUME, TaskKind.HOME}


def test_no_reset_brings_a_robot_back_in_the_middle_of_its_window() -> None:
    floor = centre()
    window(floor)
    floor.r1.event(CLOSED, reset("Cid"))
    floor.wait(300.0, floor.r1, floor.r2, floor.r3)
    assert floor.claim("FLOOR", "Dee") is None
    assert moving(floor) == []
