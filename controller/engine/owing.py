"""What the recovery policy has decided and could not do at once.

It is kept with its fault until it is done: a controller that starts anew still owes it.
"""

from controller.domain.fault import Fault
from controller.engine import shelves
from controller.engine.turn import Turn
from controller.faults.policy import Action
from controller.scheduling.counts import Suspicion


def owe(turn: Turn, fault: Fault, what: str) -> None:
    """To be done later, whatever happens to this controller meanwhile."""
    if what not in fault.owed:
        fault.owed = (*fault.owed, what)
        turn.state.owed[fault.fault_id] = fault
        turn.changes.faults[fault.fault_id] = fault


def settle(turn: Turn, fault: Fault, *what: str) -> None:
    """Done, or not wanted any more. Harmless for what is not owed."""
    fault.owed = tuple(each for each in fault.owed if each not in what)
    if not fault.owed:
        turn.state.owed.pop(fault.fault_id, None)
    turn.changes.faults[fault.fault_id] = fault


def tend(turn: Turn) -> None:
    """Shelves that were to be counted and are suspected no more."""
    waiting, racks = turn.state.outages.to_count, turn.state.night.racks
    for robot, shelf in [(robot, shelf) for robot, shelf in waiting if shelf not in racks[robot].suspected]:
        del waiting[robot, shelf]
        paid(turn, Action.SUSPECT_LOCATION, robot, shelf=shelf)


def paid(turn: Turn, action: Action, robot: str, *, pack_id: str | None = None, shelf: str | None = None) -> None:
    """Done, for every fault of the robot that waited for it: of the pack or the shelf, where one is named."""
    for fault in list(turn.state.owed.values()):
        if action.value not in fault.owed or fault.robot != robot:
            continue
        if pack_id in (None, fault.pack_id) and shelf in (None, shelves.shelf_of(fault.location or "")):
            settle(turn, fault, action.value)


def remember(turn: Turn) -> None:
    """After a start: everything that was put off before it."""
    state = turn.state
    for fault in state.owed.values():
        if Action.HOME.value in fault.owed:
            state.outages.to_home[fault.robot] = fault.fault_id
        if Action.SKIP_PACK.value in fault.owed and fault.pack_id is not None:
            state.outages.to_skip[fault.pack_id] = fault.fault_id
        if Action.SUSPECT_LOCATION.value in fault.owed:
            shelf = shelves.shelf_of(fault.location or "")
            # Its factsheet has not come yet: a shelf that is not on it is left out then.
            suspected = state.night.racks[fault.robot].suspected
            suspected.setdefault(shelf, Suspicion(shelf, fault.raised_at, why_suspected(fault)))
            state.outages.to_count[fault.robot, shelf] = None


def why_suspected(fault: Fault) -> str:
    """Why its shelf is to be counted, in words."""
    return f"{fault.code} there ({fault.fault_id})"
