"""Delivery runs are local times; departures are instants. Right on both clock-change days, and on days unlike others.

A local time that a clock change skips is taken as the instant at which the clocks went forward would have shown it
(PEP 495, fold=0: the offset before the change); a time that happens twice means its first occurrence. A cut-off that
would so come after its departure is that departure.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.departure import Departure, DepartureStatus, departure_key
from controller.domain.site import DeliveryRun


def local_date(at: float, zone: ZoneInfo) -> date:
    """The calendar date in the zone at an instant."""
    return datetime.fromtimestamp(at, zone).date()


def local_time(at: float, zone: ZoneInfo) -> str:
    """HH:MM in the zone at an instant."""
    return f"{datetime.fromtimestamp(at, zone):%H:%M}"


def next_at(after: float, local_time: str, zone: ZoneInfo) -> float:
    """The first instant after `after` at which the clocks of the zone show HH:MM."""
    day = local_date(after, zone)
    at = instant(day, local_time, zone)
    return at if at > after else instant(day + timedelta(days=1), local_time, zone)


def local_hour(at: float, zone: ZoneInfo) -> int:
    """The hour, 0 to 23, that the clocks of the zone show at an instant."""
    return datetime.fromtimestamp(at, zone).hour


def instant(day: date, local_time: str, zone: ZoneInfo) -> float:
    """The instant of HH:MM on a local date; ValueError where the text is no time."""
    return datetime.combine(day, time.fromisoformat(local_time), zone).astimezone(UTC).timestamp()


def exact_text(at: float, zone: ZoneInfo) -> str:
    """A moment as a calendar change may name it where HH:MM cannot: after midnight, or in an hour that comes twice."""
    return datetime.fromtimestamp(at, zone).isoformat(timespec="seconds")


def departure_on(run: DeliveryRun, day: date, zone: ZoneInfo) -> Departure | None:
    """The departure of the run on a local date; None on other weekdays and where the zone skipped the day."""
    if str(day.isoweekday()) not in run.weekdays:
        return None
    if local_date(instant(day, "12:00", zone), zone) != day:
        return None
    return _departure(run.run, run.hospital, day, run.cutoff_local, run.departure_local, zone)


class Calendar:
    """The weekly runs, and the days that differ from them. Holds the changes that nobody has withdrawn.

    A holiday takes the weekly runs away, not an extra van that was made for it. Of several changes of one van's times
    the last one made counts; a cancellation outweighs them all.
    """

    def __init__(self, runs: Iterable[DeliveryRun], changes: Iterable[CalendarChange], zone: ZoneInfo) -> None:
        self._zone = zone
        self._runs = sorted(runs, key=lambda run: run.run)
        self._runs_to: dict[str, list[DeliveryRun]] = {}
        for run in self._runs:
            self._runs_to.setdefault(run.hospital, []).append(run)
        self._changes: dict[str, dict[str, CalendarChange]] = {}
        for change in changes:
            self.put(change)

    def put(self, change: CalendarChange) -> None:
        """The change holds from now on."""
        self._changes.setdefault(change.date_local, {})[change.change_id] = change

    def remove(self, change: CalendarChange) -> None:
        """The change holds no more; harmless where it did not."""
        self._changes.get(change.date_local, {}).pop(change.change_id, None)

    def changes_on(self, day: date) -> list[CalendarChange]:
        """The changes of a local date, as they were made."""
        found = self._changes.get(day.isoformat(), {})
        return sorted(found.values(), key=lambda change: (change.made_at, change.change_id))

    def departures_on(self, day: date, hospital: str | None = None) -> list[Departure]:
        """The vans of a local date by run, cancelled ones among them; of one hospital where it is named."""
        runs = self._runs if hospital is None else self._runs_to.get(hospital, ())
        plain = [departure for run in runs if (departure := departure_on(run, day, self._zone)) is not None]
        changes = self.changes_on(day)
        if not changes:
            return plain
        extra = [self._extra(change, day) for change in changes if change.kind is CalendarChangeKind.EXTRA]
        found = plain + [departure for departure in extra if hospital in (None, departure.hospital)]
        for departure in found:
            self._apply(departure, changes)
        return sorted(found, key=lambda departure: departure.run)

    def departure(self, run: str, day: date) -> Departure | None:
        """The van of a run on a local date; None where it would not go even without any change."""
        return next((found for found in self.departures_on(day) if found.run == run), None)

    def unheld(self, departure: Departure) -> Departure:
        """The same van at the times that it would have if nobody had held it."""
        day = date.fromisoformat(departure.date_local)
        moves = [change for change in self.changes_on(day) if not is_hold(change)]
        runs = [run for run in self._runs if run.run == departure.run]
        found = next((made for run in runs if (made := departure_on(run, day, self._zone)) is not None), None)
        for change in moves:
            if change.kind is CalendarChangeKind.EXTRA and change.run == departure.run:
                found = self._extra(change, day)
        if found is None:
            return departure
        self._apply(found, moves)
        return found

    def cause(self, departure: Departure) -> CalendarChange | None:
        """The change that makes the van what it is: cancelled, moved or extra; None for one that goes as every week."""
        changes = self.changes_on(date.fromisoformat(departure.date_local))
        extra = next((change for change in changes if _is_extra(change, departure)), None)
        cancelled = next((change for change in changes if _cancels(change, departure, extra is not None)), None)
        moved = next((change for change in reversed(changes) if _moves(change, departure)), None)
        return cancelled or moved or extra

    def _extra(self, change: CalendarChange, day: date) -> Departure:
        departs = change.departure_local or ""
        return _departure(
            change.run or "", change.hospital or "", day, change.cutoff_local or departs, departs, self._zone
        )

    def _apply(self, departure: Departure, changes: list[CalendarChange]) -> None:
        extra = any(_is_extra(change, departure) for change in changes)
        day = date.fromisoformat(departure.date_local)
        for change in changes:
            if _cancels(change, departure, extra):
                departure.status = DepartureStatus.CANCELLED
            elif _moves(change, departure):
                open_s = departure.departs_at - departure.cutoff_at
                departure.departs_at = _moment(day, change.departure_local or "", self._zone)
                departure.cutoff_at = departure.departs_at - open_s
                if change.cutoff_local is not None:
                    departure.cutoff_at = min(_moment(day, change.cutoff_local, self._zone), departure.departs_at)


def is_hold(change: CalendarChange) -> bool:
    """Whether the change holds a van for some minutes: it names the moment, not a time of the day."""
    return change.kind is CalendarChangeKind.MOVED and "T" in (change.departure_local or "")


def _departure(
    run: str, hospital: str, day: date, cutoff_local: str, departure_local: str, zone: ZoneInfo
) -> Departure:
    departs_at = instant(day, departure_local, zone)
    return Departure(
        departure_id=departure_key(run, day.isoformat()),
        run=run,
        hospital=hospital,
        date_local=day.isoformat(),
        cutoff_at=min(instant(day, cutoff_local, zone), departs_at),
        departs_at=departs_at,
    )


def _moment(day: date, text: str, zone: ZoneInfo) -> float:
    return datetime.fromisoformat(text).timestamp() if "T" in text else instant(day, text, zone)


def _is_extra(change: CalendarChange, departure: Departure) -> bool:
    return change.kind is CalendarChangeKind.EXTRA and change.run == departure.run


def _moves(change: CalendarChange, departure: Departure) -> bool:
    return change.kind is CalendarChangeKind.MOVED and change.run == departure.run


def _cancels(change: CalendarChange, departure: Departure, extra: bool) -> bool:
    if change.kind is CalendarChangeKind.HOLIDAY:
        return not extra and change.hospital in (None, departure.hospital)
    return change.kind is CalendarChangeKind.CANCELLED and change.run == departure.run
