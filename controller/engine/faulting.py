"""Fault records: what a robot raises and clears, what it measures of its parts, and what people found to be the cause.

A robot raises most faults itself; `symptoms` has the others. The time in which a robot cannot work is counted for the
fault that was first, until it works again: what comes after is its consequence.
"""

from collections import deque

from controller.domain.errors import Invalid, NotFound
from controller.domain.fault import Condition, Fault, Feature
from controller.domain.robot import Robot, RobotFault
from controller.engine import actions as act
from controller.engine import recording, suspicion
from controller.engine.turn import Turn, can_work
from controller.faults.catalogue import CAUSES, kind_of

CONDITIONS_HELD_S = 2 * 86_400.0
"""So much of what robots said of their parts is in memory."""
CONDITIONS_KEPT_S = 30 * 86_400.0
"""…and so much in the database."""
FAULTS_HELD_S = 7 * 86_400.0
"""Faults that are over stay in memory for so long after they were raised."""
SAME_EVENT_S = 60.0
"""A symptom and the robot's own fault of the same code at the same place within this time are one record."""
SEEN = "~"
"""Occurrences of ours begin with it: it is not in the alphabet of the robots' ids (RC-25)."""


# ---- what robots raise ------------------------------------------------------------------------------------


def raised(turn: Turn, robot: Robot, told: RobotFault) -> None:
    """The robot raised a fault, or shows one in its state that we did not hear of: it has a record from now on."""
    robot.faults[told.occurrence] = told
    known = turn.state.fault_of.get(told.occurrence)
    if known is not None:
        _still_stands(turn, robot, turn.state.faults.get(known))
        return
    fault = _symptom_of(turn, robot, told)
    if fault is None:
        begin(turn, robot, told, f"robot:{robot.robot}")
        return
    turn.state.fault_of.pop(fault.occurrence, None)
    fault.occurrence, fault.level, fault.cleared_at = told.occurrence, told.level, None
    fault.command_id, fault.axis = told.command_id, told.axis
    turn.state.fault_of[told.occurrence] = fault.fault_id
    turn.state.standing_faults.setdefault(robot.robot, {})[fault.fault_id] = fault
    turn.changes.faults[fault.fault_id] = fault
    turn.state.recorder.go_on(robot.robot, fault.fault_id)


def cleared(turn: Turn, robot: Robot, occurrence: str) -> None:
    """The fault does not stand any more. Harmless for one that nobody knows, or that is over."""
    robot.faults.pop(occurrence, None)
    fault = turn.state.faults.get(turn.state.fault_of.get(occurrence, ""))
    if fault is not None and fault.cleared_at is None:
        end(turn, robot, fault)


def compare(turn: Turn, robot: Robot, shown: tuple[RobotFault, ...]) -> None:
    """A state report names every fault that stands: what we missed gets its record, what is gone is closed (RC-20)."""
    if not (shown or robot.faults or turn.state.standing_faults.get(robot.robot)):
        return
    robot.faults = {}
    for told in shown:
        raised(turn, robot, told)
    for fault in standing(turn, robot):
        if not fault.occurrence.startswith(SEEN) and fault.occurrence not in robot.faults:
            end(turn, robot, fault)


# ---- one record ------------------------------------------------------------------------------------------


def begin(turn: Turn, robot: Robot, told: RobotFault, actor: str) -> Fault:
    """Its record, and what is kept around it from now on."""
    state = turn.state
    state.last_fault_number += 1
    fault = Fault(
        fault_id=f"F-{state.last_fault_number:06d}",
        robot=robot.robot,
        occurrence=told.occurrence,
        code=told.code,
        level=told.level,
        raised_at=turn.now,
        command_id=told.command_id,
        location=told.location,
        pack_id=told.pack_id,
        axis=told.axis,
    )
    state.faults[fault.fault_id] = fault
    state.unranked[fault.fault_id] = None
    state.fault_of[fault.occurrence] = fault.fault_id
    state.standing_faults.setdefault(robot.robot, {})[fault.fault_id] = fault
    turn.changes.faults[fault.fault_id] = fault
    turn.changes.recordings.extend(state.recorder.open(robot.robot, fault.fault_id, turn.now))
    recording.record(turn, robot.robot, "state", _picture(turn, robot))
    if fault.level <= 2:
        state.stops.setdefault(robot.robot, (fault.fault_id, turn.now))
    turn.changes.note(
        actor, "fault.raised", f"robot:{robot.robot}", fault_id=fault.fault_id, occurrence=fault.occurrence,
        code=fault.code, level=fault.level, location=fault.location, pack_id=fault.pack_id,
    )  # fmt: skip
    return fault


def end(turn: Turn, robot: Robot, fault: Fault) -> None:
    """It does not stand any more."""
    fault.cleared_at = turn.now
    turn.state.standing_faults[robot.robot].pop(fault.fault_id, None)
    turn.changes.faults[fault.fault_id] = fault
    turn.state.recorder.close(robot.robot, fault.fault_id)
    actor = "controller" if fault.occurrence.startswith(SEEN) else f"robot:{robot.robot}"
    turn.changes.note(
        actor, "fault.cleared", f"robot:{robot.robot}", fault_id=fault.fault_id, occurrence=fault.occurrence,
        code=fault.code,
    )  # fmt: skip


def standing(turn: Turn, robot: Robot) -> list[Fault]:
    """Its faults that are not cleared, in the order in which they came."""
    return list(turn.state.standing_faults.get(robot.robot, {}).values())


# ---- what robots measure ----------------------------------------------------------------------------------


def condition_told(turn: Turn, told: act.RobotCondition) -> None:
    """A robot's account of its parts: kept for 30 days. One of a stranger or of an earlier life is dropped."""
    robot = turn.state.robots.get(told.robot)
    if robot is None or told.generation < robot.generation:
        return
    features = tuple(
        Feature(feature.name, feature.subject or "", feature.count, feature.mean, feature.worst)
        for feature in told.features
    )
    condition = Condition(told.robot, told.since_at, told.at, features)
    held = turn.state.conditions.setdefault(told.robot, deque())
    held.append(condition)
    while held[0].at < turn.now - CONDITIONS_HELD_S:
        held.popleft()
    turn.changes.conditions.append(condition)
    recording.record(turn, told.robot, "condition", told)
    suspicion.look(turn, condition)


# ---- time -------------------------------------------------------------------------------------------------


def settle(turn: Turn) -> None:
    """Robots that work again: what their stop took is counted for the fault that began it."""
    stops = turn.state.stops
    for name in [name for name in stops if _works_again(turn, turn.state.robots[name])]:
        fault_id, since = stops.pop(name)
        fault = turn.state.faults.get(fault_id)
        if fault is not None:
            fault.stopped_s += turn.now - since
            turn.state.standstills.note(fault.code, turn.now - since)
            turn.changes.faults[fault_id] = fault


def _works_again(turn: Turn, robot: Robot) -> bool:
    # What shows a symptom comes a moment before the machine state that follows from it.
    return can_work(robot) and all(fault.level > 2 for fault in standing(turn, robot))


def forget(turn: Turn) -> None:
    """Once a day: what is too old leaves the memory, and conditions the database."""
    turn.changes.forget_conditions_before = turn.now - CONDITIONS_KEPT_S
    for fault in list(turn.state.faults.values()):
        if fault.cleared_at is not None and not fault.owed and fault.raised_at < turn.now - FAULTS_HELD_S:
            del turn.state.faults[fault.fault_id]
            turn.state.fault_of.pop(fault.occurrence, None)
            turn.state.scanned.pop(fault.fault_id, None)


# ---- what people found ------------------------------------------------------------------------------------


def found(turn: Turn, action: act.RecordFinding) -> dict[str, object]:
    """Cause and cure, as a person found them; said again, the later word counts.

    NotFound where the fault is unknown or older than a week, Invalid for a cause that the catalogue does not name.
    """
    fault = turn.state.faults.get(action.fault_id)
    if fault is None:
        raise NotFound(f"no fault {action.fault_id} stands or was raised in the last 7 days")
    if action.cause not in CAUSES:
        usual = ", ".join(kind_of(fault.code).causes) or "none is usual"
        raise Invalid(f"no cause is called {action.cause}; usual for {fault.code}: {usual}; or unknown, or other")
    turn.changes.note(
        action.actor, "fault.found", f"fault:{fault.fault_id}", robot=fault.robot, code=fault.code,
        cause=action.cause, remedy=action.remedy, note=action.note, old_cause=fault.cause, old_remedy=fault.remedy,
    )  # fmt: skip
    fault.cause, fault.remedy, fault.found_by, fault.found_at = action.cause, action.remedy, action.actor, turn.now
    turn.changes.faults[fault.fault_id] = fault
    recording.record(turn, fault.robot, "person", action)
    return {"fault_id": fault.fault_id, "cause": action.cause, "remedy": action.remedy, "found_at": turn.now}


# ---- inside -----------------------------------------------------------------------------------------------


def _still_stands(turn: Turn, robot: Robot, fault: Fault | None) -> None:
    """Told once more: after a restart of ours the recorder and the count of the stop go on."""
    if fault is None or fault.cleared_at is not None:
        return
    turn.state.recorder.go_on(robot.robot, fault.fault_id)


def _symptom_of(turn: Turn, robot: Robot, told: RobotFault) -> Fault | None:
    """The record that a symptom of this very fault was given, moments before."""
    for fault in reversed(turn.state.faults.values()):
        if turn.now - fault.raised_at > SAME_EVENT_S:
            return None
        same = (fault.robot, fault.code, fault.location, fault.pack_id)
        if fault.occurrence.startswith(SEEN) and same == (robot.robot, told.code, told.location, told.pack_id):
            return fault
    return None


def _picture(turn: Turn, robot: Robot) -> dict[str, object]:
    """How the robot stood when the fault was raised, and which orders it was working for."""
    tasks = list(turn.state.open_tasks(robot.robot))
    return {
        "what": "robot_then",
        "trust": robot.trust.value,
        "mode": robot.mode,
        "packml": robot.packml,
        "faults": [fault.code for fault in robot.faults.values()],
        "tasks": [task.task_id for task in tasks],
        "orders": sorted({task.order_ref for task in tasks if task.order_ref is not None}),
    }
