"""What the state shows that needs a person: read from it as a whole, so that nothing is missed after a restart."""

from collections.abc import Iterator

from controller.domain.fault import Fault
from controller.domain.pack import robot_account
from controller.domain.robot import Robot, Trust
from controller.domain.withdrawal import CONTROLLER, HowOut, Stage, Withdrawal
from controller.domain.work import FLOOR_STATION, WorkKind
from controller.engine import degrading, last_looks, late_signs, shared_signs
from controller.engine.signs import Seen, Sign
from controller.engine.turn import Turn, can_work
from controller.faults import conditions as kinds
from controller.faults.catalogue import kind_of
from controller.faults.conditions import Stakes, condition_key, kind_of_fault

LANE_S = 15 * 60.0
"""So long a pack may lie on a lane before somebody is called."""
REPEATS_S = 1800.0
REPEATS = 3
REPEATS_ANYWHERE = 5
"""A fault that names no place is the same one less surely."""
_REPEATS_EVERY_S = 60.0
_VIOLATION_KEPT_S = 1200.0
"""The invariants are run every 15 min: one that was not seen violated for longer holds again."""
AFTERMATH_S = 300.0
"""A robot that stands so long after its last fault, or its start, does not stand because of it."""

SHOWN = frozenset(
    {
        kinds.LINK, kinds.NETWORK, kinds.POWER, kinds.INVARIANT, kinds.SILENT, kinds.STOPPED, kinds.QUARANTINED,
        kinds.DEGRADED, kinds.DOOR, kinds.ESTOP, kinds.COLLISION, kinds.PATIENT, kinds.STOCK_DIFFERS, kinds.DOUBTS,
        kinds.REPEATED, kinds.CAREFUL, kinds.PROFILE, kinds.LANE, kinds.FRIDGE, kinds.MAINTENANCE_DUE,
        kinds.ORDERS_LATE, kinds.HELD_BACK,
    }
)  # fmt: skip
"""Kinds of which the state tells whether they stand; of the others only those who call `alarms.gone` know."""
_BY_DESIGN = frozenset({kinds.STOPPED, kinds.DEGRADED, kinds.DOOR, kinds.MAINTENANCE_DUE, kinds.LANE})
"""What is expected of a robot that people have taken out of work."""


def look(turn: Turn) -> Seen:
    """Everything that stands now, causes before their consequences."""
    state = turn.state
    seen = Seen()
    shared_signs.link(turn, seen)
    standing = [fault for fault in state.faults.values() if fault.cleared_at is None]
    seen.signs += shared_signs.power(turn, standing)
    shared_signs.silence(turn, seen)
    seen.signs += _faults(turn, standing)
    for robot in state.robots.values():
        seen.signs += _of_robot(turn, robot)
    seen.signs += _repeated(turn)
    seen.signs += _doubts(turn)
    seen.signs += _lanes(turn)
    seen.signs += _late(turn)
    seen.signs += last_looks.signs(turn)
    seen.signs += _violated(turn)
    return seen


def still_stands(turn: Turn, kind: str, robot: str) -> bool:
    """Whether a fault of the robot that is a sign of this kind is not over."""
    return any(
        fault.cleared_at is None and fault.robot == robot and kind_of_fault(fault.code, fault.level) == kind
        for fault in turn.state.faults.values()
    )


def stakes_of(turn: Turn, robot: str) -> Stakes:
    """The open orders that want what stands in this robot alone."""
    state, account = turn.state, robot_account(robot)
    numbers: set[int] = set()
    for gtin, wanting in state.demand.items():
        if wanting and list(state.book.holders(gtin)) == [account]:
            numbers.update(number for number, _ in wanting)
    due = [state.order_by_number[number].due_at for number in numbers if number in state.order_by_number]
    return Stakes(min(due, default=None), len(due))


# ---- one robot --------------------------------------------------------------------------------------------


def _faults(turn: Turn, standing: list[Fault]) -> Iterator[Sign]:
    """One sign for a robot and kind; patient safety by code as well.

    It is of the gravest fault, the first of equals. Once it is an alarm it stays of the fault for which it was raised
    while that stands: a graver one is named after it.
    """
    found: dict[tuple[str, str], list[Fault]] = {}
    for fault in standing:
        kind = kind_of_fault(fault.code, fault.level)
        robot = turn.state.robots.get(fault.robot)
        if kind is None or robot is None or (kind in _BY_DESIGN and _is_planned(turn, robot)):
            continue
        subject = f"{fault.robot}:{fault.code}" if kind == kinds.PATIENT else fault.robot
        found.setdefault((kind, subject), []).append(fault)
    for (kind, subject), faults in found.items():
        alarm = turn.state.alarms.get(condition_key(kind, subject))
        gravest = min(faults, key=lambda fault: fault.level)
        first = next((fault for fault in faults if alarm is not None and fault.fault_id == alarm.fault_id), gravest)
        text = _in_words(first)
        if gravest.level < first.level:
            text = f"{text} Graver since: {kind_of(gravest.code).title} ({gravest.code})."
        yield Sign(kind, subject, text, first.robot, first.fault_id)


def _is_planned(turn: Turn, robot: Robot) -> bool:
    """Whether people keep it from work; what a door, an emergency stop or the policy took out nobody planned."""
    withdrawal = turn.state.withdrawn.get(robot.robot)
    by_people = withdrawal is not None and withdrawal.how is not HowOut.INTERLOCK and withdrawal.actor != CONTROLLER
    return robot.maintenance is not None or by_people


def _in_words(fault: Fault) -> str:
    place = f" at {fault.location}" if fault.location and fault.location != fault.robot else ""
    return f"{fault.robot}: {kind_of(fault.code).title} ({fault.code}){place}."


def _of_robot(turn: Turn, robot: Robot) -> Iterator[Sign]:
    if robot.trust is Trust.QUARANTINED:
        text = f"{robot.robot} is kept from work: its command journal is not the one we knew."
        yield Sign(kinds.QUARANTINED, robot.robot, text, robot.robot)
    withdrawal = turn.state.withdrawn.get(robot.robot)
    if not any(fault.level <= 2 for fault in turn.state.standing_faults.get(robot.robot, {}).values()):
        yield from _unexplained(turn, robot, withdrawal)
    yield from _of_profile(turn, robot)


def _unexplained(turn: Turn, robot: Robot, withdrawal: Withdrawal | None) -> Iterator[Sign]:
    """It is out of work, and no fault that has an alarm of its own says why."""
    if _stands_idle(turn, robot):
        how = f"in mode {robot.mode}" if robot.mode != "automatic" else f"stopped or held (PackML {robot.packml})"
        text = f"{robot.robot} is {how}: no fault explains it, and nobody has taken it out."
    elif withdrawal is not None and withdrawal.failure is not None:
        text = f"{robot.robot} stays out of work: {withdrawal.failure}."
    elif withdrawal is not None and _waits_for_word(withdrawal):
        text = f"{robot.robot} is out until a named person brings it back: {withdrawal.reason}."
    else:
        return
    yield Sign(kinds.STOPPED, robot.robot, text, robot.robot)


def _stands_idle(turn: Turn, robot: Robot) -> bool:
    """Heard, asked for nothing, and cannot work: a hold that was forgotten, a key in the wrong place."""
    asked = robot.withdrawn is not None or robot.maintenance is not None
    if asked or robot.trust is not Trust.READY or can_work(robot):
        return False
    cleared = (fault.cleared_at or turn.now for fault in turn.state.faults.values() if fault.robot == robot.robot)
    return turn.now - max(turn.state.booted_at.get(robot.robot, 0.0), *cleared, 0.0) > AFTERMATH_S


def _waits_for_word(withdrawal: Withdrawal) -> bool:
    """Taken out by the recovery policy, and nobody has brought it back yet."""
    return withdrawal.actor == CONTROLLER and withdrawal.how is HowOut.STOP and withdrawal.stage is Stage.OUT


def _of_profile(turn: Turn, robot: Robot) -> Iterator[Sign]:
    for fault_id, careful in degrading.shown(turn, robot.robot).items():
        text = f"{robot.robot} works {careful.words} because of {turn.state.faults[fault_id].code} ({fault_id})."
        yield Sign(kinds.CAREFUL, robot.robot, text, robot.robot, fault_id)
        break
    if robot.robot in turn.state.workshop.differs:
        name, version = turn.state.workshop.differs[robot.robot]
        says = f"profile {name}, version {version}" if version else "what its maker set"
        text = f"{robot.robot} works with parameters that are not those in the books: it has {says}."
        yield Sign(kinds.PROFILE, robot.robot, text, robot.robot)


def _repeated(turn: Turn) -> Iterator[Sign]:
    memory = turn.state.alarm_memory
    if turn.now >= memory.repeats_at:
        memory.repeats_at = turn.now + _REPEATS_EVERY_S
        memory.repeats = _count_repeats(turn)
    for (robot, code, place), times in memory.repeats.items():
        at = f" at {place}" if place else ""
        text = f"{robot}: {kind_of(code).title} ({code}){at}, {times} times in half an hour."
        yield Sign(kinds.REPEATED, ":".join(filter(None, (robot, code, place))), text, robot)


def _count_repeats(turn: Turn) -> dict[tuple[str, str, str], int]:
    """Not of what guards people: its alarm stays anyway until somebody resets it, and counts itself."""
    counts: dict[tuple[str, str, str], int] = {}
    for fault in reversed(turn.state.faults.values()):
        if fault.raised_at < turn.now - REPEATS_S:
            break
        kind = kind_of_fault(fault.code, fault.level)
        if fault.level < 4 and kind is not None and not kinds.KINDS[kind].latched:
            key = (fault.robot, fault.code, fault.location or fault.axis or "")
            counts[key] = counts.get(key, 0) + 1
    return {key: times for key, times in counts.items() if times >= (REPEATS if key[2] else REPEATS_ANYWHERE)}


def _doubts(turn: Turn) -> Iterator[Sign]:
    """Packs that a person has been asked to look for; the alarm's own delay gives him time to."""
    waiting: dict[str, int] = {}
    for doubt in turn.state.doubts.values():
        waiting[doubt.robot] = waiting.get(doubt.robot, 0) + 1
    for robot, packs in waiting.items():
        many = "1 pack" if packs == 1 else f"{packs} packs"
        yield Sign(kinds.DOUBTS, robot, f"{robot}: nobody knows where {many} went.", robot)


def _lanes(turn: Turn) -> Iterator[Sign]:
    """Reject lanes that nobody clears, and input belts on which nothing moves."""
    state, stuck = turn.state, dict[str, str]()
    for work_id in state.waiting_work.get(FLOOR_STATION, ()):
        work = state.works[work_id]
        if work.kind is WorkKind.CLEAR_REJECT and work.robot and turn.now - work.created_at > LANE_S:
            stuck[work.robot] = "a pack lies on its reject lane for more than 15 min."
    for robot in state.robots.values():
        waits, since = state.alarm_memory.input_since.get(robot.robot, (0, turn.now))
        if waits != robot.input_waiting or not can_work(robot):
            state.alarm_memory.input_since[robot.robot] = (robot.input_waiting, turn.now)
        elif waits and turn.now - since > LANE_S:
            stuck.setdefault(robot.robot, "packs wait on its input belt and nothing has moved for 15 min.")
    for name, what in stuck.items():
        if not _is_planned(turn, state.robots[name]):
            yield Sign(kinds.LANE, name, f"{name}: {what}", name)


# ---- orders and the ledger --------------------------------------------------------------------------------


def _late(turn: Turn) -> Iterator[Sign]:
    for late in late_signs.groups(turn):
        yield Sign(kinds.ORDERS_LATE, late.subject, late.text, late.robot, late_at=late.late_at)


def _violated(turn: Turn) -> Iterator[Sign]:
    violated = turn.state.alarm_memory.violated_at
    for name, (at, detail) in list(violated.items()):
        if turn.now - at > _VIOLATION_KEPT_S:
            del violated[name]
        else:
            yield Sign(kinds.INVARIANT, name, f"{name} does not hold: {detail[:300]}")
