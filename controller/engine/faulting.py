"""Fault records: what a robot raises and clears, what its symptoms show, and what people found to be the cause.

A robot raises most faults itself. Some it cannot raise (an open door, a lost contact, a damaged index): those are seen
from what else arrives, and get an occurrence of ours, which no robot can have. The time in which a robot cannot work is
counted for the fault that was first, until it works again: what comes after is its consequence.
"""

from collections import deque

from controller.domain.errors import Invalid, NotFound
from controller.domain.fault import Condition, Fault, Feature
from controller.domain.robot import Robot, RobotFault
from controller.engine import actions as act
from controller.engine import recording, suspicion, works
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

CONTACT_LOST, PROGRAM_RESTARTED, MAINS_LOST = "NET-90", "NET-92", "PWR-80"
STOCK_DIFFERS, WRONG_EXPIRY = "STK-52", "STK-53"
WATCHDOG = "watchdog"
"""Cause of a boot that the contract gives when a robot's program hung."""
_BEGIN = {"robot.door_opened": ("SAF-70", "door"), "robot.estop_pressed": ("SAF-71", "station")}
_END = {"robot.door_closed": ("SAF-70", "door"), "robot.estop_released": ("SAF-71", "station")}
_ONCE = {"robot.pack_missing": "STK-50", "robot.pack_found": "STK-51"}


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
        _begin(turn, robot, told, f"robot:{robot.robot}")
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
        _end(turn, robot, fault)


def compare(turn: Turn, robot: Robot, standing: tuple[RobotFault, ...]) -> None:
    """A state report names every fault that stands: what we missed gets its record, what is gone is closed (RC-20)."""
    if not (standing or robot.faults or turn.state.standing_faults.get(robot.robot)):
        return
    robot.faults = {}
    for told in standing:
        raised(turn, robot, told)
    for fault in _standing(turn, robot):
        if not fault.occurrence.startswith(SEEN) and fault.occurrence not in robot.faults:
            _end(turn, robot, fault)


# ---- what symptoms show -----------------------------------------------------------------------------------


def noted(turn: Turn, robot: Robot, fact: act.Noted) -> None:
    """A fact that is the only sign of a fault: doors, emergency stops, packs missing or found."""
    if fact.action == "robot.door_opened" and works.inside(turn, robot.robot):
        # Somebody's job takes them in there: nothing is wrong.
        return
    if fact.action in _BEGIN:
        code, name = _BEGIN[fact.action]
        begin_symptom(turn, robot, code, location=str(fact.data[name]))
    elif fact.action in _END:
        code, name = _END[fact.action]
        end_symptom(turn, robot, code, location=str(fact.data[name]))
    elif fact.action in _ONCE:
        pack_id = fact.data.get("pack_id")
        location = str(fact.data["location"])
        seen_once(turn, robot, _ONCE[fact.action], location=location, pack_id=None if pack_id is None else str(pack_id))


def begin_symptom(turn: Turn, robot: Robot, code: str, *, location: str | None = None) -> None:
    """Something shows a fault that the robot does not raise. It has one record while it stands."""
    if any(fault.code == code and fault.location == location for fault in _standing(turn, robot)):
        return
    seen = RobotFault(_occurrence(turn), code, kind_of(code).level, turn.now, location=location)
    _begin(turn, robot, seen, "controller")


def end_symptom(turn: Turn, robot: Robot, code: str, *, location: str | None = None) -> None:
    """It is over. The robot may need more before it works: that time is still counted."""
    for fault in _standing(turn, robot):
        if fault.code == code and fault.location == location and fault.occurrence.startswith(SEEN):
            _end(turn, robot, fault)


def seen_once(turn: Turn, robot: Robot, code: str, *, location: str | None = None, pack_id: str | None = None) -> None:
    """A symptom of a moment: its record begins and ends now, unless the robot has raised the fault itself."""
    for fault in reversed(turn.state.faults.values()):
        if turn.now - fault.raised_at > SAME_EVENT_S:
            break
        if (fault.robot, fault.code, fault.location, fault.pack_id) == (robot.robot, code, location, pack_id):
            return
    seen = RobotFault(_occurrence(turn), code, kind_of(code).level, turn.now, location=location, pack_id=pack_id)
    _end(turn, robot, _begin(turn, robot, seen, "controller"))


def contact_lost(turn: Turn, robot: Robot) -> None:
    """Nothing is heard of the robot. One that parks for want of power has a fault that explains it."""
    if not any(fault.code in (MAINS_LOST, PROGRAM_RESTARTED) for fault in _standing(turn, robot)):
        begin_symptom(turn, robot, CONTACT_LOST)


def booted(turn: Turn, robot: Robot, cause: str) -> None:
    """Its program started; by its watchdog: what looked like a lost contact was a program that hung."""
    turn.state.booted_at[robot.robot] = turn.now
    if cause != WATCHDOG:
        return
    lost = next((fault for fault in _standing(turn, robot) if fault.code == CONTACT_LOST), None)
    if lost is None:
        begin_symptom(turn, robot, PROGRAM_RESTARTED)
        return
    lost.code = PROGRAM_RESTARTED
    turn.changes.faults[lost.fault_id] = lost
    turn.changes.note(
        "controller", "fault.recognised", f"robot:{robot.robot}", fault_id=lost.fault_id, old=CONTACT_LOST,
        code=PROGRAM_RESTARTED,
    )  # fmt: skip


def contact_back(turn: Turn, robot: Robot) -> None:
    """The robot is trusted again."""
    for code in (CONTACT_LOST, PROGRAM_RESTARTED):
        end_symptom(turn, robot, code)


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
            turn.changes.faults[fault_id] = fault


def _works_again(turn: Turn, robot: Robot) -> bool:
    # What shows a symptom comes a moment before the machine state that follows from it.
    return can_work(robot) and all(fault.level > 2 for fault in _standing(turn, robot))


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


def _begin(turn: Turn, robot: Robot, told: RobotFault, actor: str) -> Fault:
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


def _end(turn: Turn, robot: Robot, fault: Fault) -> None:
    fault.cleared_at = turn.now
    turn.state.standing_faults[robot.robot].pop(fault.fault_id, None)
    turn.changes.faults[fault.fault_id] = fault
    turn.state.recorder.close(robot.robot, fault.fault_id)
    actor = "controller" if fault.occurrence.startswith(SEEN) else f"robot:{robot.robot}"
    turn.changes.note(
        actor, "fault.cleared", f"robot:{robot.robot}", fault_id=fault.fault_id, occurrence=fault.occurrence,
        code=fault.code,
    )  # fmt: skip


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


def _standing(turn: Turn, robot: Robot) -> list[Fault]:
    return list(turn.state.standing_faults.get(robot.robot, {}).values())


def _occurrence(turn: Turn) -> str:
    return turn.ids.new(SEEN)


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
