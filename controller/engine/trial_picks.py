"""Test picks: packs are moved from shelf to shelf by a robot that is out of work, and not one may fail."""

from datetime import date

from controller.domain.errors import Conflict
from controller.domain.pack import Pack, robot_account
from controller.domain.robot import Robot
from controller.domain.task import TEST_PICK, Step, StepStatus, Task, TaskKind, TaskStatus
from controller.engine import tasks
from controller.engine.turn import Turn
from controller.engine.workshop import PickTest
from controller.faults.procedures import TEST_PICKS

PICK_VALID_S = 60.0


def start(turn: Turn, robot: Robot, run_id: str, step: str) -> None:
    """Conflict where the robot cannot relocate, or has no pack to do it with."""
    if TaskKind.RELOCATE.value not in robot.commands:
        raise Conflict(f"{robot.robot} does not offer relocate: no test picks")
    test = PickTest(run_id, step, turn.state.last_fault_number)
    if _pack(turn, robot, test) is None:
        raise Conflict(f"{robot.robot} has no free pack to test with")
    turn.state.workshop.tests[robot.robot] = test


def go_on(turn: Turn, robot: Robot) -> tuple[bool, str] | None:
    """The next pick, or the verdict: whether all went well, and a note. None while it goes on."""
    test = turn.state.workshop.tests.get(robot.robot)
    if test is None:
        return False, "the controller was restarted meanwhile: do the test again"
    ended = [task for task in turn.changes.tasks.values() if _is_test(task, test) and task.status.final]
    test.passed += sum(_went_well(task) for task in ended)
    bad = next((task for task in ended if not _went_well(task)), None)
    fault = next(
        (each for each in reversed(turn.state.faults.values())
         if each.robot == robot.robot and int(each.fault_id[2:]) > test.after_fault), None,
    )  # fmt: skip
    if bad is not None or fault is not None:
        del turn.state.workshop.tests[robot.robot]
        why = f"fault {fault.code}" if fault is not None else f"the robot ended one as {bad.status if bad else ''}"
        return False, f"{test.passed} of {TEST_PICKS} good, then {why}"
    if test.passed >= TEST_PICKS:
        del turn.state.workshop.tests[robot.robot]
        return True, f"{test.passed} of {TEST_PICKS} good"
    if robot.mode == "automatic" and not any(_is_test(task, test) for task in turn.state.open_tasks(robot.robot)):
        pack = _pack(turn, robot, test)
        if pack is None:
            del turn.state.workshop.tests[robot.robot]
            return False, f"{test.passed} good, and no free pack is left"
        _move(turn, robot, test, pack)
    return None


def _move(turn: Turn, robot: Robot, test: PickTest, pack: Pack) -> None:
    test.tried.add(pack.pack_id)
    task = tasks.issue(
        turn, robot, TaskKind.RELOCATE, PICK_VALID_S, steps=[Step(pack.pack_id, 1)],
        reason=f"{test.run_id}/{test.step}", target=TEST_PICK,
    )  # fmt: skip
    turn.state.book.claim(pack.pack_id, task.task_id, expires_after=date.min)


def _pack(turn: Turn, robot: Robot, test: PickTest) -> Pack | None:
    """A free pack of the robot that has not been moved; one that has, where every pack has been."""
    account = robot_account(robot.robot)
    free = [
        pack for pack in turn.state.book.packs.values()
        if pack.account == account and pack.claim is None and pack.hold is None
    ]  # fmt: skip
    return next((pack for pack in free if pack.pack_id not in test.tried), free[0] if free else None)


def _is_test(task: Task, test: PickTest) -> bool:
    return task.kind is TaskKind.RELOCATE and task.reason == f"{test.run_id}/{test.step}"


def _went_well(task: Task) -> bool:
    lost = any(step.status in (StepStatus.LOST, StepStatus.IN_DOUBT) for step in task.steps)
    return task.status is TaskStatus.COMPLETED and not lost
