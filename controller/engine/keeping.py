"""What was learned is kept now and then, so that a controller that starts anew need not learn it again.

What decides about faults and stock is in rows of its own, exact to the last commit; this is what promises, forecasts,
consequences and early warnings go by. After a restart promises know all but the last hour and consequences all but the
last minute; warnings know everything, as what robots told since the checkpoint is looked at again.
"""

from typing import Any

from controller.domain.checkpoint import ATTENDANCE, PROMISES, RESPONSES, WATCHER, Checkpoint
from controller.engine.turn import Turn

WATCHER_EVERY_S = 3 * 3600.0
"""Nine robots tell 324 conditions meanwhile, which are looked at again in a quarter of a second."""
ATTENDANCE_EVERY_S = 600.0
"""Who has been seen counts as present for half an hour."""
PROMISES_EVERY_S = 3600.0


def tend(turn: Turn) -> None:
    """Keep what is due. A core that runs ahead keeps nothing."""
    state, kept_at = turn.state, turn.state.kept_at
    if state.timings.promise_every_s is None:
        return
    if turn.now - kept_at.get(ATTENDANCE, 0.0) >= ATTENDANCE_EVERY_S:
        _keep(turn, ATTENDANCE, state.attendance.kept())
    if turn.now - kept_at.get(PROMISES, 0.0) >= PROMISES_EVERY_S:
        _keep(turn, PROMISES, state.outlook.calibration.kept())


def keep_watcher(turn: Turn, *, at_once: bool = False) -> None:
    """Where it is due, or at once."""
    if at_once or turn.now - turn.state.kept_at.get(WATCHER, 0.0) >= WATCHER_EVERY_S:
        _keep(turn, WATCHER, turn.state.watcher.keep())


def keep_responses(turn: Turn) -> None:
    """Where something was done since they were kept last."""
    outages = turn.state.outages
    responses = {robot: response.kept() for robot, response in outages.responses.items()}
    if responses != outages.responses_kept:
        outages.responses_kept = responses
        _keep(turn, RESPONSES, responses)


def _keep(turn: Turn, name: str, data: dict[str, Any]) -> None:
    turn.state.kept_at[name] = turn.now
    turn.changes.checkpoints[name] = Checkpoint(name, turn.now, data)
