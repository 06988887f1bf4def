from collections.abc import Iterable
from zoneinfo import ZoneInfo

from msgspec import Struct

from controller.api.instants import Day, Instant, instant, instant_or_none
from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.departure import Departure, DepartureStatus
from controller.scheduling.calendar import Calendar, is_hold, local_time


class CalendarChangeAnswer(Struct, frozen=True):
    """A day that is not as its week says, as somebody made it."""

    change_id: str
    kind: CalendarChangeKind
    date_local: Day
    reason: str
    actor: str
    made_at: Instant
    run: str | None
    hospital: str | None
    """Of a holiday: None is all."""
    cutoff_local: str | None
    departure_local: str | None
    """HH:MM"""
    held: bool
    """The van waits for something; otherwise it goes at another time."""


class CalendarChangeList(Struct, frozen=True):
    items: list[CalendarChangeAnswer]


class CalendarDeparture(Struct, frozen=True):
    departure_id: str
    run: str
    hospital: str
    cutoff_at: Instant
    departs_at: Instant
    cutoff_local: str
    """HH:MM, as the clock at the centre shows it."""
    departs_local: str
    status: DepartureStatus
    departed_at: Instant | None
    change: CalendarChangeAnswer | None
    """What makes it unlike its week."""


class CalendarDay(Struct, frozen=True):
    date_local: Day
    holidays: list[CalendarChangeAnswer]
    departures: list[CalendarDeparture]
    """By time."""


class CalendarAnswer(Struct, frozen=True):
    timezone: str
    days: list[CalendarDay]


class ChangedDeparture(Struct, frozen=True):
    departure_id: str
    status: DepartureStatus
    cutoff_at: Instant
    departs_at: Instant
    orders: int
    """Booked on it now."""


class MovedOrder(Struct, frozen=True):
    order_ref: str
    destination: str
    old: str | None
    new: str | None
    """The departure that it goes with now; None is by courier, where no van goes any more."""
    departs_at: Instant | None


class CalendarReceipt(Struct, frozen=True):
    """What follows from the change; more fields may follow. Orders stay due when they were first booked."""

    change_id: str
    departures: list[ChangedDeparture]
    moved_orders: list[MovedOrder]


def change_answer(change: CalendarChange) -> CalendarChangeAnswer:
    return CalendarChangeAnswer(
        change_id=change.change_id,
        kind=change.kind,
        date_local=change.date_local,
        reason=change.reason,
        actor=change.actor,
        made_at=instant(change.made_at),
        run=change.run,
        hospital=change.hospital,
        cutoff_local=_clock(change.cutoff_local),
        departure_local=_clock(change.departure_local),
        held=is_hold(change),
    )


def calendar_day(
    day: str, known: Iterable[Departure], calendar: Calendar, changes: Iterable[CalendarChange], zone: ZoneInfo
) -> CalendarDay:
    """`known` are the vans of the date, each as it stands."""
    holidays = [change_answer(change) for change in changes if change.kind is CalendarChangeKind.HOLIDAY]
    ordered = sorted(known, key=lambda departure: (departure.departs_at, departure.departure_id))
    return CalendarDay(day, holidays, [_departure(departure, calendar, zone) for departure in ordered])


def _departure(departure: Departure, calendar: Calendar, zone: ZoneInfo) -> CalendarDeparture:
    cause = calendar.cause(departure)
    return CalendarDeparture(
        departure_id=departure.departure_id,
        run=departure.run,
        hospital=departure.hospital,
        cutoff_at=instant(departure.cutoff_at),
        departs_at=instant(departure.departs_at),
        cutoff_local=local_time(departure.cutoff_at, zone),
        departs_local=local_time(departure.departs_at, zone),
        status=departure.status,
        departed_at=instant_or_none(departure.departed_at),
        change=change_answer(cause) if cause is not None else None,
    )


def _clock(text: str | None) -> str | None:
    """HH:MM of what a change says, which may be a whole moment."""
    return text if text is None else text.rpartition("T")[2][:5]
