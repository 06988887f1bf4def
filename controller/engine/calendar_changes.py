"""A person says that a day is not as its week: vans and their orders follow at once (docs/decisions/0007)."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.departure import Departure, DepartureStatus
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.order import Order
from controller.engine import departures, totes
from controller.engine.actions import AddCalendarChange, HoldVan, WithdrawCalendarChange
from controller.engine.turn import Turn
from controller.scheduling.calendar import exact_text, instant, local_date, local_time

LONGEST_HOLD_MIN = 120
LAST_DAY_DAYS = 2 * 366
"""A date further ahead than this is a slip of the pen."""


@dataclass(slots=True)
class _Effects:
    """What a change did: vans as they are now, and orders with the van that they had."""

    vans: list[Departure] = field(default_factory=list)
    moved: list[tuple[Order, str | None]] = field(default_factory=list)


def add(turn: Turn, action: AddCalendarChange) -> dict[str, object]:
    """Make the change and everything that follows from it. Conflict where it comes too late or is made already."""
    day = _day(turn, action.date_local)
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
    _CHECKS[action.kind](turn, change, day)
    return _make(turn, change)


def hold(turn: Turn, action: HoldVan) -> dict[str, object]:
    """The van waits: a change of its time that names the moment. Conflict where it has left or has waited long."""
    if not 1 <= action.minutes <= LONGEST_HOLD_MIN:
        raise Invalid(f"a van is held 1 to {LONGEST_HOLD_MIN} minutes, not {action.minutes}")
    day = _day(turn, action.date_local)
    departure = _going(turn, action.run, day)
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
    touched = [van for van in calendar.departures_on(day) if _concerns(turn, change, van)]
    calendar.remove(change)
    returned = {van.departure_id: van for van in calendar.departures_on(day)}
    pairs = [(van, returned.get(van.departure_id, van)) for van in touched]
    late = [again for van, again in pairs if _is_over(turn, van) or _is_over(turn, again)]
    if touched and len(late) == len(touched):
        calendar.put(change)
        raise Conflict(f"change {change.change_id} is past: {_times(turn, late)}")
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


# ---- what must be so ----------------------------------------------------------------------------------------


def _check_holiday(turn: Turn, change: CalendarChange, day: date) -> None:
    _refuse(change, "run", "departure_local", "cutoff_local")
    calendar = turn.state.calendar
    if day < local_date(turn.now, turn.state.zone):
        raise Conflict(f"{change.date_local} is past")
    if change.hospital is not None:
        _known_hospital(turn, change.hospital)
    for other in calendar.changes_on(day):
        if other.kind is CalendarChangeKind.HOLIDAY and other.hospital in (None, change.hospital):
            raise Conflict(f"{change.date_local} is a holiday already: {other.change_id}, {other.reason}")
    vans = [van for van in calendar.departures_on(day, change.hospital) if not _is_extra(turn, van)]
    if vans and all(_is_over(turn, _as_it_stands(turn, van)) for van in vans):
        raise Conflict(f"every van of {change.date_local} has left")


def _check_cancelled(turn: Turn, change: CalendarChange, day: date) -> None:
    _refuse(change, "hospital", "departure_local", "cutoff_local")
    _going(turn, _needed(change, "run"), day)


def _check_moved(turn: Turn, change: CalendarChange, day: date) -> None:
    _refuse(change, "hospital")
    _going(turn, _needed(change, "run"), day)
    _check_times(turn, change, day)


def _check_extra(turn: Turn, change: CalendarChange, day: date) -> None:
    hospital = _needed(change, "hospital")
    _known_hospital(turn, hospital)
    _check_times(turn, change, day)
    if change.run is None:
        taken = {van.run for van in turn.state.departures.values() if van.date_local == change.date_local}
        taken |= {van.run for van in turn.state.calendar.departures_on(day)}
        number = 1
        while f"{hospital}-X{number}" in taken:
            number += 1
        change.run = f"{hospital}-X{number}"
    elif change.run in turn.state.runs:
        raise Conflict(f"{change.run} is a weekly run: give the extra van another name")
    elif departures.find(turn, change.run, change.date_local) is not None:
        raise Conflict(f"there is a van {change.run} on {change.date_local} already")


_CHECKS = {
    CalendarChangeKind.HOLIDAY: _check_holiday,
    CalendarChangeKind.CANCELLED: _check_cancelled,
    CalendarChangeKind.MOVED: _check_moved,
    CalendarChangeKind.EXTRA: _check_extra,
}


def _check_times(turn: Turn, change: CalendarChange, day: date) -> None:
    departure_local = _needed(change, "departure_local")
    times: list[float] = []
    for text in (departure_local, change.cutoff_local or departure_local):
        try:
            times.append(instant(day, text, turn.state.zone))
        except ValueError:
            raise Invalid(f"{text!r} is not HH:MM") from None
    departs_at, cutoff_at = times
    if cutoff_at > departs_at:
        raise Invalid(f"the cut-off at {change.cutoff_local} is after the departure at {departure_local}")
    if departs_at <= turn.now:
        raise Conflict(f"{departure_local} on {change.date_local} is past")


def _needed(change: CalendarChange, name: str) -> str:
    value: str | None = getattr(change, name)
    if value is None:
        raise Invalid(f"a change of kind {change.kind} needs {name}")
    return value


def _refuse(change: CalendarChange, *names: str) -> None:
    for name in names:
        if getattr(change, name) is not None:
            raise Invalid(f"a change of kind {change.kind} takes no {name}")


def _known_hospital(turn: Turn, hospital: str) -> None:
    if not any(place.hospital == hospital for place in turn.state.destinations.values()):
        raise NotFound(f"no destination is at {hospital}")


def _day(turn: Turn, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is not YYYY-MM-DD") from None
    today = local_date(turn.now, turn.state.zone)
    if day < today - timedelta(days=1):
        raise Conflict(f"{text} is past")
    if day > today + timedelta(days=LAST_DAY_DAYS):
        raise Invalid(f"{text} is more than two years ahead")
    return day


def _going(turn: Turn, run: str, day: date) -> Departure:
    """The van as it stands; it goes and has not left."""
    departure = departures.find(turn, run, day.isoformat())
    if departure is None:
        if run not in turn.state.runs:
            raise NotFound(f"no delivery run {run}")
        raise NotFound(f"run {run} does not go on {day}")
    if departure.status is DepartureStatus.CANCELLED:
        cause = turn.state.calendar.cause(departure)
        told = f": {cause.change_id} by {cause.actor}, {cause.reason}" if cause is not None else ""
        raise Conflict(f"{departure.departure_id} is cancelled already{told}")
    if _is_over(turn, departure):
        raise Conflict(f"{departure.departure_id} has left, at {local_time(departure.departs_at, turn.state.zone)}")
    return departure


def _is_over(turn: Turn, departure: Departure) -> bool:
    return departure.status is DepartureStatus.DEPARTED or departure.departs_at <= turn.now


def _as_it_stands(turn: Turn, computed: Departure) -> Departure:
    return turn.state.departures.get(computed.departure_id, computed)


def _is_extra(turn: Turn, departure: Departure) -> bool:
    return departure.run not in turn.state.runs


def _concerns(turn: Turn, change: CalendarChange, departure: Departure) -> bool:
    if change.kind is CalendarChangeKind.HOLIDAY:
        return not _is_extra(turn, departure) and change.hospital in (None, departure.hospital)
    return change.run == departure.run


def _times(turn: Turn, vans: list[Departure]) -> str:
    return ", ".join(f"{van.run} at {local_time(van.departs_at, turn.state.zone)}" for van in vans[:5])


# ---- what follows -------------------------------------------------------------------------------------------


def _follow(turn: Turn, day: date) -> _Effects:
    """Bring the vans of a date in line with the calendar, then the orders with the vans."""
    state = turn.state
    wanted = {van.departure_id: van for van in state.calendar.departures_on(day)}
    known = [van for van in state.departures.values() if van.date_local == day.isoformat()]
    effects, gone, better = _Effects(), [], []
    for van in sorted(known, key=lambda van: (van.departs_at, van.departure_id)):
        want = wanted.pop(van.departure_id, None)
        if _is_over(turn, van):
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
        if _is_extra(turn, van) and not _is_over(turn, van):
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
