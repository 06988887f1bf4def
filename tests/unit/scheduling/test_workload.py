"""The work of the coming day, from what is known and what was."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.work import CHECK_STATION, DOCK_STATION, FLOOR_STATION, GOODS_IN_STATION, WorkKind
from controller.scheduling.pastwork import HOUR_S, WEEKDAYS, Basis, HourCount, Load, RobotWork
from controller.scheduling.staffing import UTILISATION, Staffing, people_for, shortfalls, staff
from controller.scheduling.workload import HOUR_PROFILE, HOURS, NOBODY_SEEN, ComingDay, KnownWork, Workload, forecast

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
"""Midnight in London, winter time."""
DAY_H = 24
STATIONS = ("MANUAL-A", GOODS_IN_STATION, CHECK_STATION, DOCK_STATION, FLOOR_STATION)


def day(now: float = MONDAY, **changed: object) -> ComingDay:
    plain = ComingDay(
        now=now,
        zone=LONDON,
        areas=("MANUAL-A",),
        robots=("R1", "R2"),
        known=(),
        packs_a_day=lambda: 1000.0,
        people=dict.fromkeys(STATIONS, (2.0,) * HOURS),
        job_s=lambda station, kind, packs: 60.0,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def checks(at: float, jobs: int, *, discharge: int = 0, source: str = CHECK_STATION) -> HourCount:
    return HourCount(int(at // HOUR_S), source, WorkKind.CHECK.value, jobs, 8 * jobs, discharge)


def week(jobs: int, before: float = MONDAY, days: int = 7) -> list[HourCount]:
    """So many checks in every hour of the days before."""
    return [checks(before - (n + 1) * HOUR_S, jobs) for n in range(days * DAY_H)]


def load_at(workload: Workload, at: float, kind: str = WorkKind.CHECK.value, source: str = CHECK_STATION) -> Load:
    found = [load for load in workload.loads if (load.source, load.kind, load.starts_at) == (source, kind, at)]
    return found[0] if found else Load(source, kind, at)


def test_without_history_it_says_so_and_takes_the_profile() -> None:
    found = forecast(day(), [])
    assert found.basis is Basis.PROFILE
    assert "no history" in found.basis
    assert found.history_days == 0
    picks = sum(load.packs for load in found.loads if load.kind in (RobotWork.TOUR, WorkKind.HAND_PICK))
    assert picks == pytest.approx(1000.0 * WEEKDAYS[0] * sum(HOUR_PROFILE) / 100.0)
    ten, four = (load_at(found, MONDAY + hour * HOUR_S).jobs for hour in (10, 4))
    assert ten == pytest.approx(10 * four)


def test_the_same_weekday_and_hour_tells() -> None:
    last_monday_at_nine = MONDAY - 7 * DAY_H * HOUR_S + 9 * HOUR_S
    found = forecast(day(), [checks(last_monday_at_nine, 12), *week(3)])
    assert (found.basis, found.history_days) == (Basis.SAME_WEEKDAY, 7)
    assert load_at(found, MONDAY + 9 * HOUR_S).jobs == 3
    older = [checks(last_monday_at_nine, 12), *(each for each in week(3) if each.hour != last_monday_at_nine // HOUR_S)]
    found = forecast(day(), older)
    assert load_at(found, MONDAY + 9 * HOUR_S).jobs == 12
    assert load_at(found, MONDAY + 8 * HOUR_S).jobs == 3


def test_two_weeks_are_averaged_and_their_difference_is_the_spread() -> None:
    history = [checks(each.hour * HOUR_S, 10 if each.hour * HOUR_S < MONDAY - 7 * 86_400 else 30) for each in
               week(1, days=14)]  # fmt: skip
    load = load_at(forecast(day(), history), MONDAY)
    assert load.jobs == 20
    assert load.spread == pytest.approx((200 * 1.5) ** 0.5)


def test_an_hour_without_work_counts_as_none() -> None:
    """Three weeks of Mondays, and work on one of them: a third of it is to be expected."""
    history = [checks(MONDAY - 21 * 86_400, 0), checks(MONDAY - 14 * 86_400 + 9 * HOUR_S, 6)]
    assert load_at(forecast(day(), history), MONDAY + 9 * HOUR_S).jobs == 2


def test_with_less_than_a_week_other_days_are_scaled() -> None:
    sunday_only = week(4, days=1)
    found = forecast(day(), sunday_only)
    assert found.basis is Basis.OTHER_DAYS
    assert load_at(found, MONDAY + 9 * HOUR_S).jobs == pytest.approx(4 * WEEKDAYS[0] / WEEKDAYS[6])


def test_hours_are_local_across_a_clock_change() -> None:
    """On the Monday after the change the vans go an hour later in UTC, and so does the work before them."""
    monday = datetime(2026, 10, 26, tzinfo=LONDON).timestamp()
    nine_last_week = datetime(2026, 10, 19, 9, tzinfo=LONDON).timestamp()
    nine = datetime(2026, 10, 26, 9, tzinfo=LONDON).timestamp()
    assert nine - nine_last_week == 7 * 86_400 + HOUR_S
    history = [checks(datetime(2026, 10, 19, tzinfo=LONDON).timestamp(), 1), checks(nine_last_week, 50)]
    found = forecast(day(monday), history)
    assert load_at(found, nine).jobs == 50
    assert load_at(found, nine - HOUR_S).jobs == 0


def test_known_work_is_part_of_what_is_expected_and_more_where_it_is_more() -> None:
    nine = MONDAY + 9 * HOUR_S
    known = KnownWork(CHECK_STATION, WorkKind.CHECK, 10.0, 80.0, nine, nine + 2 * HOUR_S)
    load = load_at(forecast(day(known=(known,)), week(8)), nine)
    assert (load.known, load.further, load.jobs, load.packs) == (5.0, 3.0, 8.0, 64.0)
    load = load_at(forecast(day(known=(known,)), week(2)), nine)
    assert (load.known, load.further, load.jobs, load.packs) == (5.0, 0.0, 5.0, 40.0)


def test_late_work_is_for_the_hour_that_has_begun() -> None:
    now = MONDAY + 1000.0
    late = KnownWork(CHECK_STATION, WorkKind.CHECK, 4.0, 30.0, now - 7200.0, now - 3600.0, discharge=True)
    found = forecast(day(now, known=(late,)), [])
    load = load_at(found, MONDAY)
    assert (load.known, load.discharge) == (4.0, 4.0)


def test_of_the_hour_that_has_begun_only_the_rest_is_to_come() -> None:
    found = forecast(day(MONDAY + 0.75 * HOUR_S), week(8))
    assert load_at(found, MONDAY).jobs == pytest.approx(2.0)
    assert load_at(found, MONDAY + HOUR_S).jobs == 8


def test_history_of_the_current_hour_is_not_used() -> None:
    """It is not over: the archive may have half of it."""
    assert forecast(day(MONDAY + 10.0), [checks(MONDAY, 50), *week(2)]).total(WorkKind.CHECK) < 24 * 2.1


KNOWN = st.builds(
    KnownWork,
    st.sampled_from((CHECK_STATION, "MANUAL-A")),
    st.sampled_from((WorkKind.CHECK.value, WorkKind.HAND_PICK.value)),
    st.floats(0.0, 50.0),
    st.floats(0.0, 500.0),
    st.floats(MONDAY - 7200.0, MONDAY + 40_000.0),
    st.floats(MONDAY - 7200.0, MONDAY + 86_000.0),
    st.booleans(),
)
PAST = st.lists(
    st.tuples(st.integers(1, 20 * DAY_H), st.sampled_from(STATIONS), st.integers(0, 40)),
    max_size=60,
    unique_by=lambda row: row[:2],
)


@given(st.lists(KNOWN, max_size=8), PAST, st.floats(0.0, 3599.0), st.randoms(use_true_random=False))
def test_sums_agree_and_the_order_of_what_is_told_changes_nothing(
    known: list[KnownWork], past: list[tuple[int, str, int]], into_hour_s: float, luck: object
) -> None:
    now = MONDAY + into_hour_s
    history = [checks(MONDAY - back * HOUR_S, jobs, source=source) for back, source, jobs in past]
    found = forecast(day(now, known=tuple(known)), history)
    certain = sum(work.jobs for work in known if max(work.from_at, now) < MONDAY + HOURS * HOUR_S)
    assert sum(load.known for load in found.loads) == pytest.approx(certain)
    assert sum(each.jobs for each in found.staffing) == pytest.approx(sum(
        load.jobs for load in found.loads if load.source in STATIONS))  # fmt: skip
    assert all(load.further >= 0.0 and load.spread >= 0.0 for load in found.loads)
    assert len(found.staffing) == HOURS * len(STATIONS)
    shuffled = list(history)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    again = forecast(day(now, known=tuple(known)), shuffled)
    assert again.shortfalls == found.shortfalls
    assert [load.jobs for load in again.loads] == pytest.approx([load.jobs for load in found.loads])


def test_the_forecast_of_a_steady_centre_holds() -> None:
    """Eight days of the same shape: of the eighth the busy hours are told within the spread that is stated."""
    shape = [round(2 + 1.3 * HOUR_PROFILE[hour % DAY_H] * WEEKDAYS[hour // DAY_H % 7]) for hour in range(8 * DAY_H)]
    start = MONDAY - 7 * 86_400
    wobble = [0, 3, -2, 1, -1, 2, -3]
    counts = [checks(start + hour * HOUR_S, max(0, jobs + wobble[hour % 7])) for hour, jobs in enumerate(shape)]
    past, then = counts[: 7 * DAY_H], counts[7 * DAY_H :]
    found = forecast(day(), past)
    for count in then:
        load = load_at(found, count.hour * HOUR_S)
        assert abs(load.jobs - count.jobs) <= 3.0 * load.spread
    assert found.total(WorkKind.CHECK) == pytest.approx(sum(count.jobs for count in then), rel=0.05)


# ---- people ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("work_s", "people"),
    [(0.0, 0), (1.0, 1), (3600.0 * UTILISATION, 1), (3600.0 * UTILISATION + 1.0, 2), (5 * 3600.0, 6)],
)
def test_people_are_busy_to_the_target_and_no_more(work_s: float, people: int) -> None:
    assert people_for(work_s) == people


def test_discharge_work_needs_people_for_its_busy_minutes() -> None:
    """A hundred and twenty checks of a minute in an hour: twenty in the mean ten minutes, twenty-six in a busy one."""
    assert people_for(7200.0) == 3
    assert people_for(7200.0, 7200.0, 60.0) == 4
    assert people_for(7200.0, 1800.0, 60.0) == 3
    assert people_for(3600.0, 3600.0, 1800.0) == 4


def test_a_job_takes_as_long_as_was_learned() -> None:
    load = Load(CHECK_STATION, WorkKind.CHECK.value, MONDAY, further=100.0, packs=800.0)
    (found,) = staff(
        [MONDAY], [load], {CHECK_STATION: (3.0,)}, lambda station, kind, packs: 10.0 * packs if station else 0.0
    )
    assert (found.work_s, found.needed, found.expected) == (8000.0, 3, 3.0)
    assert not found.short


def test_a_busy_day_needs_more() -> None:
    load = Load(CHECK_STATION, WorkKind.CHECK.value, MONDAY, further=100.0, spread=30.0, packs=0.0)
    (found,) = staff([MONDAY], [load], {CHECK_STATION: (2.0,)}, lambda station, kind, packs: 60.0)
    assert (found.needed, found.needed_high) == (2, 3)


def _staffing(hour: int, needed: int, expected: float, station: str = CHECK_STATION) -> Staffing:
    return Staffing(station, MONDAY + hour * HOUR_S, 1.0, 1.0, 1.0, needed, needed, expected)


def test_who_is_missing_is_said_in_words() -> None:
    found = [
        _staffing(10, 4, 4.0),
        _staffing(11, 5, 4.0),
        _staffing(11, 2, 1.0, DOCK_STATION),
        _staffing(12, 5, 4.0),
        _staffing(13, 6, 4.0),
        _staffing(14, 4, 4.0),
        _staffing(23, 6, 4.0),
    ]
    assert shortfalls(found, LONDON) == [
        "CHECK Mon 11-14 h needs 5 to 6, 4 expected",
        "DOCK Mon 11-12 h needs 2, 1 expected",
        "CHECK Mon 23-24 h needs 6, 4 expected",
    ]
    assert shortfalls([_staffing(hour, 2, 1.0) for hour in range(22, 30)], LONDON) == [
        "CHECK Mon 22 h to Tue 06 h needs 2, 1 expected"
    ]


def test_when_nobody_was_ever_seen_nobody_is_called_missing() -> None:
    found = forecast(day(people={CHECK_STATION: (0.0,) * HOURS}), week(200))
    assert found.staffing[0].needed > 0
    assert (found.shortfalls, found.notes) == ([], (NOBODY_SEEN,))
