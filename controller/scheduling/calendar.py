"""Delivery runs are local times; departures are instants. Right on both clock-change days.

A local time that a clock change skips is taken as the instant at which the clocks went forward would have shown it
(PEP 495, fold=0: the offset before the change); a time that happens twice means its first occurrence.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from controller.domain.departure import Departure, departure_key
from controller.domain.site import DeliveryRun


def local_date(at: float, zone: ZoneInfo) -> date:
    """The calendar date in the zone at an instant."""
    return datetime.fromtimestamp(at, zone).date()


def instant(day: date, local_time: str, zone: ZoneInfo) -> float:
    """The instant of HH:MM on a local date; ValueError where the text is no time."""
    return datetime.combine(day, time.fromisoformat(local_time), zone).astimezone(UTC).timestamp()


def departure_on(run: DeliveryRun, day: date, zone: ZoneInfo) -> Departure | None:
    """The departure of the run on a local date; None where it does not go on that weekday."""
    if str(day.isoweekday()) not in run.weekdays:
        return None
    departs_at = instant(day, run.departure_local, zone)
    return Departure(
        departure_id=departure_key(run.run, day.isoformat()),
        run=run.run,
        hospital=run.hospital,
        date_local=day.isoformat(),
        cutoff_at=instant(day, run.cutoff_local, zone),
        departs_at=departs_at,
    )


def departures_between(runs: Iterable[DeliveryRun], first: date, days: int, zone: ZoneInfo) -> Iterator[Departure]:
    """Every departure of `days` local dates from `first`, by run within the day."""
    ordered = sorted(runs, key=lambda run: run.run)
    for offset in range(days):
        day = first + timedelta(days=offset)
        for run in ordered:
            departure = departure_on(run, day, zone)
            if departure is not None:
                yield departure
