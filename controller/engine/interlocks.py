"""After a door or an emergency stop a robot starts nothing by itself (RC-22).

It is out of work from the moment at which that is seen, until a named person has said that its travel area is empty,
at its panel or as a job of the floor, and it has homed and done a test motion well. So it is from the moment at which
somebody is sent in to fetch packs: the fault for which it stands may go while they are in there. Where a claimed job
takes one person in (a pack to be looked for), the reset at the end of the job is that word.
"""

from controller.domain.robot import Robot
from controller.domain.withdrawal import HowOut, Stage, Withdrawal
from controller.domain.work import FLOOR_STATION, Work, WorkKind
from controller.engine import downtime, works
from controller.engine.actions import Noted
from controller.engine.turn import Turn

RELEASE_AFTER_S = 60.0
"""Who closed the door mostly resets at the panel at once; after this time somebody is sent."""
RELEASE_DUE_S = 15 * 60.0
_OPENED = {"robot.door_opened": "its door was opened", "robot.estop_pressed": "an emergency stop was pressed"}
_CODES = ("SAF-70", "SAF-71")
_RESET = "reset"
_FETCHED = "packs are fetched out of it by hand"


def noted(turn: Turn, robot: Robot, fact: Noted) -> None:
    """A fact that a robot tells: doors, emergency stops, and what people do at its panel."""
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if fact.action in _OPENED:
        if withdrawal is not None and withdrawal.stage is not Stage.OUT:
            downtime.fail(turn, withdrawal, _OPENED[fact.action])
        elif withdrawal is None and not works.inside(turn, robot.robot):
            _take_out(turn, robot, _OPENED[fact.action])
    elif fact.action == "robot.local_action" and fact.data.get("what") == _RESET:
        _reset_by(turn, robot, str(fact.data["who"]))


def entered(turn: Turn, robot: Robot) -> None:
    """Somebody is sent in: from now on it starts nothing, whatever becomes of the fault for which it stands."""
    if robot.withdrawn is None:
        _take_out(turn, robot, _FETCHED)
        downtime.free_queue(turn, robot)


def confirm(turn: Turn, robot: Robot, who: str) -> None:
    """A named person has seen that the travel area is empty. Nothing happens where something else stands in the way."""
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if withdrawal is None or not _waits(withdrawal):
        return
    if downtime.hindrance_of(turn, robot, withdrawal, come_out=who) is not None:
        return
    turn.changes.note(
        who, "robot.area_confirmed", f"robot:{robot.robot}", withdrawal_id=withdrawal.withdrawal_id,
        travel_area="empty",
    )  # fmt: skip
    downtime.begin_return(turn, robot, withdrawal, who)


def tend(turn: Turn) -> None:
    """Send somebody where doors are shut and nobody has said that the travel area is empty."""
    for withdrawal in turn.state.withdrawn.values():
        robot = turn.state.robots[withdrawal.robot]
        if not _waits(withdrawal) or turn.now - withdrawal.since < RELEASE_AFTER_S or _open(turn, robot):
            continue
        asked = any(work.kind is WorkKind.RELEASE and work.robot == robot.robot for work in turn.state.works.values())
        if not asked and downtime.hindrance_of(turn, robot, withdrawal) is None:
            works.create(turn, WorkKind.RELEASE, FLOOR_STATION, turn.now + RELEASE_DUE_S, 1, robot=robot.robot)


def released(turn: Turn, work: Work, worker: str) -> None:
    """The job is done: the worker has looked."""
    confirm(turn, turn.state.robots[work.robot or ""], worker)


def _reset_by(turn: Turn, robot: Robot, who: str) -> None:
    """Somebody at the panel. Who resets there has come out; whoever else is in there has not."""
    if _waits(turn.state.withdrawn.get(robot.robot)):
        confirm(turn, robot, who)
    elif robot.withdrawn is None:
        others = [each for each in works.inside(turn, robot.robot) if each != who]
        if others:
            _take_out(turn, robot, f"{who} has reset it and {', '.join(others)} is at work in it")


def _take_out(turn: Turn, robot: Robot, why: str) -> None:
    withdrawal = downtime.withdraw(turn, robot, HowOut.INTERLOCK, why, "controller")
    turn.changes.note(
        "controller", "robot.taken_out", f"robot:{robot.robot}", how=HowOut.INTERLOCK.value, reason=why,
        withdrawal_id=withdrawal.withdrawal_id,
    )  # fmt: skip


def _waits(withdrawal: Withdrawal | None) -> bool:
    return withdrawal is not None and withdrawal.how is HowOut.INTERLOCK and withdrawal.stage is Stage.OUT


def _open(turn: Turn, robot: Robot) -> bool:
    return any(fault.code in _CODES for fault in turn.state.standing_faults.get(robot.robot, {}).values())
