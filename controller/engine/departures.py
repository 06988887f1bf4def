"""Vans: planned ahead, booked, left, and which orders go with which (docs/decisions/0007)."""

from datetime import date, timedelta

from controller.domain.departure import Departure, DepartureStatus, departure_key
from controller.domain.errors import Conflict, Invalid
from controller.domain.order import Order, OrderClass, OrderStatus
from controller.domain.site import Destination
from controller.domain.tote import ToteStatus
from controller.engine import allocation, totes
from controller.engine.actions import SubmitOrder
from controller.engine.turn import Turn
from controller.scheduling.calendar import local_date

PLAN_DAYS = 3
SEARCH_DAYS = 28
"""A hospital to which no van goes for so long has none: holidays and a run a week are shorter."""
KEEP_DEPARTED_S = 2 * 86_400.0
JUST_MISSED_S = 6 * 3600.0
"""An order for a van that left no longer ago than this goes with the next one of its hospital: it may have waited for
us to come back. An older one is a mistake, and is refused."""
SOONEST_S = 60.0
"""A van that leaves sooner than this is no help to an order that has just lost its own."""
LOAD_AGAIN_S = 10 * 60.0
"""A tote is taken off one van for an earlier one only where so much time is left to load it there."""


def plan_ahead(turn: Turn) -> None:
    """Departures exist for today and the days after it, in the site's own time."""
    state = turn.state
    today = local_date(turn.now, state.zone)
    last = today + timedelta(days=PLAN_DAYS - 1)
    if state.planned_until >= last.isoformat():
        return
    state.planned_until = last.isoformat()
    for offset in range(PLAN_DAYS):
        for departure in state.calendar.departures_on(today + timedelta(days=offset)):
            if departure.departure_id not in state.departures and departure.departs_at > turn.now:
                plan_departure(turn, departure)


def plan_departure(turn: Turn, departure: Departure) -> None:
    """The van is known from now on: expected, or cancelled."""
    turn.state.departures[departure.departure_id] = departure
    expect(turn, departure)


def expect(turn: Turn, departure: Departure) -> None:
    """The van's row has changed: look at it in time."""
    if departure.status is DepartureStatus.PLANNED:
        turn.state.next_departure_at = min(turn.state.next_departure_at, departure.departs_at)
        turn.wake_at(departure.departs_at)
    turn.changes.departures[departure.departure_id] = departure


def depart_due(turn: Turn) -> None:
    """Vans leave at their time, whether or not the service was there to see it."""
    state = turn.state
    if state.next_departure_at > turn.now:
        turn.wake_at(state.next_departure_at)
        return
    due = [each for each in state.departures.values() if each.status is DepartureStatus.PLANNED]
    for departure in sorted(due, key=lambda each: (each.departs_at, each.departure_id)):
        if departure.departs_at <= turn.now:
            totes.depart(turn, departure)
    for departure in list(state.departures.values()):
        planned = departure.status is DepartureStatus.PLANNED
        if not planned and departure.departs_at < turn.now - KEEP_DEPARTED_S:
            del state.departures[departure.departure_id]
    planned_at = [each.departs_at for each in state.departures.values() if each.status is DepartureStatus.PLANNED]
    state.next_departure_at = min(planned_at, default=turn.now + 3600.0)
    turn.wake_at(state.next_departure_at)


def booking(turn: Turn, action: SubmitOrder, destination: Destination) -> tuple[Departure | None, float]:
    """The departure that takes the order, and when it is due. Invalid, or Conflict where its van left long ago."""
    if action.order_class is OrderClass.DISCHARGE:
        if action.due_at is None:
            raise Invalid(f"order {action.order_ref}: a discharge order needs due_at")
        return None, action.due_at
    if action.run is None or action.run_date is None:
        departure = next_departure(turn, destination.hospital, after=turn.now, cutoff_after=turn.now)
        return departure, departure.departs_at
    named = _named(turn, action, destination)
    placed_at = action.placed_at if action.placed_at is not None else turn.now
    closed = placed_at > named.cutoff_at and action.order_class is OrderClass.ROUTINE
    if named.status is DepartureStatus.PLANNED and named.departs_at > turn.now and not closed:
        return named, named.departs_at
    if turn.now - named.departs_at > JUST_MISSED_S:
        raise Conflict(f"order {action.order_ref}: {named.departure_id} has left; ask for a later run")
    if named.status is DepartureStatus.CANCELLED:
        later = next_departure(turn, destination.hospital, after=max(turn.now, named.departs_at))
        why = "order.van_does_not_go"
    elif named.departs_at > turn.now:
        later = next_departure(turn, destination.hospital, after=turn.now, cutoff_after=placed_at)
        why = "order.came_after_cutoff"
    else:
        later = next_departure(turn, destination.hospital, after=turn.now)
        why = "order.missed_its_van"
    turn.changes.note("controller", why, f"order:{action.order_ref}", old=named.departure_id, new=later.departure_id)
    return later, later.departs_at


def rebook(turn: Turn, order: Order, *, after: float) -> None:
    """Its van has gone without (all of) it, or does not go: it goes with the hospital's next one that leaves later.

    Where no van goes there any more, by courier.
    """
    hospital = turn.state.destinations[order.destination].hospital
    try:
        departure = next_departure(turn, hospital, after=max(after, turn.now + SOONEST_S))
    except Invalid:
        board(turn, order, None)
    else:
        board(turn, order, departure)


def board(turn: Turn, order: Order, departure: Departure | None) -> None:
    """Book an order on another van; None is the courier. What was loaded on the old one stays there."""
    old, order.departure_id = order.departure_id, departure.departure_id if departure is not None else None
    turn.changes.orders[order.order_ref] = order
    turn.changes.note("controller", "order.rebooked", f"order:{order.order_ref}", old=old, new=order.departure_id)
    if departure is not None and departure.departure_id not in turn.state.departures:
        plan_departure(turn, departure)
    for line in order.lines:
        # A day later a promised pack may expire too early.
        allocation.trim(turn, line.gtin)
    totes.move_loads(turn, order)


def offer(turn: Turn, departure: Departure) -> list[Order]:
    """A van that was not to be counted on goes now: orders that it serves better are booked on it.

    Those are the orders of its hospital that would leave later and after what they were first booked on, and those
    that only wait to be loaded on a later van.
    """
    moved = []
    for order in sorted(turn.state.orders.values(), key=lambda order: order.number):
        if turn.state.destinations[order.destination].hospital != departure.hospital:
            continue
        if order.cancel_reason is None and _is_better(turn, order, departure):
            board(turn, order, departure)
            totes.take_off(turn, order)
            moved.append(order)
    return moved


def next_departure(turn: Turn, hospital: str, *, after: float, cutoff_after: float | None = None) -> Departure:
    """The hospital's first van that leaves later than `after` (and takes orders until `cutoff_after`).

    Invalid where none does within SEARCH_DAYS.
    """
    state = turn.state
    first = local_date(after, state.zone)
    # A van that is held may leave after midnight, so the day before and the day after a find count as well.
    fitting: list[Departure] = []
    for offset in range(-1, SEARCH_DAYS):
        found_before = bool(fitting)
        for computed in state.calendar.departures_on(first + timedelta(days=offset), hospital):
            departure = state.departures.get(computed.departure_id, computed)
            if departure.status is not DepartureStatus.PLANNED or departure.departs_at <= after:
                continue
            if cutoff_after is None or departure.cutoff_at >= cutoff_after:
                fitting.append(departure)
        if found_before:
            break
    if not fitting:
        if not any(run.hospital == hospital for run in state.runs.values()):
            raise Invalid(f"no delivery run goes to {hospital}")
        raise Invalid(f"no van goes to {hospital} in the next {SEARCH_DAYS} days")
    return min(fitting, key=lambda departure: (departure.departs_at, departure.departure_id))


def find(turn: Turn, run: str, date_local: str) -> Departure | None:
    """The van of a run on a local date, as it stands; None where it does not go. ValueError where that is no date."""
    day = date.fromisoformat(date_local)
    known = turn.state.departures.get(departure_key(run, day.isoformat()))
    return known if known is not None else turn.state.calendar.departure(run, day)


def _named(turn: Turn, action: SubmitOrder, destination: Destination) -> Departure:
    run, run_date = action.run or "", action.run_date or ""
    try:
        named = find(turn, run, run_date)
    except ValueError as error:
        raise Invalid(f"order {action.order_ref}: run_date {run_date!r} is not YYYY-MM-DD") from error
    if named is None and run not in turn.state.runs:
        raise Invalid(f"order {action.order_ref}: no delivery run {run!r}")
    hospital = named.hospital if named is not None else turn.state.runs[run].hospital
    if hospital != destination.hospital:
        raise Invalid(
            f"order {action.order_ref}: run {run} goes to {hospital}, {destination.code} is at {destination.hospital}"
        )
    if named is None:
        raise Invalid(f"order {action.order_ref}: run {run} does not go on {run_date}")
    return named


def _is_better(turn: Turn, order: Order, departure: Departure) -> bool:
    booked = turn.state.departures.get(order.departure_id or "")
    if booked is None or booked.departs_at <= departure.departs_at:
        return False
    loaded = any(turn.state.totes[tote].status is ToteStatus.LOADED for tote in order.totes)
    if order.due_at < booked.departs_at:
        return not loaded or departure.departs_at - turn.now >= LOAD_AGAIN_S
    return order.status is OrderStatus.GATHERED and not loaded
