"""Commands that a technician gives to a robot in maintenance mode, and the way into that mode and out of it."""

from controller.domain.errors import Conflict, Invalid
from controller.domain.robot import Robot, Trust
from controller.domain.task import Task, TaskKind
from controller.engine import actions as act
from controller.engine import tasks
from controller.engine.procedure_runs import refuse_while_inside
from controller.engine.turn import Turn

AUTOMATIC, MAINTENANCE = "automatic", "maintenance"
ROBOT_STEP_VALID_S = 120.0
LONGEST_JOG_MM = 50.0
"""A hand's width: far enough to see an axis move, too short to reach anybody at the door; estimate."""

_BY_HAND = {kind.value: kind for kind in (TaskKind.SELF_TEST, TaskKind.CALIBRATE, TaskKind.HOME, TaskKind.JOG)}


def command(turn: Turn, action: act.CommandInMaintenance) -> dict[str, object]:
    """A motion that a technician asks for; Conflict in any mode but maintenance."""
    robot = turn.state.robot(action.robot)
    kind = _BY_HAND.get(action.kind)
    if kind is None:
        raise Invalid(f"in maintenance mode: {', '.join(_BY_HAND)}")
    check_mode(robot)
    refuse_while_inside(turn, robot.robot, kind.value, by=action.actor)
    target = None
    if kind in (TaskKind.CALIBRATE, TaskKind.JOG):
        if action.axis not in ("x", "y", "z", "r"):
            raise Invalid("axis is one of x, y, z, r")
        target = action.axis
    if kind is TaskKind.JOG:
        if action.distance_mm is None or not 0.0 < abs(action.distance_mm) <= LONGEST_JOG_MM:
            raise Invalid(f"a jog goes at most {LONGEST_JOG_MM:g} mm either way")
        target = f"{action.axis}:{action.distance_mm:g}"
    task = issue(turn, robot, kind, action.reason[:40], target)
    turn.changes.note(
        action.actor, "robot.commanded", f"robot:{robot.robot}", kind=kind.value, reason=action.reason,
        task_id=task.task_id, target=target,
    )  # fmt: skip
    return {"task_id": task.task_id, "robot": robot.robot, "kind": kind.value}


def set_mode(turn: Turn, robot: Robot, mode: str) -> None:
    """Tell it, where it is not in that mode already."""
    if robot.mode != mode:
        tasks.issue(turn, robot, TaskKind.SET_MODE, ROBOT_STEP_VALID_S, target=mode)


def issue(turn: Turn, robot: Robot, kind: TaskKind, reason: str, target: str | None) -> Task:
    """One command of a technician; Conflict where the robot's factsheet does not have it."""
    if kind.value not in robot.commands:
        raise Conflict(f"{robot.robot} does not offer {kind}; its factsheet lists {', '.join(robot.commands)}")
    return tasks.issue(turn, robot, kind, ROBOT_STEP_VALID_S, reason=reason, target=target)


def check_mode(robot: Robot) -> None:
    """Conflict where it is not heard, or not in maintenance mode."""
    if robot.trust is not Trust.READY:
        raise Conflict(f"nothing is heard of {robot.robot} ({robot.trust})")
    if robot.mode != MAINTENANCE:
        raise Conflict(
            f"only in maintenance mode: {robot.robot} is in {robot.mode}. "
            "Take it out first, or wait until its motion has ended"
        )
