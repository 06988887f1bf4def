"""Robots that work carefully: the profile that the recovery policy sets for a fault, and back to the one before it.

That a fault has made its robot careful is kept with the fault until the robot has said that it works as before. It is
undone when a named person has found the cause or brought the robot back, never by the controller itself.
"""

from controller.domain.fault import Fault
from controller.domain.robot import Robot, Trust
from controller.domain.task import TaskKind
from controller.domain.withdrawal import CONTROLLER, HowOut, Stage
from controller.engine import downtime, owing, profiles
from controller.engine.actions import PutBack
from controller.engine.turn import Turn
from controller.faults.careful import CAREFUL, Careful, back_from, careful_for, is_careful
from controller.faults.policy import Action

AGAIN_S = 60.0
"""A robot that did not take its old values back is told again after this time."""
_CAREFUL, _RESTORE = Action.DEGRADE.value, "restore"
"""What is owed to a fault: its robot is careful; it is to be as before."""


def way_to(turn: Turn, robot: Robot, code: str) -> Careful | None:
    """How the robot could work on with such a fault; None where it cannot."""
    if TaskKind.SET_PARAMETERS.value not in robot.commands:
        return None
    return careful_for(code, turn.state.workshop.limits.get(robot.robot, {}))


def begin(turn: Turn, robot: Robot, fault: Fault) -> bool:
    """Set the careful profile for a fault; False where that is nothing for this robot now."""
    careful = way_to(turn, robot, fault.code)
    present = profiles.present(turn, robot.robot)
    if careful is None or robot.mode != "automatic" or robot.withdrawn is not None or _on_its_way(turn, robot.robot):
        return False
    if is_careful(careful, present):
        return False
    why = f"{fault.fault_id} ({fault.code}): works {careful.words}"
    profile = profiles.issue(turn, robot, {**present, **careful.values}, why, CONTROLLER)
    owing.owe(turn, fault, _CAREFUL)
    turn.changes.note(
        CONTROLLER, "profile.set", f"robot:{robot.robot}", version=profile.version, values=profile.values,
        changed=dict(careful.values), reason=profile.reason, fault_id=fault.fault_id,
    )  # fmt: skip
    return True


def careful_of(turn: Turn, robot: str) -> dict[str, Careful]:
    """The faults for which the robot works carefully, or is about to → how."""
    return {fault.fault_id: CAREFUL[fault.code] for fault in _careful_faults(turn) if fault.robot == robot}


def shown(turn: Turn, robot: str) -> dict[str, Careful]:
    """Of these, those that a person is to see: for which it is to be careful still, or does not stop to be."""
    tried_at = turn.state.workshop.restore_at.get(robot, float("inf"))
    return {
        fault_id: careful
        for fault_id, careful in careful_of(turn, robot).items()
        if _RESTORE not in turn.state.faults[fault_id].owed or turn.now >= tried_at
    }


def put_back(turn: Turn, action: PutBack) -> dict[str, object]:
    """A named person says that the robot is fit: out of work it returns, at work it need not be careful any more.

    Conflict as for `downtime.put_back`; one that only works carefully is told once something is heard of it.
    """
    robot = turn.state.robot(action.robot)
    found = list(careful_of(turn, robot.robot)) if robot.withdrawn is None else []
    if not found:
        return downtime.put_back(turn, action)
    for fault_id in found:
        _over(turn, turn.state.faults[fault_id], action.actor, action.reason)
    return {"robot": robot.robot, "careful_over": found}


def tend(turn: Turn) -> None:
    """Take note of what people have found and brought back, and of what robots did with their profiles."""
    for withdrawal in turn.changes.withdrawals.values():
        if withdrawal.stage is Stage.BACK and withdrawal.how is not HowOut.INTERLOCK:
            for fault_id in careful_of(turn, withdrawal.robot):
                _over(turn, turn.state.faults[fault_id], withdrawal.confirmed_by or "", "back at work")
    for found in list(turn.changes.faults.values()):
        if found.found_at == turn.now:
            for fault in _careful_faults(turn):
                if (fault.robot, fault.code) == (found.robot, found.code):
                    _over(turn, fault, found.found_by or "", f"{found.fault_id}: {found.cause}")
    for fault in _careful_faults(turn):
        _follow(turn, fault)


# ---- inside -----------------------------------------------------------------------------------------------


def _careful_faults(turn: Turn) -> list[Fault]:
    return [fault for fault in turn.state.owed.values() if _CAREFUL in fault.owed]


def _follow(turn: Turn, fault: Fault) -> None:
    """One fault whose robot is careful: whether it has become so, and whether it is as before."""
    robot = turn.state.robots[fault.robot]
    if _on_its_way(turn, robot.robot):
        return
    careful = CAREFUL[fault.code]
    in_force = is_careful(careful, profiles.present(turn, robot.robot))
    if _RESTORE not in fault.owed:
        if not in_force:
            _in_vain(turn, robot, fault)
    elif not in_force:
        _paid(turn, fault)
    elif robot.trust is Trust.READY and turn.now >= turn.state.workshop.restore_at.get(robot.robot, 0.0):
        _restore(turn, robot, fault, careful)


def _in_vain(turn: Turn, robot: Robot, fault: Fault) -> None:
    """The robot did not take the careful profile, or a person has set other values: people see to the fault."""
    _paid(turn, fault)
    turn.changes.note(
        CONTROLLER, "fault.not_eased", f"fault:{fault.fault_id}", robot=robot.robot, code=fault.code,
        asked=[Action.DEGRADE.value],
    )  # fmt: skip
    if fault.level <= 2 and fault.cleared_at is None:
        downtime.keep_out(turn, robot, f"{fault.code} ({fault.fault_id}): it did not take the careful profile")


def _restore(turn: Turn, robot: Robot, fault: Fault, careful: Careful) -> None:
    others = [way for fault_id, way in careful_of(turn, robot.robot).items() if fault_id != fault.fault_id]
    values = back_from(careful, profiles.present(turn, robot.robot), _before(turn, fault), others)
    if is_careful(careful, values):
        _paid(turn, fault)
        return
    turn.state.workshop.restore_at[robot.robot] = turn.now + AGAIN_S
    turn.wake_at(turn.now + AGAIN_S)
    profile = profiles.issue(turn, robot, values, f"as before {fault.fault_id} ({fault.code})", CONTROLLER)
    turn.changes.note(
        CONTROLLER, "profile.set", f"robot:{robot.robot}", version=profile.version, values=values,
        changed={name: values.get(name) for name in careful.values}, reason=profile.reason, fault_id=fault.fault_id,
    )  # fmt: skip


def _before(turn: Turn, fault: Fault) -> dict[str, float]:
    """What the robot had when the fault was raised."""
    kept = turn.state.profiles.get(fault.robot, [])
    known = [each for each in kept if each.confirmed_at is not None and each.made_at < fault.raised_at]
    return dict(known[-1].values) if known else {}


def _over(turn: Turn, fault: Fault, actor: str, reason: str) -> None:
    if _RESTORE in fault.owed:
        return
    owing.owe(turn, fault, _RESTORE)
    turn.changes.note(
        actor, "fault.careful_over", f"fault:{fault.fault_id}", robot=fault.robot, code=fault.code, reason=reason
    )


def _on_its_way(turn: Turn, robot: str) -> bool:
    return any(task.kind is TaskKind.SET_PARAMETERS for task in turn.state.open_tasks(robot))


def _paid(turn: Turn, fault: Fault) -> None:
    turn.state.workshop.restore_at.pop(fault.robot, None)
    owing.settle(turn, fault, _CAREFUL, _RESTORE)
