"""What a destination asks of everything that is sent to it."""

from dataclasses import replace

from controller.domain.errors import Invalid, NotFound
from controller.engine import allocation, orders
from controller.engine.actions import SetLeastRemainingDays
from controller.engine.turn import Turn

MOST_REMAINING_DAYS = 365
"""Longer than a year no ward can ask: packs come with one to three years."""


def set_least_remaining_days(turn: Turn, action: SetLeastRemainingDays) -> dict[str, object]:
    """From now on packs for the destination must outlast their due date so long; open orders are promised anew."""
    state = turn.state
    place = state.destinations.get(action.destination)
    if place is None:
        raise NotFound(f"no destination {action.destination}")
    if not 0 <= action.days <= MOST_REMAINING_DAYS:
        raise Invalid(f"{action.days} days; 0 to {MOST_REMAINING_DAYS}")
    changed = replace(place, least_remaining_days=action.days)
    state.destinations[place.code] = changed
    turn.changes.destinations[place.code] = changed
    turn.changes.note(
        action.actor,
        "destination.least_remaining_days_set",
        f"destination:{place.code}",
        old=place.least_remaining_days,
        new=action.days,
        reason=action.reason,
    )
    for order in state.orders.values():
        if order.destination == place.code and order.cancel_reason is None:
            for line in order.lines:
                if line.wanted > 0:
                    allocation.forget(turn, order, line)
                    allocation.want(turn, order, line)
            orders.schedule_last_call(turn, order)
    return {"destination": place.code, "least_remaining_days": action.days}
