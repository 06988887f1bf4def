"""Planned maintenance: a robot is drained before its window, held in it, and brought back after a reference run."""

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.maintenance_window import MaintenanceWindow, WindowStatus
from controller.domain.robot import Robot, Trust
from controller.domain.task import TaskKind, TaskStatus
from controller.engine import tasks, verdicts
from controller.engine.actions import CancelMaintenance, PlanMaintenance
from controller.engine.procedure_runs import open_run
from controller.engine.turn import Turn

DRAIN_LEAD_S = 600.0
"""No tour is begun so short before the window: those that it has end within two minutes, a put-away and doubts too."""
LONGEST_S = 7 * 86_400.0
TRY_AGAIN_S = 60.0
"""A hold or a return that the robot refused is tried again after this time."""


def plan(turn: Turn, action: PlanMaintenance) -> dict[str, object]:
    """Set a window. Invalid for one that is over or too long, Conflict where the robot has another at that time."""
    turn.state.robot(action.robot)
    if not action.from_at < action.to_at or action.to_at <= turn.now:
        raise Invalid("a maintenance window ends after it begins, and not in the past")
    if action.to_at - action.from_at > LONGEST_S:
        raise Invalid("a maintenance window is a week long at the most")
    for other in turn.state.night.windows.values():
        if other.robot == action.robot and other.from_at < action.to_at and action.from_at < other.to_at:
            raise Conflict(f"{action.robot} has window {other.window_id} at that time: cancel it first")
    window = MaintenanceWindow(
        turn.ids.new("M"), action.robot, action.from_at, action.to_at, action.reason, action.actor, turn.now
    )
    turn.state.night.windows[window.window_id] = window
    _changed(turn, window, action.actor, "maintenance.planned", reason=action.reason)
    turn.state.night.look_at = 0.0
    return describe(window)


def cancel(turn: Turn, action: CancelMaintenance) -> dict[str, object]:
    """A window that has not begun will not be; one under way ends now, and the robot comes back."""
    window = turn.state.night.windows.get(action.window_id)
    if window is None:
        raise NotFound(f"no maintenance window {action.window_id}: it is over, cancelled, or never was")
    window.ended_by = action.actor
    if window.status is WindowStatus.PLANNED:
        _finish(turn, window, WindowStatus.CANCELLED, action.actor, reason=action.reason)
    else:
        window.to_at = max(min(window.to_at, turn.now), window.from_at + 1.0)
        _changed(turn, window, action.actor, "maintenance.ended_early", reason=action.reason)
    turn.state.night.look_at = 0.0
    return describe(window)


def describe(window: MaintenanceWindow) -> dict[str, object]:
    """The window as an answer."""
    return {
        "window_id": window.window_id,
        "robot": window.robot,
        "from_at": window.from_at,
        "to_at": window.to_at,
        "status": window.status.value,
    }


def tend(turn: Turn) -> None:
    """Bring each window as far as the time and its robot allow."""
    for window in sorted(turn.state.night.windows.values(), key=lambda window: (window.from_at, window.window_id)):
        robot = turn.state.robots[window.robot]
        over = (turn.now >= window.to_at or window.ended_by is not None) and open_run(turn, window.robot) is None
        if window.status is not WindowStatus.PLANNED:
            robot.maintenance = window.window_id
        match window.status:
            case WindowStatus.PLANNED if over:
                # Nobody was there to begin it: the robot was never held for it.
                _finish(turn, window, WindowStatus.OVER, "controller", reason="its time has passed")
            case WindowStatus.PLANNED if turn.now >= window.from_at - DRAIN_LEAD_S:
                window.status = WindowStatus.DRAINING
                robot.maintenance = window.window_id
                _changed(turn, window, "controller", "maintenance.draining")
            case WindowStatus.DRAINING if over:
                _return(turn, window, robot)
            case WindowStatus.DRAINING if turn.now >= window.from_at and _drained(turn, robot):
                _hold(turn, window, robot)
            case WindowStatus.HELD if over:
                _return(turn, window, robot)
            case WindowStatus.RETURNING:
                _come_back(turn, window, robot)
            case _:
                pass


def _drained(turn: Turn, robot: Robot) -> bool:
    """It has ended all that it had, but for what people still look for."""
    return robot.trust is Trust.READY and all(
        verdicts.only_people_can_tell(task) for task in turn.state.open_tasks(robot.robot)
    )


def _hold(turn: Turn, window: MaintenanceWindow, robot: Robot) -> None:
    window.status = WindowStatus.HELD
    window.task_id = tasks.issue(turn, robot, TaskKind.HOLD, tasks.CONTROL_VALID_S, reason=window.window_id).task_id
    _changed(turn, window, "controller", "maintenance.held")


def _return(turn: Turn, window: MaintenanceWindow, robot: Robot) -> None:
    """Resume it, then a reference run: nobody knows what the work at it has moved.

    Not where a door was opened or somebody has taken it out: then it comes back by a named person's word alone.
    """
    if robot.withdrawn is not None:
        _leave_out(turn, window, robot)
        return
    if robot.trust is not Trust.READY:
        return
    tasks.issue(turn, robot, TaskKind.RESUME, tasks.CONTROL_VALID_S, reason=window.window_id)
    home = tasks.issue(turn, robot, TaskKind.HOME, TRY_AGAIN_S, reason=window.window_id)
    window.status = WindowStatus.RETURNING
    window.task_id = home.task_id
    _changed(turn, window, "controller", "maintenance.returning")


def _come_back(turn: Turn, window: MaintenanceWindow, robot: Robot) -> None:
    reference_run = window.task_id or ""
    task = turn.changes.tasks.get(reference_run) or turn.state.tasks.get(reference_run)
    if robot.withdrawn is not None:
        if task is not None:
            tasks.ask_cancel(turn, task)
        _leave_out(turn, window, robot)
    elif task is not None and task.status is TaskStatus.COMPLETED:
        robot.maintenance = None
        _finish(turn, window, WindowStatus.OVER, "controller")
    elif task is not None and task.status.final:
        window.task_id = None
        turn.state.night.return_at = turn.now + TRY_AGAIN_S
        _changed(turn, window, "controller", "maintenance.return_failed", outcome=task.status.value)
    elif task is None and turn.now >= turn.state.night.return_at:
        _return(turn, window, robot)


def _leave_out(turn: Turn, window: MaintenanceWindow, robot: Robot) -> None:
    robot.maintenance = None
    _finish(turn, window, WindowStatus.OVER, "controller", still_out=robot.withdrawn)


def _finish(turn: Turn, window: MaintenanceWindow, status: WindowStatus, actor: str, **data: object) -> None:
    window.status = status
    window.ended_at = turn.now
    turn.state.night.windows.pop(window.window_id)
    _changed(turn, window, actor, f"maintenance.{status.value}", **data)


def _changed(turn: Turn, window: MaintenanceWindow, actor: str, what: str, **data: object) -> None:
    turn.changes.maintenance_windows[window.window_id] = window
    turn.changes.note(
        actor, what, f"robot:{window.robot}", window_id=window.window_id, from_at=window.from_at, to_at=window.to_at,
        **data,
    )  # fmt: skip
