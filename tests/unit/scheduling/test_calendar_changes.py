"""What a date's vans are, given the changes of that date; and local times in every zone and on every date."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.site import DeliveryRun
from controller.scheduling.calendar import Calendar, departure_on, exact_text, instant, is_hold, local_date, local_time

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 12, 25)
RUNS = (
    DeliveryRun("A-1", "A", "1234567", "09:30", "10:15"),
    DeliveryRun("A-2", "A", "1234567", "11:30", "12:15"),
    DeliveryRun("B-1", "B", "12345", "09:30", "10:15"),
)
HOLIDAY, CANCELLED, MOVED, EXTRA = CalendarChangeKind


def _change(number: int, kind: CalendarChangeKind, **facts: Any) -> CalendarChange:
    return CalendarChange(f"K{number}", kind, DAY.isoformat(), "why", "ann", float(number), **facts)


def _vans(*changes: CalendarChange) -> dict[str, tuple[str, str]]:
    calendar = Calendar(RUNS, changes, LONDON)
    return {van.run: (van.status.value, local_time(van.departs_at, LONDON)) for van in calendar.departures_on(DAY)}


PLAIN = {"A-1": ("planned", "10:15"), "A-2": ("planned", "12:15"), "B-1": ("planned", "10:15")}
GONE = {run: ("cancelled", at) for run, (_, at) in PLAIN.items()}


@pytest.mark.parametrize(
    ("changes", "vans"),
    [
        ((), PLAIN),
        ((_change(1, HOLIDAY),), GONE),
        ((_change(1, HOLIDAY, hospital="B"),), {**PLAIN, "B-1": GONE["B-1"]}),
        ((_change(1, CANCELLED, run="A-1"),), {**PLAIN, "A-1": GONE["A-1"]}),
        ((_change(1, MOVED, run="A-1", departure_local="11:00"),), {**PLAIN, "A-1": ("planned", "11:00")}),
        (
            (
                _change(2, MOVED, run="A-1", departure_local="11:20"),
                _change(1, MOVED, run="A-1", departure_local="11:00"),
            ),
            {**PLAIN, "A-1": ("planned", "11:20")},
        ),
        (
            (_change(1, CANCELLED, run="A-1"), _change(2, MOVED, run="A-1", departure_local="11:00")),
            {**PLAIN, "A-1": ("cancelled", "11:00")},
        ),
        (
            (_change(1, EXTRA, run="A-X", hospital="A", departure_local="15:00"), _change(2, HOLIDAY)),
            {**GONE, "A-X": ("planned", "15:00")},
        ),
        (
            (
                _change(1, EXTRA, run="A-X", hospital="A", departure_local="15:00"),
                _change(2, CANCELLED, run="A-X"),
            ),
            {**PLAIN, "A-X": ("cancelled", "15:00")},
        ),
        ((_change(1, CANCELLED, run="C-9"),), PLAIN),
    ],
)
def test_the_vans_of_a_date(changes: tuple[CalendarChange, ...], vans: dict[str, tuple[str, str]]) -> None:
    assert _vans(*changes) == vans


def test_only_the_date_of_a_change_is_changed_and_without_it_all_is_as_before() -> None:
    holiday = _change(1, HOLIDAY)
    calendar = Calendar(RUNS, [holiday], LONDON)
    assert {van.status.value for van in calendar.departures_on(DAY + timedelta(days=1))} == {"planned"}
    calendar.remove(holiday)
    calendar.remove(holiday)
    assert {van.status.value for van in calendar.departures_on(DAY)} == {"planned"}


def test_the_vans_of_one_hospital_are_those_of_all_that_go_there() -> None:
    extra = _change(1, EXTRA, run="A-X", hospital="A", departure_local="15:00")
    calendar = Calendar(RUNS, [extra], LONDON)
    assert [van.run for van in calendar.departures_on(DAY, "A")] == ["A-1", "A-2", "A-X"]
    assert [van.run for van in calendar.departures_on(DAY, "B")] == ["B-1"]


def test_the_cutoff_moves_with_the_van_or_is_as_said_but_never_after_it() -> None:
    def open_min(**facts: str) -> float:
        calendar = Calendar(RUNS, [_change(1, MOVED, run="A-1", **facts)], LONDON)
        found = calendar.departure("A-1", DAY)
        assert found is not None
        return (found.departs_at - found.cutoff_at) / 60.0

    assert open_min(departure_local="13:00") == 45.0
    assert open_min(departure_local="13:00", cutoff_local="12:50") == 10.0
    assert open_min(departure_local="09:00", cutoff_local="09:30") == 0.0


def test_the_cause_of_a_van_is_what_weighs_most() -> None:
    moved = _change(1, MOVED, run="A-X", departure_local="16:00")
    extra = _change(2, EXTRA, run="A-X", hospital="A", departure_local="15:00")
    calendar = Calendar(RUNS, [moved, extra], LONDON)
    found = calendar.departure("A-X", DAY)
    assert found is not None
    assert calendar.cause(found) is moved
    cancelled = _change(3, CANCELLED, run="A-X")
    calendar.put(cancelled)
    assert calendar.cause(found) is cancelled
    calendar.remove(moved)
    calendar.remove(cancelled)
    assert calendar.cause(found) is extra
    plain = calendar.departure("A-1", DAY)
    assert plain is not None
    assert calendar.cause(plain) is None


def test_a_held_van_has_a_time_of_its_own() -> None:
    at = instant(DAY, "10:45", LONDON)
    held = _change(2, MOVED, run="A-1", departure_local=exact_text(at, LONDON))
    moved = _change(1, MOVED, run="A-1", departure_local="10:30")
    calendar = Calendar(RUNS, [held, moved], LONDON)
    found = calendar.departure("A-1", DAY)
    assert found is not None
    assert found.departs_at == at
    assert local_time(calendar.unheld(found).departs_at, LONDON) == "10:30"
    assert (is_hold(held), is_hold(moved)) == (True, False)


# ---- every zone, every date ---------------------------------------------------------------------------------

ZONES = st.sampled_from(
    [
        *("Europe/London", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "UTC"),
        *("Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "Asia/Beirut"),
    ]
).map(ZoneInfo)
DAYS = st.dates(date(2005, 1, 1), date(2037, 12, 31))
TIMES = st.times().map(lambda found: f"{found:%H:%M}")


@given(ZONES, DAYS, TIMES, TIMES)
@example(ZoneInfo("Europe/London"), date(2027, 3, 28), "01:30", "02:10")
@example(ZoneInfo("Europe/London"), date(2026, 10, 25), "01:30", "01:30")
@example(ZoneInfo("Pacific/Apia"), date(2011, 12, 30), "09:30", "10:15")
@example(ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4), "02:10", "02:20")
def test_a_van_leaves_once_a_local_day_at_its_local_time(zone: ZoneInfo, day: date, one: str, other: str) -> None:
    cutoff, departs = sorted((one, other))
    run = DeliveryRun("A-1", "A", "1234567", cutoff, departs)
    found = departure_on(run, day, zone)
    noon = datetime.combine(day, datetime.min.time().replace(hour=12), zone)
    if noon.astimezone(UTC).astimezone(zone).date() != day:
        assert found is None
        return
    assert found is not None
    assert found.cutoff_at <= found.departs_at
    shown = datetime.fromtimestamp(found.departs_at, zone)
    # Either the clock shows that time on that day, or it never did, and the van leaves as much later as was skipped.
    skipped_s = (shown.replace(tzinfo=None) - datetime.fromisoformat(f"{day}T{departs}")).total_seconds()
    exists = [
        at
        for fold in (0, 1)
        for at in [datetime.fromisoformat(f"{day}T{departs}").replace(tzinfo=zone, fold=fold).timestamp()]
        if datetime.fromtimestamp(at, zone).replace(tzinfo=None) == datetime.fromisoformat(f"{day}T{departs}")
    ]
    assert skipped_s == 0.0 if exists else 0.0 < skipped_s <= 3600.0
    if exists:
        assert found.departs_at == min(exists)


@given(ZONES, DAYS, TIMES)
def test_vans_of_consecutive_days_leave_one_after_the_other(zone: ZoneInfo, day: date, departs: str) -> None:
    run = DeliveryRun("A-1", "A", "1234567", "00:00", departs)
    found = [van for offset in range(4) if (van := departure_on(run, day + timedelta(days=offset), zone)) is not None]
    gaps_h = [(later.departs_at - van.departs_at) / 3600.0 for van, later in pairwise(found)]
    assert all(22.0 <= gap <= 26.0 for gap in gaps_h)


@given(ZONES, st.integers(1_100_000_000, 2_100_000_000))
def test_a_moment_written_exactly_is_read_as_the_same_moment(zone: ZoneInfo, at: int) -> None:
    day = local_date(at, zone)
    held = CalendarChange("K1", MOVED, day.isoformat(), "r", "a", 0.0, run="A-1", departure_local=exact_text(at, zone))
    runs = [DeliveryRun("A-1", "A", "1234567", "00:00", "12:00")]
    van = Calendar(runs, [held], zone).departure("A-1", day)
    assert van is not None
    assert van.departs_at == at
