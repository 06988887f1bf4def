"""The way back to work of a robot that a procedure has proven fit: through downtime.put_back, the only one there is."""

from controller.domain.errors import NightshiftError
from controller.domain.withdrawal import Stage, Withdrawal
from controller.engine import actions as act
from controller.engine import downtime
from controller.engine.by_hand import AUTOMATIC
from controller.engine.turn import Turn

RETURN_BEGINS_S = 180.0
"""A robot that is not in automatic mode by then stays out: what was seen of its travel area is too long ago."""


def begin(turn: Turn, withdrawal: Withdrawal, actor: str) -> None:
    """The procedure has proven it fit: it goes back as soon as it is in automatic mode."""
    withdrawal.confirmed_by, withdrawal.failure = actor, None
    turn.changes.withdrawals[withdrawal.withdrawal_id] = withdrawal
    turn.state.workshop.returning[withdrawal.robot] = turn.now + RETURN_BEGINS_S


def tend(turn: Turn) -> None:
    """Bring back what is fit and in automatic mode."""
    for withdrawal in list(turn.state.withdrawn.values()):
        if _is_to_return(withdrawal):
            _go_back(turn, withdrawal)


def forget(turn: Turn, robot: str) -> None:
    """What was seen of its travel area holds no more."""
    turn.state.workshop.returning.pop(robot, None)


def _is_to_return(withdrawal: Withdrawal) -> bool:
    """Somebody has said that it is fit, and nothing has come of that so far."""
    return withdrawal.stage is Stage.OUT and withdrawal.confirmed_by is not None and withdrawal.failure is None


def _go_back(turn: Turn, withdrawal: Withdrawal) -> None:
    """Back in automatic mode, while what was seen of its travel area holds. After a restart nobody knows that."""
    until_at = turn.state.workshop.returning.get(withdrawal.robot, 0.0)
    if turn.now >= until_at:
        turn.state.workshop.returning.pop(withdrawal.robot, None)
        downtime.fail(turn, withdrawal, "it did not begin in time, or a door was opened: look along its travel area")
    elif turn.state.robots[withdrawal.robot].mode == AUTOMATIC:
        del turn.state.workshop.returning[withdrawal.robot]
        by = withdrawal.confirmed_by or ""
        try:
            downtime.put_back(turn, act.PutBack(withdrawal.robot, "procedure passed", by, travel_area_empty=True))
        except NightshiftError as refusal:
            downtime.fail(turn, withdrawal, str(refusal))
