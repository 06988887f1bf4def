"""Downtime in one action: a robot out of work, and back again through a reference run and test motions.

Out: nothing that it has not begun stays with it, orders go to other robots or on the hand-pick list. Back: a person
says by name that nobody is in its travel area, its inventory is compared with the ledger, it homes, it does its test
motions, and only then does it get work. A step that fails leaves it out, and says why.
"""

from controller.domain.errors import Conflict, Invalid
from controller.domain.robot import Robot, Trust
from controller.domain.task import Task, TaskKind, TaskStatus
from controller.domain.withdrawal import CONTROLLER, HowOut, Stage, Withdrawal
from controller.engine import alarms, tasks, works
from controller.engine.actions import PutBack, TakeOut
from controller.engine.ports import Question
from controller.engine.procedure_runs import open_run
from controller.engine.turn import Turn
from controller.faults.conditions import DOOR, ESTOP
from controller.faults.standstill import ENGINEER_S

TESTS = 2
"""Test motions of a return: each goes along a whole shelf, so that head, table and scanner have all moved."""
TESTS_AFTER_INTERLOCK = 1
"""Nobody has worked at it: one shows that it is well."""
STEP_VALID_S = 120.0
"""A reference run or a test that has not begun by then is refused by the robot, and the return has failed."""


def take_out(turn: Turn, action: TakeOut) -> dict[str, object]:
    """Take the robot out of work at once, also where only a door keeps it out, or while it is on its way back.

    Conflict where somebody has it out; Invalid for a return in the past.
    """
    robot = turn.state.robot(action.robot)
    known = turn.state.withdrawn.get(robot.robot)
    if known is not None and known.how is not HowOut.INTERLOCK and known.stage is Stage.OUT:
        raise Conflict(f"{robot.robot} is out already: {known.reason} ({known.actor})")
    if action.back_at is not None and action.back_at <= turn.now:
        raise Invalid("the moment at which it is expected back has passed")
    if known is None:
        withdrawal = withdraw(turn, robot, action.how, action.reason, action.actor, action.back_at)
    else:
        withdrawal = known
        _keep(turn, withdrawal, action)
    withdrawn = free_queue(turn, robot)
    if action.how is HowOut.STOP and "hold" in robot.commands:
        tasks.issue(turn, robot, TaskKind.HOLD, tasks.CONTROL_VALID_S, reason=withdrawal.withdrawal_id)
    turn.changes.note(
        action.actor, "robot.taken_out", f"robot:{robot.robot}", how=action.how.value, reason=action.reason,
        back_at=action.back_at, withdrawal_id=withdrawal.withdrawal_id, tours_withdrawn=withdrawn,
    )  # fmt: skip
    return {**describe(withdrawal), "tours_withdrawn": withdrawn}


def keep_out(turn: Turn, robot: Robot, why: str) -> None:
    """The recovery policy takes the robot out: only a named person brings it back.

    One that is out stays out: for this, where a door or an emergency stop has taken it out.
    """
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if withdrawal is None:
        take_out(turn, TakeOut(robot.robot, HowOut.STOP, why, CONTROLLER, turn.now + ENGINEER_S))
        return
    if withdrawal.stage is not Stage.OUT:
        fail(turn, withdrawal, why)
    if withdrawal.how is HowOut.INTERLOCK:
        _keep(turn, withdrawal, TakeOut(robot.robot, HowOut.STOP, why, CONTROLLER, turn.now + ENGINEER_S))
        turn.changes.note(
            CONTROLLER, "robot.taken_out", f"robot:{robot.robot}", how=HowOut.STOP.value, reason=why,
            back_at=withdrawal.back_at, withdrawal_id=withdrawal.withdrawal_id,
        )  # fmt: skip


def put_back(turn: Turn, action: PutBack) -> dict[str, object]:
    """Begin its return: `actor` says that nobody is in its travel area. Conflict where it could not come back now."""
    robot = turn.state.robot(action.robot)
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if withdrawal is None:
        raise Conflict(f"{robot.robot} is not out")
    if not action.travel_area_empty:
        raise Conflict(f"{robot.robot} does not move before a named person has seen that its travel area is empty")
    hindrance = hindrance_of(turn, robot, withdrawal)
    if hindrance is not None:
        raise Conflict(f"{robot.robot} cannot come back: {hindrance}")
    turn.changes.note(
        action.actor, "robot.put_back", f"robot:{robot.robot}", reason=action.reason,
        withdrawal_id=withdrawal.withdrawal_id, travel_area="empty",
    )  # fmt: skip
    for kind in (DOOR, ESTOP):
        alarms.confirmed(turn, kind, robot.robot, action.actor)
    begin_return(turn, robot, withdrawal, action.actor)
    return describe(withdrawal)


def describe(withdrawal: Withdrawal) -> dict[str, object]:
    """The withdrawal as an answer."""
    return {
        "withdrawal_id": withdrawal.withdrawal_id,
        "robot": withdrawal.robot,
        "how": withdrawal.how.value,
        "stage": withdrawal.stage.value,
        "since_at": withdrawal.since,
        "back_at": withdrawal.back_at,
    }


def tend(turn: Turn) -> None:
    """Bring each return as far as its robot has come."""
    for withdrawal in list(turn.state.withdrawn.values()):
        if withdrawal.stage not in (Stage.HOMING, Stage.TESTING):
            continue
        robot = turn.state.robots[withdrawal.robot]
        task = _task(turn, withdrawal)
        if task is None or (task.status.final and not _went_well(withdrawal, task)):
            fail(turn, withdrawal, "nobody knows what became of its last step" if task is None else _why(task))
        elif task.status.final:
            _go_on(turn, robot, withdrawal)
        elif robot.trust is not Trust.READY and robot.trust is not Trust.GREETING:
            fail(turn, withdrawal, f"contact with it is lost ({robot.trust})")


def compared(turn: Turn, robot: str, missing: list[str], strange: list[str]) -> None:
    """Its whole inventory is in: what people took by hand it must forget; what nothing explains is counted."""
    withdrawal = turn.state.withdrawn.get(robot)
    if withdrawal is None:
        return
    rack = turn.state.night.racks[robot]
    withdrawal.forget = [pack_id for pack_id in strange if pack_id in withdrawal.taken]
    withdrawal.unexplained = [*missing, *(pack_id for pack_id in strange if pack_id not in withdrawal.taken)]
    for pack_id in (*withdrawal.forget, *withdrawal.unexplained):
        shelf = withdrawal.taken.get(pack_id) or rack.shelf_of.get(pack_id)
        if shelf:
            rack.suspect(shelf, turn.now, f"pack {pack_id}: taken by hand or not where the books have it")
    _changed(turn, withdrawal)
    turn.changes.note(
        "controller", "robot.reconciled", f"robot:{robot}", withdrawal_id=withdrawal.withdrawal_id,
        taken=list(withdrawal.taken)[:100], forget=withdrawal.forget[:100], unexplained=withdrawal.unexplained[:100],
    )  # fmt: skip


# ---- out ----------------------------------------------------------------------------------------------------


def withdraw(
    turn: Turn, robot: Robot, how: HowOut, reason: str, actor: str, back_at: float | None = None
) -> Withdrawal:
    """From now on it gets no work."""
    withdrawal = Withdrawal(turn.ids.new("X"), robot.robot, how, reason, actor, turn.now, back_at)
    turn.state.withdrawn[robot.robot] = withdrawal
    robot.withdrawn = withdrawal.withdrawal_id
    turn.state.outages.look_at = turn.now
    _changed(turn, withdrawal)
    return withdrawal


def _keep(turn: Turn, withdrawal: Withdrawal, action: TakeOut) -> None:
    """It is out already, and stays so for this from now on."""
    if withdrawal.stage is not Stage.OUT:
        fail(turn, withdrawal, f"{action.actor} took it out: {action.reason}")
        withdrawal.failure = None
    withdrawal.how, withdrawal.reason, withdrawal.actor = action.how, action.reason, action.actor
    withdrawal.back_at, withdrawal.confirmed_by = action.back_at, None
    _changed(turn, withdrawal)


def free_queue(turn: Turn, robot: Robot) -> int:
    """Ask back everything with packs that it has not begun; how many that is."""
    waiting = [
        task
        for task in turn.state.open_tasks(robot.robot)
        if task.steps and task.kind is not TaskKind.STORE and task.status in (TaskStatus.ISSUED, TaskStatus.ACCEPTED)
    ]
    for task in waiting:
        tasks.ask_cancel(turn, task)
    return len(waiting)


# ---- back ---------------------------------------------------------------------------------------------------


def hindrance_of(turn: Turn, robot: Robot, withdrawal: Withdrawal, come_out: str | None = None) -> str | None:
    """Why it cannot come back now; None where nothing stands in the way. `come_out` is known to be outside."""
    if withdrawal.stage is not Stage.OUT:
        return f"it is on its way back ({withdrawal.stage})"
    run = open_run(turn, robot.robot)
    if run is not None:
        return f"{run.begun_by} is at it with procedure {run.run_id}"
    people = [each for each in works.inside(turn, robot.robot) if each != come_out]
    if people:
        return f"{', '.join(people)} is at work in it"
    window = turn.state.night.windows.get(robot.maintenance or "")
    if window is not None:
        return f"it is in maintenance ({window.reason}, {window.actor}): end that first"
    if robot.trust is not Trust.READY:
        return f"nothing is heard of it ({robot.trust})"
    standing = [fault.code for fault in robot.faults.values() if fault.level <= 2]
    if standing:
        return f"{', '.join(standing)} stands"
    if robot.mode != "automatic":
        return f"it is in mode {robot.mode}"
    return None


def begin_return(turn: Turn, robot: Robot, withdrawal: Withdrawal, by: str) -> None:
    """Somebody has said that its travel area is empty: compare, resume, home; the tests follow."""
    tests = TESTS_AFTER_INTERLOCK if withdrawal.how is HowOut.INTERLOCK else TESTS
    withdrawal.confirmed_by, withdrawal.failure, withdrawal.tests_left = by, None, tests
    withdrawal.stage = Stage.HOMING
    turn.changes.questions.append(Question(robot.robot, robot.generation, "snapshot", inventory=True))
    tasks.issue(turn, robot, TaskKind.RESUME, tasks.CONTROL_VALID_S, reason=withdrawal.withdrawal_id)
    withdrawal.task_id = tasks.issue(turn, robot, TaskKind.HOME, STEP_VALID_S, reason=withdrawal.withdrawal_id).task_id
    _changed(turn, withdrawal)


def _go_on(turn: Turn, robot: Robot, withdrawal: Withdrawal) -> None:
    """A step has gone well: the next test motion, or back to work."""
    if withdrawal.stage is Stage.TESTING:
        withdrawal.tests_left -= 1
    shelves = _test_shelves(turn, robot, withdrawal)
    if withdrawal.tests_left <= 0 or not shelves:
        _back(turn, robot, withdrawal)
        return
    withdrawal.stage = Stage.TESTING
    shelf = shelves[withdrawal.tests_left % len(shelves)]
    withdrawal.task_id = tasks.issue(turn, robot, TaskKind.COUNT, STEP_VALID_S, target=shelf).task_id
    _changed(turn, withdrawal)


def _test_shelves(turn: Turn, robot: Robot, withdrawal: Withdrawal) -> list[str]:
    """Those that are to be counted anyway, then the first and the last of the rack. None where it cannot count."""
    rack = turn.state.night.racks[robot.robot]
    if "count" not in robot.commands or not rack.heights_mm:
        return []
    names = list(rack.heights_mm)
    wanted = [shelf for shelf in withdrawal.taken.values() if shelf in rack.heights_mm]
    return list(dict.fromkeys([*wanted, names[0], names[-1]]))


def _back(turn: Turn, robot: Robot, withdrawal: Withdrawal) -> None:
    withdrawal.stage, withdrawal.task_id, withdrawal.ended_at = Stage.BACK, None, turn.now
    robot.withdrawn = None
    del turn.state.withdrawn[robot.robot]
    _changed(turn, withdrawal)
    turn.changes.note(
        "controller", "robot.back", f"robot:{robot.robot}", withdrawal_id=withdrawal.withdrawal_id,
        confirmed_by=withdrawal.confirmed_by, taken_by_hand=len(withdrawal.taken),
        to_forget=len(withdrawal.forget), unexplained=len(withdrawal.unexplained),
    )  # fmt: skip


def fail(turn: Turn, withdrawal: Withdrawal, why: str) -> None:
    """A step of its return has failed: it stays out, and says why. What was still to be moved is called back."""
    step = {Stage.HOMING: "the reference run", Stage.TESTING: "a test motion"}.get(withdrawal.stage, "its return")
    task = _task(turn, withdrawal)
    if task is not None:
        tasks.ask_cancel(turn, task)
    withdrawal.stage, withdrawal.task_id = Stage.OUT, None
    withdrawal.failure = f"{step} failed: {why}"
    _changed(turn, withdrawal)
    turn.changes.note(
        "controller", "robot.return_failed", f"robot:{withdrawal.robot}", withdrawal_id=withdrawal.withdrawal_id,
        why=withdrawal.failure,
    )  # fmt: skip


def _task(turn: Turn, withdrawal: Withdrawal) -> Task | None:
    task_id = withdrawal.task_id or ""
    return turn.changes.tasks.get(task_id) or turn.state.tasks.get(task_id)


def _went_well(withdrawal: Withdrawal, task: Task) -> bool:
    """A count that finds packs missing has moved as it should."""
    good = (TaskStatus.COMPLETED, TaskStatus.INCOMPLETE)
    return task.status in (good if withdrawal.stage is Stage.TESTING else good[:1])


def _why(task: Task) -> str:
    return f"{task.kind} was {task.status}"


def _changed(turn: Turn, withdrawal: Withdrawal) -> None:
    turn.changes.withdrawals[withdrawal.withdrawal_id] = withdrawal
