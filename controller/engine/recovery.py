"""The recovery policy carried out: each fault is answered once, when it is raised.

Faults from before a start of the controller are not answered again: what was begun then is in the books, what was put
off is owed still.
"""

from controller.domain.fault import Fault
from controller.domain.pack import robot_account
from controller.domain.robot import Robot
from controller.domain.task import TaskKind
from controller.engine import allocation, degrading, downtime, owing, shelves, tasks
from controller.engine.turn import Turn, can_work
from controller.faults.catalogue import KINDS, kind_of
from controller.faults.policy import ELSE_ASKED, REPEATED_S, Action, Context, Decided, decide

HOME_VALID_S = 120.0
_INTERLOCKS = ("SAF-70", "SAF-71")


def react(turn: Turn) -> None:
    """Decide about faults that were raised in this turn, and do what was put off until a fault is cleared."""
    state = turn.state
    for number in range(state.outages.answered + 1, state.last_fault_number + 1):
        fault = state.faults.get(f"F-{number:06d}")
        if fault is not None:
            _answer(turn, fault)
    state.outages.answered = state.last_fault_number
    for name in list(state.outages.to_home):
        if can_work(state.robots[name]):
            fault_id = state.outages.to_home.pop(name)
            owing.paid(turn, Action.HOME, name)
            tasks.issue(turn, state.robots[name], TaskKind.HOME, HOME_VALID_S, reason=fault_id)


def context_of(turn: Turn, fault: Fault) -> Context:
    """What is known about a fault when it is raised."""
    state, robot = turn.state, turn.state.robots[fault.robot]
    attempts = sum(
        1
        for each in state.faults.values()
        if (each.robot, each.code, _place(each)) == (fault.robot, fault.code, _place(fault))
        and fault.raised_at - REPEATED_S <= each.raised_at <= fault.raised_at
    )
    account = robot_account(fault.robot)
    wanted = [gtin for gtin in state.demand if set(state.book.holders(gtin)) == {account}] if fault.level <= 2 else []
    return Context(
        code=fault.code,
        level=fault.level,
        attempt=attempts,
        location_known=fault.location is not None and shelves.shelf_of(fault.location) != "",
        outcome_unknown=any(doubt.robot == fault.robot for doubt in state.doubts.values()),
        interlock_open=any(each.code in _INTERLOCKS for each in state.standing_faults.get(robot.robot, {}).values()),
        last_holder=bool(wanted),
        patient_waits=any(_for_patient(turn, gtin) for gtin in wanted),
        can_be_careful=degrading.way_to(turn, robot, fault.code) is not None,
    )


def _answer(turn: Turn, fault: Fault) -> None:
    context = context_of(turn, fault)
    decided = decide(context)
    robot = turn.state.robots[fault.robot]
    done = [action for action in decided.by_controller if _carry_out(turn, robot, fault, action)]
    if Action.DEGRADE in decided.actions and Action.DEGRADE not in done and fault.level <= 2:
        done += [Action.TAKE_OUT] if _keep_out(turn, robot, fault) else []
    if decided.actions:
        _tell(turn, fault, context, decided, done)


def _carry_out(turn: Turn, robot: Robot, fault: Fault, action: Action) -> bool:
    """True where something was done for it here: settling, hand picks and retries go their own ways."""
    match action:
        case Action.SUSPECT_LOCATION if fault.location is not None:
            shelf = shelves.shelf_of(fault.location)
            rack = turn.state.night.racks[robot.robot]
            rack.suspect(shelf, turn.now, owing.why_suspected(fault))
            if shelf in rack.suspected:
                turn.state.outages.to_count[robot.robot, shelf] = None
                owing.owe(turn, fault, action.value)
            return True
        case Action.SKIP_PACK:
            return _skip(turn, robot, fault)
        case Action.HOME:
            turn.state.outages.to_home[robot.robot] = fault.fault_id
            owing.owe(turn, fault, action.value)
            return True
        case Action.DEGRADE:
            return degrading.begin(turn, robot, fault)
        case Action.TAKE_OUT:
            return _keep_out(turn, robot, fault)
        case Action.HOLD if fault.level > 2 and "hold" in robot.commands:
            tasks.issue(turn, robot, TaskKind.HOLD, tasks.CONTROL_VALID_S, reason=fault.fault_id)
            return True
        case _:
            return False


def _keep_out(turn: Turn, robot: Robot, fault: Fault) -> bool:
    """A robot that people have in their hands they have out already, or in a window of theirs."""
    if robot.mode != "automatic" or robot.maintenance is not None:
        return False
    downtime.keep_out(turn, robot, f"{fault.code} ({fault.fault_id}): {kind_of(fault.code).title}")
    return True


def _skip(turn: Turn, robot: Robot, fault: Fault) -> bool:
    """Nobody is given the pack before its shelf has been counted. One in work has its own end first."""
    pack = turn.state.book.packs.get(fault.pack_id or "")
    if pack is None or pack.account != robot_account(robot.robot) or pack.hold is not None:
        return False
    if pack.claim is not None:
        turn.state.outages.to_skip[pack.pack_id] = fault.fault_id
        owing.owe(turn, fault, Action.SKIP_PACK.value)
        return True
    turn.state.book.hold(pack.pack_id, f"{shelves.SUSPECTED}{fault.code} twice at {fault.location} ({fault.fault_id})")
    allocation.trim(turn, pack.gtin)
    return True


def _tell(turn: Turn, fault: Fault, context: Context, decided: Decided, done: list[Action]) -> None:
    asked = [action for action in decided.actions if action in ELSE_ASKED and action not in done]
    turn.changes.note(
        "controller", "fault.answered", f"fault:{fault.fault_id}", robot=fault.robot, code=fault.code,
        known=fault.code in KINDS, attempt=context.attempt, actions=[action.value for action in decided.actions],
        done=[action.value for action in done], asked=[action.value for action in (*asked, *decided.by_people)],
        why=list(decided.why),
    )  # fmt: skip


def skip_released(turn: Turn) -> None:
    """Packs that were to be skipped, once the task that had them has ended without moving them."""
    waiting = turn.state.outages.to_skip
    for pack_id in list(waiting):
        fault = turn.state.faults[waiting[pack_id]]
        pack = turn.state.book.packs.get(pack_id)
        if pack is not None and pack.claim is not None:
            continue
        del waiting[pack_id]
        owing.paid(turn, Action.SKIP_PACK, fault.robot, pack_id=pack_id)
        if pack is not None:
            _skip(turn, turn.state.robots[fault.robot], fault)


def _place(fault: Fault) -> str:
    """The axis, wherever it was on its way to, or the shelf, or the robot as a whole."""
    return fault.axis or shelves.shelf_of(fault.location or "")


def _for_patient(turn: Turn, gtin: str) -> bool:
    found = (turn.state.line(*key) for key in turn.state.demand.get(gtin, ()))
    return any(pair is not None and pair[0].order_class.value == "discharge" for pair in found)
