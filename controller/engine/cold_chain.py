"""The cold chain: since when a cold store was out of its range, and what came out of it since then."""

from controller.domain.fault import Condition, Fault
from controller.domain.pack import WRITTEN_OFF, Pack, robot_account
from controller.domain.product import Zone
from controller.engine.turn import Turn
from controller.ledger.book import family

COLDEST_C, WARMEST_C = 2.0, 8.0
PROBES = frozenset({"fridge_a_c", "fridge_b_c"})
DETECTED_AFTER_S = 600.0
"""A cold store that is too warm or too cold says so after so long (Table A: an alarm after ten minutes)."""
REMEMBERED_S = 2 * 86_400.0
"""As long as what its probes told is in memory."""


def follow(turn: Turn) -> None:
    """Remember what came out of cold stores in this turn. Said twice it is remembered once."""
    exits = turn.state.cold_exits
    cold = {robot_account(each.robot): each.robot for each in turn.state.robots.values() if each.kind is Zone.FRIDGE}
    for posting in turn.state.book.postings if cold else ():
        if posting.from_account in cold:
            exits.setdefault(cold[posting.from_account], {})[posting.pack_id] = posting.at
        if posting.to_account in cold:
            exits.get(cold[posting.to_account], {}).pop(posting.pack_id, None)
        elif posting.to_account == WRITTEN_OFF:
            for taken in exits.values():
                taken.pop(posting.pack_id, None)
    for taken in exits.values():
        while taken and taken[first := next(iter(taken))] < turn.now - REMEMBERED_S:
            del taken[first]


def taken_since(turn: Turn, robot: str, since: float) -> tuple[list[Pack], int]:
    """What came out of the cold store from that moment on: the packs that are still here, and how many have left."""
    follow(turn)
    packs = turn.state.book.packs
    taken = [pack_id for pack_id, at in turn.state.cold_exits.get(robot, {}).items() if at >= since]
    here = [packs[pack_id] for pack_id in taken if pack_id in packs and family(packs[pack_id].account) != "dispatched"]
    return here, len(taken) - len(here)


def out_of_range_since(turn: Turn, fault: Fault) -> float:
    """The moment from which on the cold store was not in range, without a break until the fault was raised.

    By what its probes told; ten minutes before the fault at the latest, as it says no less itself.
    """
    since = fault.raised_at - DETECTED_AFTER_S
    for condition in reversed(turn.state.conditions.get(fault.robot, ())):
        if condition.since >= since:
            continue
        if not _out_of_range(condition):
            break
        since = condition.since
    return since


def _out_of_range(condition: Condition) -> bool:
    """At any moment of the span, at either probe."""
    told = [feature for feature in condition.features if feature.name in PROBES]
    return any(not COLDEST_C <= value <= WARMEST_C for each in told for value in (each.mean, each.worst))
