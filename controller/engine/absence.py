"""A robot that cannot work: when it is expected back, and whether people may take packs out of it meanwhile."""

from controller.domain.robot import Robot, Trust
from controller.domain.task import TaskKind, TaskStatus
from controller.domain.withdrawal import HowOut, Stage
from controller.engine.procedure_runs import is_proving, open_run, robot_at
from controller.engine.turn import Turn, can_work, stands

REPAIR_S = 4 * 60.0
"""A stop takes so long in the median (DOMAIN.md Table A). One that has lasted longer is taken to last as long again:
the longer a fault has stood, the more likely it is one of the few that take hours."""
LONGEST_REPAIR_S = 12 * 3600.0
AWAY_S = 2 * 3600.0
"""A robot that was taken out without a word on its return is taken to be away for so long from now."""
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


def back_at(turn: Turn, robot: Robot) -> float:
    """When a robot that cannot work is expected to be able again."""
    state = turn.state
    withdrawal = state.withdrawn.get(robot.robot)
    if withdrawal is not None and withdrawal.how is not HowOut.INTERLOCK:
        announced = withdrawal.back_at or 0.0
        return announced if announced > turn.now else turn.now + AWAY_S
    window = state.night.windows.get(robot.maintenance or "")
    if window is not None and window.to_at > turn.now:
        return window.to_at
    since = state.contacts[robot.robot].cannot_work_since
    lasted_s = turn.now - since if since is not None else 0.0
    return turn.now + min(REPAIR_S + lasted_s, LONGEST_REPAIR_S)


def may_be_entered(turn: Turn, robot: Robot) -> bool:
    """Whether people may take packs out of it: out for longer than a short stop, and nothing in it is to move."""
    if can_work(robot) or robot.trust is Trust.QUARANTINED:
        return False
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if (withdrawal is not None and withdrawal.stage is not Stage.OUT) or _is_moved(turn, robot):
        return False
    if not stands(robot) and any(task.status is TaskStatus.RUNNING for task in turn.state.open_tasks(robot.robot)):
        return False
    since = turn.state.contacts[robot.robot].cannot_work_since
    planned = withdrawal is not None and withdrawal.how is not HowOut.INTERLOCK
    return planned or (since is not None and turn.now - since >= ENTER_AFTER_S)


def _is_moved(turn: Turn, robot: Robot) -> bool:
    """Whether a technician has it move now, or it was told to and may do so at any moment."""
    run = open_run(turn, robot.robot)
    told = (task for task in turn.state.open_tasks(robot.robot) if task.kind in _BY_PEOPLE)
    if run is not None and (robot_at(run) is not None or is_proving(run)):
        return True
    return any(turn.now < task.issued_at + MOTION_S for task in told)
