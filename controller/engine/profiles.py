"""Calibration profiles: the parameters of a robot in versions, each with what was measured before and after it.

A version is never changed. Going back is a new version with old values, so the log tells what the robot really had.
Each state report of a robot names the version in force: one that the books took for lost is theirs from then on, and
any other that is not theirs is written down and raises an alarm.
"""

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.maintenance import Profile, profile_name
from controller.domain.robot import Robot
from controller.domain.task import Task, TaskKind, TaskStatus
from controller.engine import tasks
from controller.engine.actions import RollBackProfile, SetProfile
from controller.engine.turn import Turn

VALID_S = 60.0


def set_values(turn: Turn, action: SetProfile) -> dict[str, object]:
    """A new version. Invalid for what the factsheet does not permit, Conflict outside maintenance mode."""
    robot = turn.state.robot(action.robot)
    _check_limits(turn, robot, dict(action.values))
    values = {**present(turn, robot.robot), **dict(action.values)}
    profile = _send(turn, robot, values, action.reason, action.actor)
    turn.changes.note(
        action.actor, "profile.set", f"robot:{robot.robot}", version=profile.version, values=values,
        changed=dict(action.values), reason=action.reason,
    )  # fmt: skip
    return describe(profile)


def roll_back(turn: Turn, action: RollBackProfile) -> dict[str, object]:
    """NotFound for a version that never was; limits count as they are now."""
    robot = turn.state.robot(action.robot)
    old = next((each for each in turn.state.profiles.get(robot.robot, ()) if each.version == action.version), None)
    if old is None:
        raise NotFound(f"{robot.robot} has no profile of version {action.version}")
    _check_limits(turn, robot, old.values)
    profile = _send(turn, robot, dict(old.values), f"back to {old.version}: {action.reason}", action.actor)
    turn.changes.note(
        action.actor, "profile.rolled_back", f"robot:{robot.robot}", version=profile.version, old_version=old.version,
        values=profile.values, reason=action.reason,
    )  # fmt: skip
    return describe(profile)


def issue(turn: Turn, robot: Robot, values: dict[str, float], reason: str, actor: str) -> Profile:
    """A new version on its way to the robot, in whatever mode it is."""
    kept = turn.state.profiles.setdefault(robot.robot, [])
    before = {axis: mm for axis, (mm, _) in turn.state.workshop.measured.get(robot.robot, {}).items()}
    version = 1 + max(kept[-1].version if kept else 0, turn.state.workshop.in_force.get(robot.robot, (None, 0))[1])
    profile = Profile(robot.robot, version, values, reason, actor, turn.now, before)
    kept.append(profile)
    turn.changes.profiles[(robot.robot, profile.version)] = profile
    target = " ".join([str(profile.version), *(f"{name}={value:g}" for name, value in sorted(values.items()))])
    tasks.issue(turn, robot, TaskKind.SET_PARAMETERS, VALID_S, target=target)
    return profile


def present(turn: Turn, robot: str) -> dict[str, float]:
    """What profiles have set in the robot, as far as the books know."""
    found = _confirmed(turn, robot)
    return {} if found is None else dict(found.values)


def describe(profile: Profile) -> dict[str, object]:
    """The version as an answer."""
    return {
        "robot": profile.robot,
        "version": profile.version,
        "values": dict(profile.values),
        "confirmed": profile.confirmed_at is not None,
    }


def tend(turn: Turn) -> None:
    """What robots took over or refused in this turn."""
    for task in list(turn.changes.tasks.values()):
        if task.kind is TaskKind.SET_PARAMETERS and task.status.final and task.finished_at == turn.now:
            _ended(turn, task)


def in_force(turn: Turn, robot: Robot, told: tuple[str | None, int] | None) -> None:
    """A state report: with which version the robot works."""
    workshop = turn.state.workshop
    if told is None:
        return
    workshop.in_force[robot.robot] = told
    name, version = told
    newest = _confirmed(turn, robot.robot)
    known = 0 if newest is None else newest.version
    ours = name == (profile_name(robot.robot, version) if version else None)
    taken = next((each for each in turn.state.profiles.get(robot.robot, ()) if each.version == version), None)
    if ours and version > known and taken is not None:
        _confirm(turn, taken, "it works with it")
    elif not ours or version != known:
        _differs(turn, robot, told, known)
        return
    workshop.differs.pop(robot.robot, None)


def measured(turn: Turn, robot: str, axis: str, deviation_mm: float) -> None:
    """A calibration that comes after a version was taken over tells what that has brought."""
    newest = _confirmed(turn, robot)
    if newest is not None and axis not in newest.after:
        newest.after[axis] = deviation_mm
        turn.changes.profiles[(robot, newest.version)] = newest


def _ended(turn: Turn, task: Task) -> None:
    version = int((task.target or "0").split(" ")[0])
    profile = next((each for each in turn.state.profiles.get(task.robot, ()) if each.version == version), None)
    if profile is None or profile.confirmed_at is not None:
        return
    if task.status is TaskStatus.COMPLETED:
        _confirm(turn, profile, task.status.value)
        return
    turn.changes.note(
        f"robot:{task.robot}", "profile.refused", f"robot:{task.robot}", version=version, outcome=task.status.value
    )


def _confirm(turn: Turn, profile: Profile, outcome: str) -> None:
    profile.confirmed_at = turn.now
    turn.state.workshop.differs.pop(profile.robot, None)
    turn.changes.profiles[(profile.robot, profile.version)] = profile
    turn.changes.note(
        f"robot:{profile.robot}", "profile.confirmed", f"robot:{profile.robot}", version=profile.version,
        outcome=outcome,
    )  # fmt: skip


def _differs(turn: Turn, robot: Robot, told: tuple[str | None, int], known: int) -> None:
    if turn.state.workshop.differs.get(robot.robot) == told:
        return
    turn.state.workshop.differs[robot.robot] = told
    turn.changes.note(
        f"robot:{robot.robot}", "profile.differs", f"robot:{robot.robot}", profile=told[0], version=told[1],
        expected=known,
    )  # fmt: skip


def _send(turn: Turn, robot: Robot, values: dict[str, float], reason: str, actor: str) -> Profile:
    if robot.mode != "maintenance":
        raise Conflict(f"parameters change only in maintenance mode: {robot.robot} is in {robot.mode}")
    if TaskKind.SET_PARAMETERS.value not in robot.commands:
        raise Conflict(f"{robot.robot} takes no parameters")
    return issue(turn, robot, values, reason, actor)


def _check_limits(turn: Turn, robot: Robot, values: dict[str, float]) -> None:
    limits = turn.state.workshop.limits.get(robot.robot, {})
    if not values:
        raise Invalid("a profile sets at least one parameter")
    for name, value in values.items():
        if name not in limits:
            raise Invalid(f"{robot.robot} has no parameter {name}; its factsheet lists: {', '.join(limits) or 'none'}")
        least, most = limits[name]
        if not least <= value <= most:
            raise Invalid(f"{name} of {robot.robot} goes from {least:g} to {most:g}, not {value:g}")


def _confirmed(turn: Turn, robot: str) -> Profile | None:
    """The version that the robot has, as far as the books know."""
    return next((each for each in reversed(turn.state.profiles.get(robot, [])) if each.confirmed_at is not None), None)
