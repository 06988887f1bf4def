"""Why robots failed and which will: probable causes of each fault, and warnings of parts that wear.

Causes are ranked at the end of the turn in which a fault was raised, and again when the robot's account of the minutes
before it comes late.
"""

from controller.domain.fault import Condition, Fault
from controller.domain.robot import Robot
from controller.engine import alarms, keeping
from controller.engine.turn import Turn
from controller.faults.catalogue import in_words
from controller.faults.conditions import WARNING
from controller.faults.diagnosis import Before, Case, Happened, rank
from controller.faults.policy import Action
from controller.faults.usual import Usual
from controller.faults.warnings import EarlyWarning

RECENT_S = 6 * 3600.0
"""Conditions of so long before a fault show what has been growing."""
LATE_S = 60.0
"""A condition that ended before a fault and came so much later still changes what is suspected."""

AT_SCANNER = frozenset({"SEN-21", "IDN-32", "STK-53"})
"""Faults of a pack that is being measured and read; the robot names no pack, as nobody has given it an id yet."""
SAME_PACK_S = 5.0
"""A robot offers a pack right after what it finds wrong with it; the next one comes to the scanner later."""


def remember(turn: Turn) -> None:
    """After a start: look at the conditions that were told since the watcher was kept, and which warnings stand."""
    watcher = turn.state.watcher
    told = (condition for held in turn.state.conditions.values() for condition in held if not watcher.knows(condition))
    for condition in sorted(told, key=lambda each: each.at):
        watcher.look(condition)
    standing = {_subject(warning) for robot in turn.state.robots for warning in turn.state.watcher.standing(robot)}
    for alarm in list(turn.state.alarms.values()):
        if alarm.kind == WARNING and alarm.subject not in standing:
            alarms.gone(turn, WARNING, alarm.subject)


def look(turn: Turn, condition: Condition) -> None:
    """A robot's account of its parts: warn of what wears, and think again about faults that it explains."""
    if _works_carefully(turn, condition.robot):
        turn.state.watcher.pass_over(condition)
        keeping.keep_watcher(turn, at_once=True)
    else:
        found = turn.state.watcher.look(condition)
        for warning in found.begun:
            alarms.stand(turn, WARNING, _subject(warning), text=_in_words(warning), robot=warning.robot)
        for warning in found.ended:
            alarms.gone(turn, WARNING, _subject(warning))
        keeping.keep_watcher(turn)
    for fault in turn.state.standing_faults.get(condition.robot, {}).values():
        if condition.at <= fault.raised_at and turn.now - fault.raised_at <= LATE_S:
            turn.state.unranked[fault.fault_id] = None


def offered(turn: Turn, robot: Robot, gtin: str | None) -> None:
    """A pack stands at the scanner. What was raised a moment before was raised about it: a fault that comes with one
    product again and again has another cause than one that comes with any."""
    for fault in turn.state.standing_faults.get(robot.robot, {}).values():
        known = fault.pack_id is not None or fault.fault_id in turn.state.scanned
        if gtin is not None and fault.code in AT_SCANNER and not known and turn.now - fault.raised_at <= SAME_PACK_S:
            turn.state.scanned[fault.fault_id] = gtin
            turn.state.unranked[fault.fault_id] = None


def _works_carefully(turn: Turn, robot: str) -> bool:
    """Its grips and drives tell of the careful profile then, and not of what wears."""
    return any(fault.robot == robot and Action.DEGRADE.value in fault.owed for fault in turn.state.owed.values())


def rank_new(turn: Turn) -> None:
    """Suspects for the faults of which something new is known. A forecast asks for none."""
    if not turn.state.unranked:
        return
    wanted, turn.state.unranked = turn.state.unranked, {}
    if turn.state.timings.promise_every_s is None:
        return
    for fault_id in wanted:
        fault = turn.state.faults[fault_id]
        fault.suspects = rank(_case(turn, fault))
        turn.changes.faults[fault_id] = fault


def _case(turn: Turn, fault: Fault) -> Case:
    state = turn.state
    robot = state.robots[fault.robot]
    held = state.conditions.get(fault.robot, ())
    return Case(
        fault=fault,
        conditions=[condition for condition in held if condition.at >= fault.raised_at - RECENT_S],
        faults=list(state.faults.values()),
        usual=state.watcher.usual(fault.robot) or None,
        sisters_usual=_sisters(turn, robot),
        happened=_happened(turn, fault.robot),
        gtins=_gtins(turn, fault.robot),
    )


def _sisters(turn: Turn, robot: Robot) -> list[Usual]:
    """What the other robots of its kind usually show."""
    return [
        turn.state.watcher.usual(other.robot)
        for other in turn.state.robots.values()
        if other.kind is robot.kind and other is not robot
    ]


def _happened(turn: Turn, robot: str) -> list[Happened]:
    booted_at = turn.state.booted_at.get(robot)
    told = [] if booted_at is None else [Happened(Before.BOOT, booted_at)]
    ended = (run.ended_at for run in turn.state.procedure_runs.values() if run.robot == robot)
    return told + [Happened(Before.SERVICE, at) for at in ended if at is not None]


def _gtins(turn: Turn, robot: str) -> dict[str, str]:
    packs, scanned = turn.state.book.packs, turn.state.scanned
    handled = {
        fault.fault_id: packs[fault.pack_id].gtin
        for fault in turn.state.faults.values()
        if fault.robot == robot and fault.pack_id is not None and fault.pack_id in packs
    }
    return handled | scanned


def _subject(warning: EarlyWarning) -> str:
    where = f"/{warning.subject}" if warning.subject else ""
    return f"{warning.robot}/{warning.cause}{where}"


def _in_words(warning: EarlyWarning) -> str:
    reason = f": {warning.reasons[0]}" if warning.reasons else ""
    return f"{warning.text}{reason}. {in_words(warning.remedy).capitalize()}."
