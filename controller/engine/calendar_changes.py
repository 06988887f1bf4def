"""A person says that a day is not as its week: vans and their orders follow at once (docs/decisions/0007)."""

from dataclasses import dataclass, field
from datetime import date

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.departure import Departure, DepartureStatus
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.order import Order
from controller.engine import departures, totes
from controller.engine.actions import AddCalendarChange, HoldVan, WithdrawCalendarChange
from controller.engine.calendar_rules import check, concerns, going, is_extra, is_over, read_day, times_of
from controller.engine.turn import Turn
from controller.scheduling.calendar import exact_text, local_time

LONGEST_HOLD_MIN = 120


@dataclass(slots=True)
class _Effects:
    """What a change did: vans as they are now, and orders with the van that they had."""

    vans: list[Departure] = field(default_factory=list)
    moved: list[tuple[Order, str | None]] = field(default_factory=list)


def add(turn: Turn, action: AddCalendarChange) -> dict[str, object]:
    """Make the change and everything that follows from it. Conflict where it comes too late or is made already."""
    day = read_day(turn, action.date_local)
    change = CalendarChange(
        change_id=turn.ids.new("K"),
        kind=action.kind,
        date_local=day.isoformat(),
        reason=action.reason,
        actor=action.actor,
        made_at=turn.now,
        run=action.run,
        hospital=action.hospital,
        cutoff_local=action.cutoff_local,
        departure_local=action.departure_local,
    )
    check(turn, change, day)
    return _make(turn, change)


def hold(turn: Turn, action: HoldVan) -> dict[str, object]:
    """The van waits: a change of its time that names the moment. Conflict where it has left or has waited long."""
    if not 1 <= action.minutes <= LONGEST_HOLD_MIN:
        raise Invalid(f"a van is held 1 to {LONGEST_HOLD_MIN} minutes, not {action.minutes}")
    day = read_day(turn, action.date_local)
    departure = going(turn, action.run, day)
    departs_at = departure.departs_at + 60.0 * action.minutes
    own_at = turn.state.calendar.unheld(departure).departs_at
    if departs_at > own_at + 60.0 * LONGEST_HOLD_MIN:
        raise Conflict(
            f"{departure.departure_id} would be held more than {LONGEST_HOLD_MIN} minutes in all: "
            f"its own time is {local_time(own_at, turn.state.zone)}"
        )
    change = CalendarChange(
        change_id=turn.ids.new("K"),
        kind=CalendarChangeKind.MOVED,
        date_local=day.isoformat(),
        reason=action.reason,
        actor=action.actor,
        made_at=turn.now,
        run=departure.run,
        cutoff_local=exact_text(departure.cutoff_at, turn.state.zone),
        departure_local=exact_text(departs_at, turn.state.zone),
    )
    return _make(turn, change)


def withdraw(turn: Turn, action: WithdrawCalendarChange) -> dict[str, object]:
    """The day is again as if the change had not been made. Conflict where its vans have left or should have."""
    change = turn.state.calendar_changes.get(action.change_id)
    if change is None:
        raise NotFound(f"no change {action.change_id}: it was withdrawn, or never made")
    day = date.fromisoformat(change.date_local)
    calendar = turn.state.calendar
    touched = [van for van in calendar.departures_on(day) if concerns(turn, change, van)]
    calendar.remove(change)
    returned = {van.departure_id: van for van in calendar.departures_on(day)}
    pairs = [(van, returned.get(van.departure_id, van)) for van in touched]
    late = [again for van, again in pairs if is_over(turn, van) or is_over(turn, again)]
    if touched and len(late) == len(touched):
        calendar.put(change)
        raise Conflict(f"change {change.change_id} is past: {times_of(turn, late)}")
    del turn.state.calendar_changes[change.change_id]
    change.withdrawn_at, change.withdrawn_by = turn.now, action.actor
    turn.changes.calendar_changes[change.change_id] = change
    turn.changes.note(
        action.actor, "calendar.withdrawn", f"calendar:{change.change_id}", reason=action.reason, kind=change.kind.value
    )
    return _answer(turn, change, _follow(turn, day))


def _make(turn: Turn, change: CalendarChange) -> dict[str, object]:
    turn.state.calendar_changes[change.change_id] = change
    turn.state.calendar.put(change)
    turn.changes.calendar_changes[change.change_id] = change
    turn.changes.note(
        change.actor,
        "calendar.changed",
        f"calendar:{change.change_id}",
        kind=change.kind.value,
        date_local=change.date_local,
        reason=change.reason,
        run=change.run,
        hospital=change.hospital,
        departure_local=change.departure_local,
        cutoff_local=change.cutoff_local,
    )
    return _answer(turn, change, _follow(turn, date.fromisoformat(change.date_local)))


def _follow(turn: Turn, day: date) -> _Effects:
    """Bring the vans of a date in line with the calendar, then the orders with the vans."""
    state = turn.state
    wanted = {van.departure_id: van for van in state.calendar.departures_on(day)}
    known = [van for van in state.departures.values() if van.date_local == day.isoformat()]
    effects, gone, better = _Effects(), [], []
    for van in sorted(known, key=lambda van: (van.departs_at, van.departure_id)):
        want = wanted.pop(van.departure_id, None)
        if is_over(turn, van):
            continue
        was, was_at, was_open_until = van.status, van.departs_at, van.cutoff_at
        van.status = want.status if want is not None else DepartureStatus.CANCELLED
        if want is not None:
            van.departs_at, van.cutoff_at = want.departs_at, want.cutoff_at
        if (was, was_at, was_open_until) == (van.status, van.departs_at, van.cutoff_at):
            continue
        effects.vans.append(van)
        departures.expect(turn, van)
        if van.status is DepartureStatus.CANCELLED:
            gone.append(van)
        elif was is DepartureStatus.CANCELLED or van.departs_at < was_at:
            better.append(van)
        _tell(turn, van, was, was_at)
    for van in wanted.values():
        if is_extra(turn, van) and not is_over(turn, van):
            departures.plan_departure(turn, van)
            effects.vans.append(van)
            better.append(van)
            turn.changes.note("controller", "departure.added", f"departure:{van.departure_id}", new=van.departs_at)
    _move_orders(turn, effects, gone, better)
    return effects


def _move_orders(turn: Turn, effects: _Effects, gone: list[Departure], better: list[Departure]) -> None:
    at = {van.departure_id: van.departs_at for van in gone}
    booked = [order for order in turn.state.orders.values() if order.departure_id in at]
    before = {order.order_ref: order.departure_id for order in turn.state.orders.values()}
    for order in sorted(booked, key=lambda order: order.number):
        departures.rebook(turn, order, after=at[order.departure_id or ""])
        totes.take_off(turn, order)
        effects.moved.append((order, before[order.order_ref]))
    for van in better:
        if van.status is DepartureStatus.PLANNED:
            effects.moved += [(order, before[order.order_ref]) for order in departures.offer(turn, van)]
    moved = {van.departure_id for van in effects.vans}
    for order in turn.state.orders.values():
        if order.departure_id in moved:
            # Its place in every queue follows from when its van leaves.
            turn.changes.orders[order.order_ref] = order


def _tell(turn: Turn, van: Departure, was: DepartureStatus, was_at: float) -> None:
    subject = f"departure:{van.departure_id}"
    if van.status is DepartureStatus.CANCELLED:
        turn.changes.note("controller", "departure.cancelled", subject, departs_at=van.departs_at)
    elif was is DepartureStatus.CANCELLED:
        turn.changes.note("controller", "departure.restored", subject, departs_at=van.departs_at)
    else:
        turn.changes.note("controller", "departure.moved", subject, old=was_at, new=van.departs_at)


def _answer(turn: Turn, change: CalendarChange, effects: _Effects) -> dict[str, object]:
    state = turn.state
    return {
        "change_id": change.change_id,
        "kind": change.kind.value,
        "date_local": change.date_local,
        "run": change.run,
        "departures": [
            {
                "departure_id": van.departure_id,
                "status": van.status.value,
                "cutoff_at": van.cutoff_at,
                "departs_at": van.departs_at,
                "orders": sum(1 for order in state.orders.values() if order.departure_id == van.departure_id),
            }
            for van in effects.vans
        ],
        "moved_orders": [
            {
                "order_ref": order.order_ref,
                "destination": order.destination,
                "old": old,
                "new": order.departure_id,
                "departs_at": state.departures[order.departure_id].departs_at if order.departure_id else None,
            }
            for order, old in effects.moved
        ],
        "due_times": "stay as first booked",
    }
