"""A robot that cannot work: when it is expected back, and whether people may take packs out of it meanwhile."""

from controller.domain.robot import Robot, Trust
from controller.domain.task import TaskKind, TaskStatus
from controller.domain.withdrawal import HowOut, Stage
from controller.engine.procedure_runs import is_proving, open_run, robot_at
from controller.engine.turn import Turn, can_work, stands
from controller.faults.standstill import halfway_s, lasts_longer

AWAY_S = 2 * 3600.0
"""A robot that was taken out without a word on its return is taken to be away for so long."""
SAID_SPREAD = 0.5
"""How far what people said of a return is off, of the logarithm of the time: half as long again is nothing unusual;
estimate."""
ENTER_AFTER_S = 5 * 60.0
"""Nobody opens a robot for a stop that is shorter: most are over by then, and who opens it prolongs it."""
MOTION_S = 10 * 60.0
"""What a person had the robot do, fault or not, is over by then: the longest is a self-test; estimate."""
_BY_PEOPLE = frozenset(
    {
        TaskKind.HOME, TaskKind.JOG, TaskKind.CALIBRATE, TaskKind.SELF_TEST, TaskKind.COUNT, TaskKind.RELOCATE,
        TaskKind.RESUME,
    }
)  # fmt: skip
_NO_FAULT = ""


def back_at(turn: Turn, robot: Robot) -> float:
    """When a robot that cannot work is able again: what somebody has said, and where nobody has or that has passed,
    the moment at which it is as likely to be back as not.
    """
    said = _said(turn, robot)
    if said is not None and said[1] > turn.now:
        return said[1]
    return turn.now + halfway_s(lambda more_s: still_out(turn, robot, turn.now + more_s))


def still_out(turn: Turn, robot: Robot, at: float) -> float:
    """Probability that a robot that cannot work now cannot at `at` either, by how long it has been out already."""
    at = max(at, turn.now)
    said = _said(turn, robot)
    if said is not None:
        since, until = said
        return out_longer(since, until, at) / out_longer(since, until, turn.now)
    known = turn.state.standstills
    return max(known.goes_on(code, turn.now - since, at - turn.now) for code, since in _reasons(turn, robot))


def out_longer(since: float, until: float, at: float) -> float:
    """Probability that an absence from `since`, which was said to last until `until`, lasts beyond `at`."""
    return lasts_longer(max(1.0, until - since), SAID_SPREAD, at - since)


def may_be_entered(turn: Turn, robot: Robot) -> bool:
    """Whether people may take packs out of it: out for longer than a short stop, and nothing in it is to move."""
    opens = opens_at(turn, robot)
    return opens is not None and opens <= turn.now


def opens_at(turn: Turn, robot: Robot) -> float | None:
    """From when people may take packs out of it as it stands now; None where something in it moves, or may."""
    if can_work(robot) or robot.trust is Trust.QUARANTINED:
        return None
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if (withdrawal is not None and withdrawal.stage is not Stage.OUT) or _is_moved(turn, robot):
        return None
    if not stands(robot) and any(task.status is TaskStatus.RUNNING for task in turn.state.open_tasks(robot.robot)):
        return None
    if withdrawal is not None and withdrawal.how is not HowOut.INTERLOCK:
        return turn.now
    since = turn.state.contacts[robot.robot].cannot_work_since
    return since + ENTER_AFTER_S if since is not None else None


def _said(turn: Turn, robot: Robot) -> tuple[float, float] | None:
    """(since, until): what people have said of its absence; None where it is out for no will of theirs."""
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if withdrawal is not None and withdrawal.how is not HowOut.INTERLOCK:
        return withdrawal.since, withdrawal.back_at or withdrawal.since + AWAY_S
    window = turn.state.night.windows.get(robot.maintenance or "")
    return None if window is None else (window.from_at, window.to_at)


def _reasons(turn: Turn, robot: Robot) -> list[tuple[str, float]]:
    """(code, since when) of each fault that stops it; once the last is cleared, what is left is to bring it back."""
    standing = turn.state.standing_faults.get(robot.robot, {}).values()
    stopping = [(fault.code, fault.raised_at) for fault in standing if fault.level <= 2]
    if stopping:
        return stopping
    since = turn.state.contacts[robot.robot].cannot_work_since
    cleared_at = since = turn.now if since is None else since
    for fault in reversed(turn.state.faults.values()):
        if fault.raised_at < since:
            break
        if fault.robot == robot.robot and fault.cleared_at is not None:
            cleared_at = max(cleared_at, fault.cleared_at)
    return [(_NO_FAULT, cleared_at)]


def _is_moved(turn: Turn, robot: Robot) -> bool:
    """Whether a technician has it move now, or it was told to and may do so at any moment."""
    run = open_run(turn, robot.robot)
    told = (task for task in turn.state.open_tasks(robot.robot) if task.kind in _BY_PEOPLE)
    if run is not None and (robot_at(run) is not None or is_proving(run)):
        return True
    return any(turn.now < task.issued_at + MOTION_S for task in told)
