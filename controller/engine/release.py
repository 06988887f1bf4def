"""Release control: a tote that is being filled stands at a collation place, and there are only so many.

Too many orders begun at once fill the places with half-done totes, and nothing gets finished. A routine order is
begun only while a place is free; some places are kept for those that cannot wait. A tote that waits for stock stands
aside and takes no place, so no set of waiting orders can block the others.
"""

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
    places = state.site.collation_places
    kept_free = 0 if order.order_class is not OrderClass.ROUTINE else int(places * KEPT_FREE)
    if len(state.filling) < places - kept_free:
        return True
    return _moving(turn) < places - kept_free


def hold(turn: Turn, order: Order) -> None:
    """The order waits for a place."""
    turn.state.held_for_place.setdefault(order.number)


def take_place(turn: Turn, tote: Tote) -> None:
    turn.state.filling[tote.tote_id] = None


def free_place(turn: Turn, tote: Tote) -> None:
    """The tote leaves its place: the most urgent order that waits for one is asked again."""
    state = turn.state
    if state.filling.pop(tote.tote_id, True) is not None:
        return
    waiting = [order for number in state.held_for_place if (order := state.order_by_number.get(number)) is not None]
    if waiting:
        order = min(waiting, key=lambda order: (order.order_class is OrderClass.ROUTINE, order.due_at, order.number))
        turn.changes.orders[order.order_ref] = order


def begun(turn: Turn, order: Order) -> bool:
    """The order has its first tote; True where it had to wait for a place."""
    return turn.state.held_for_place.pop(order.number, True) is None


def _moving(turn: Turn) -> int:
    """Places taken by orders that can go on now."""
    state = turn.state
    refs = {state.totes[tote_id].order_ref for tote_id in state.filling}
    return sum(1 for ref in refs if any(line.reserved or line.in_work for line in state.orders[ref].lines))
