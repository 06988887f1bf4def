"""Release control: a tote that is being filled stands at a collation place, and there are only so many.

Too many orders begun at once fill the places with half-done totes, and nothing gets finished. A routine order is
begun only while a place is free; some places are kept for those that cannot wait. A tote that waits for stock stands
aside and takes no place, so no set of waiting orders can block the others.
"""

from collections.abc import Iterable
from heapq import nsmallest

from controller.domain.order import Order, OrderClass
from controller.domain.tote import Tote, ToteStatus
from controller.engine.turn import Turn

KEPT_FREE = 0.2
"""Share of the places that only discharge and urgent orders may take."""


def may_begin(turn: Turn, order: Order) -> bool:
    """Whether the order has a tote with room, or may be given one now."""
    state = turn.state
    if any(state.totes[tote_id].status is ToteStatus.FILLING for tote_id in order.totes):
        return True
    places = _places(turn, order)
    return len(state.filling) < places or _moving(turn) < places


def hold(turn: Turn, order: Order) -> None:
    """The order waits for a place."""
    turn.state.held_for_place.setdefault(order.number)
    turn.state.unasked[order.number] = None


def take_place(turn: Turn, tote: Tote) -> None:
    turn.state.filling[tote.tote_id] = None


def free_place(turn: Turn, tote: Tote) -> None:
    """The tote leaves its place: another order that waits for one is asked again."""
    if turn.state.filling.pop(tote.tote_id, True) is None:
        _ask(turn, nsmallest(1, _unasked(turn), key=_urgency))


def ask_again(turn: Turn) -> None:
    """Orders that wait for a place are asked again while places are free.

    A place may have been meant for an order that cannot be begun after all, or its tote may stand aside for want of
    stock: then nothing else tells those who wait.
    """
    if turn.state.unasked:
        moving = _moving(turn)
        waiting = [order for order in _unasked(turn) if moving < _places(turn, order)]
        _ask(turn, nsmallest(turn.state.site.collation_places - moving, waiting, key=_urgency))


def _unasked(turn: Turn) -> list[Order]:
    """Orders that have not been asked since they were last held."""
    return [turn.state.order_by_number[number] for number in turn.state.unasked]


def _ask(turn: Turn, orders: Iterable[Order]) -> None:
    for order in orders:
        del turn.state.unasked[order.number]
        turn.changes.orders[order.order_ref] = order


def _urgency(order: Order) -> tuple[bool, float, int]:
    return (order.order_class is OrderClass.ROUTINE, order.due_at, order.number)


def begun(turn: Turn, order: Order) -> bool:
    """The order has its first tote; True where it had to wait for a place."""
    turn.state.unasked.pop(order.number, None)
    return turn.state.held_for_place.pop(order.number, True) is None


def _places(turn: Turn, order: Order) -> int:
    """How many places there are for orders of this class."""
    places = turn.state.site.collation_places
    return places - (int(places * KEPT_FREE) if order.order_class is OrderClass.ROUTINE else 0)


def _moving(turn: Turn) -> int:
    """Places taken by orders that can go on now."""
    state = turn.state
    refs = {state.totes[tote_id].order_ref for tote_id in state.filling}
    return sum(1 for ref in refs if any(line.reserved or line.in_work for line in state.orders[ref].lines))
