"""A robot that says it is due for service gets a window in the next quiet hours, unless people have planned one."""

from controller.engine import maintenance_windows
from controller.engine.actions import PlanMaintenance
from controller.engine.turn import Turn
from controller.faults.service import WINDOW_S, quiet_window

SERVICE_DUE = "PM-99"
REASON = "service is due (PM-99)"


def tend(turn: Turn) -> None:
    """Plan for what was raised in this turn. People can cancel the window like any other."""
    windows = turn.state.night.windows
    due = {fault.robot for fault in turn.changes.faults.values() if _just_due(turn, fault.code, fault.raised_at)}
    for robot in sorted(due - {window.robot for window in windows.values()}):
        from_at = quiet_window(turn.now, turn.state.zone, turn.now)
        maintenance_windows.plan(turn, PlanMaintenance(robot, from_at, from_at + WINDOW_S, REASON, "controller"))


def _just_due(turn: Turn, code: str, raised_at: float) -> bool:
    return code == SERVICE_DUE and raised_at == turn.now
