"""A van does not wait for what cannot come: what is gathered goes ahead with it, the rest follows with the next one.

Without this an order that lacks one line, because its only holder is down, would keep all its other packs in the
centre for a day. A discharge order is never split by the service: whether a patient goes home without a medicine is
for a person to decide.
"""

from controller.domain.departure import Departure, DepartureStatus
from controller.domain.order import Order, OrderStatus
from controller.domain.tote import ToteStatus
from controller.engine import totes
from controller.engine.turn import Turn
from controller.scheduling.dispatch import LOADING_LEAD_S

LAST_MOMENT_S = 12 * 60.0
"""Check and loading need about so long: what is not in a tote by then does not make the van."""
LOOK_EVERY_S = 60.0


def send_ahead(turn: Turn) -> None:
    """Close the totes of orders that cannot be complete before their van leaves."""
    state = turn.state
    if turn.now < state.send_ahead_at:
        return
    state.send_ahead_at = turn.now + LOOK_EVERY_S
    leaving = {
        departure.departure_id: departure
        for departure in state.departures.values()
        if departure.status is DepartureStatus.PLANNED and 0.0 < departure.departs_at - turn.now <= LOADING_LEAD_S
    }
    if not leaving:
        return
    for order in list(state.orders.values()):
        departure = leaving.get(order.departure_id or "")
        if departure is not None and _cannot_be_complete(turn, order, departure):
            _close(turn, order, departure)


def _cannot_be_complete(turn: Turn, order: Order, departure: Departure) -> bool:
    if order.status is not OrderStatus.OPEN or order.cancel_reason is not None or order.wanted == 0:
        return False
    if departure.departs_at - turn.now <= LAST_MOMENT_S:
        return True
    # What is wanted and nowhere to be had: no source could serve it now, and none is at work on it.
    return order.in_work == 0 and turn.state.dispatch.standing(order.number) is None


def _close(turn: Turn, order: Order, departure: Departure) -> None:
    for tote_id in order.totes:
        tote = turn.state.totes[tote_id]
        if tote.status is not ToteStatus.FILLING or not tote.packs or tote.expected:
            continue
        totes.close(turn, tote)
        turn.changes.note(
            "controller",
            "tote.sent_ahead",
            f"order:{order.order_ref}",
            tote_id=tote.tote_id,
            departure_id=departure.departure_id,
            packs=tote.packs,
            lacking=order.wanted,
        )
