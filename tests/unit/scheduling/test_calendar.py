"""Local times as instants: both clock changes, weekdays, the leap day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.domain.departure import Departure
from controller.domain.site import DeliveryRun
from controller.scheduling.calendar import Calendar, departure_on, instant, local_date

LONDON = ZoneInfo("Europe/London")


def _utc(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("day", "local", "utc"),
    [
        pytest.param("2026-11-23", "10:15", "2026-11-23 10:15", id="winter"),
        pytest.param("2026-07-01", "10:15", "2026-07-01 09:15", id="summer"),
        pytest.param("2026-10-25", "00:30", "2026-10-24 23:30", id="before the clocks go back"),
        pytest.param("2026-10-25", "01:30", "2026-10-25 00:30", id="twice: the first counts"),
        pytest.param("2026-10-25", "02:30", "2026-10-25 02:30", id="after the clocks went back"),
        pytest.param("2027-03-28", "00:30", "2027-03-28 00:30", id="before the clocks go forward"),
        pytest.param("2027-03-28", "01:30", "2027-03-28 01:30", id="skipped: as by the old offset"),
        pytest.param("2027-03-28", "02:30", "2027-03-28 01:30", id="after the clocks went forward"),
        pytest.param("2028-02-29", "10:15", "2028-02-29 10:15", id="leap day"),
    ],
)
def test_a_local_time_is_one_instant(day: str, local: str, utc: str) -> None:
    assert _utc(instant(date.fromisoformat(day), local, LONDON)) == utc


@pytest.mark.parametrize("text", ["25:00", "10:75", "", "noon"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        instant(date(2026, 11, 23), text, LONDON)


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        ("2026-07-01T22:59:59Z", "2026-07-01"),
        ("2026-07-01T23:00:00Z", "2026-07-02"),
        ("2026-11-23T23:59:59Z", "2026-11-23"),
        ("2026-10-24T23:00:00Z", "2026-10-25"),
        ("2026-10-25T23:59:59Z", "2026-10-25"),
        ("2027-03-28T22:59:59Z", "2027-03-28"),
        ("2027-03-28T23:00:00Z", "2027-03-29"),
    ],
)
def test_the_day_begins_at_local_midnight(utc: str, local: str) -> None:
    assert local_date(datetime.fromisoformat(utc).timestamp(), LONDON).isoformat() == local


def _run(run: str, weekdays: str = "12345", cutoff: str = "09:30", departure: str = "10:15") -> DeliveryRun:
    return DeliveryRun(run, "GGH", weekdays, cutoff, departure)


def _departures(first: date, days: int, *runs: DeliveryRun) -> list[Departure]:
    calendar = Calendar(runs, (), LONDON)
    return [found for day in range(days) for found in calendar.departures_on(first + timedelta(days=day))]


def test_a_van_goes_on_its_weekdays() -> None:
    days = [found.date_local for found in _departures(date(2026, 11, 23), 7, _run("A", "147"))]
    assert days == ["2026-11-23", "2026-11-26", "2026-11-29"]


def test_departures_come_day_by_day_and_by_name_within_the_day() -> None:
    found = _departures(date(2026, 11, 23), 2, _run("B"), _run("A", "1"))
    assert [departure.departure_id for departure in found] == ["A/2026-11-23", "B/2026-11-23", "B/2026-11-24"]


def test_a_departure_knows_its_instants() -> None:
    found = departure_on(_run("A", "7"), date(2027, 3, 28), LONDON)
    assert found is not None
    assert (found.departure_id, found.hospital, found.status) == ("A/2027-03-28", "GGH", "planned")
    assert (_utc(found.cutoff_at), _utc(found.departs_at)) == ("2027-03-28 08:30", "2027-03-28 09:15")
    assert departure_on(_run("A", "1"), date(2027, 3, 28), LONDON) is None


@pytest.mark.parametrize(("first", "hours"), [(date(2026, 10, 24), 25), (date(2027, 3, 27), 23)])
def test_over_a_clock_change_the_van_goes_at_the_same_local_time(first: date, hours: int) -> None:
    before, after = _departures(first, 2, _run("A", "1234567"))
    assert after.departs_at - before.departs_at == hours * 3600.0
