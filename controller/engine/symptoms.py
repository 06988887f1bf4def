"""Faults that a robot cannot raise (an open door, a lost contact, a damaged index): seen from what else arrives.

They get an occurrence of ours, which no robot can have. What the robot raises for the same event a moment later goes
into the same record.
"""

from controller.domain.robot import Robot, RobotFault
from controller.engine import actions as act
from controller.engine import faulting, works
from controller.engine.turn import Turn
from controller.faults.catalogue import MAINS_LOST, kind_of

CONTACT_LOST, PROGRAM_RESTARTED = "NET-90", "NET-92"
STOCK_DIFFERS, WRONG_EXPIRY = "STK-52", "STK-53"
WATCHDOG = "watchdog"
"""Cause of a boot that the contract gives when a robot's program hung."""
_BEGIN = {"robot.door_opened": ("SAF-70", "door"), "robot.estop_pressed": ("SAF-71", "station")}
_END = {"robot.door_closed": ("SAF-70", "door"), "robot.estop_released": ("SAF-71", "station")}
_ONCE = {"robot.pack_missing": "STK-50", "robot.pack_found": "STK-51"}


def noted(turn: Turn, robot: Robot, fact: act.Noted) -> None:
    """A fact that is the only sign of a fault: doors, emergency stops, packs missing or found."""
    if fact.action == "robot.door_opened" and works.inside(turn, robot.robot):
        # Somebody's job takes them in there: nothing is wrong.
        return
    if fact.action in _BEGIN:
        code, name = _BEGIN[fact.action]
        begin(turn, robot, code, location=str(fact.data[name]))
    elif fact.action in _END:
        code, name = _END[fact.action]
        end(turn, robot, code, location=str(fact.data[name]))
    elif fact.action in _ONCE:
        pack_id = fact.data.get("pack_id")
        location = str(fact.data["location"])
        seen_once(turn, robot, _ONCE[fact.action], location=location, pack_id=None if pack_id is None else str(pack_id))


def begin(turn: Turn, robot: Robot, code: str, *, location: str | None = None) -> None:
    """Something shows a fault that the robot does not raise. It has one record while it stands."""
    if any(fault.code == code and fault.location == location for fault in faulting.standing(turn, robot)):
        return
    seen = RobotFault(turn.ids.new(faulting.SEEN), code, kind_of(code).level, turn.now, location=location)
    faulting.begin(turn, robot, seen, "controller")


def end(turn: Turn, robot: Robot, code: str, *, location: str | None = None) -> None:
    """It is over. The robot may need more before it works: that time is still counted."""
    for fault in faulting.standing(turn, robot):
        if fault.code == code and fault.location == location and fault.occurrence.startswith(faulting.SEEN):
            faulting.end(turn, robot, fault)


def seen_once(turn: Turn, robot: Robot, code: str, *, location: str | None = None, pack_id: str | None = None) -> None:
    """A symptom of a moment: its record begins and ends now, unless the robot has raised the fault itself."""
    for fault in reversed(turn.state.faults.values()):
        if turn.now - fault.raised_at > faulting.SAME_EVENT_S:
            break
        if (fault.robot, fault.code, fault.location, fault.pack_id) == (robot.robot, code, location, pack_id):
            return
    seen = RobotFault(
        turn.ids.new(faulting.SEEN), code, kind_of(code).level, turn.now, location=location, pack_id=pack_id
    )
    faulting.end(turn, robot, faulting.begin(turn, robot, seen, "controller"))


def contact_lost(turn: Turn, robot: Robot) -> None:
    """Nothing is heard of the robot. One that parks for want of power has a fault that explains it."""
    if not any(fault.code in (MAINS_LOST, PROGRAM_RESTARTED) for fault in faulting.standing(turn, robot)):
        begin(turn, robot, CONTACT_LOST)


def booted(turn: Turn, robot: Robot, cause: str) -> None:
    """Its program started; by its watchdog: what looked like a lost contact was a program that hung."""
    turn.state.booted_at[robot.robot] = turn.now
    if cause != WATCHDOG:
        return
    lost = next((fault for fault in faulting.standing(turn, robot) if fault.code == CONTACT_LOST), None)
    if lost is None:
        begin(turn, robot, PROGRAM_RESTARTED)
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
        end(turn, robot, code)
