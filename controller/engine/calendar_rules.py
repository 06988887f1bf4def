"""What a change of the calendar must be like to be made: sensible, and not too late."""

from datetime import date, timedelta

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.departure import Departure, DepartureStatus
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.engine import departures
from controller.engine.turn import Turn
from controller.scheduling.calendar import instant, local_date, local_time

LAST_DAY_DAYS = 2 * 366
"""A date further ahead than this is a slip of the pen."""


def check(turn: Turn, change: CalendarChange, day: date) -> None:
    """Refuse a change that makes no sense (Invalid, NotFound), comes too late or is made already (Conflict).

    An extra van without a name is given one.
    """
    _CHECKS[change.kind](turn, change, day)


def read_day(turn: Turn, text: str) -> date:
    """The local date that a change is for; yesterday is one, since a held van may leave after midnight."""
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


def going(turn: Turn, run: str, day: date) -> Departure:
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
    if is_over(turn, departure):
        raise Conflict(f"{departure.departure_id} has left, at {local_time(departure.departs_at, turn.state.zone)}")
    return departure


def is_over(turn: Turn, departure: Departure) -> bool:
    """Whether the van has left, or is leaving in this very moment."""
    return departure.status is DepartureStatus.DEPARTED or departure.departs_at <= turn.now


def is_extra(turn: Turn, departure: Departure) -> bool:
    """Whether no weekly run is this van."""
    return departure.run not in turn.state.runs


def concerns(turn: Turn, change: CalendarChange, departure: Departure) -> bool:
    """Whether the change is about this van."""
    if change.kind is CalendarChangeKind.HOLIDAY:
        return not is_extra(turn, departure) and change.hospital in (None, departure.hospital)
    return change.run == departure.run


def times_of(turn: Turn, vans: list[Departure]) -> str:
    """When vans leave, for a person; the first few of them."""
    return ", ".join(f"{van.run} at {local_time(van.departs_at, turn.state.zone)}" for van in vans[:5])


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
    vans = [van for van in calendar.departures_on(day, change.hospital) if not is_extra(turn, van)]
    if vans and all(is_over(turn, _as_it_stands(turn, van)) for van in vans):
        raise Conflict(f"every van of {change.date_local} has left")


def _check_cancelled(turn: Turn, change: CalendarChange, day: date) -> None:
    _refuse(change, "hospital", "departure_local", "cutoff_local")
    going(turn, _needed(change, "run"), day)


def _check_moved(turn: Turn, change: CalendarChange, day: date) -> None:
    _refuse(change, "hospital")
    going(turn, _needed(change, "run"), day)
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


def _as_it_stands(turn: Turn, computed: Departure) -> Departure:
    return turn.state.departures.get(computed.departure_id, computed)
