"""When a robot is due for service, and the quiet window that is proposed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from controller.faults.service import DAY_S, LIMITS, WINDOW_FROM, WINDOW_S, Service, cycles_a_day, quiet_window, service

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()


def at(*, serviced_days_ago: float | None, cycles: int, rate: float = 1000.0) -> Service:
    serviced_at = None if serviced_days_ago is None else NOW - serviced_days_ago * DAY_S
    return service(NOW, ZONE, serviced_at=serviced_at, known_since=NOW - DAY_S, cycles=cycles, cycles_a_day=rate)


def test_what_wears_with_picks_is_due_when_its_picks_are_done() -> None:
    found = at(serviced_days_ago=10.0, cycles=10_000)
    assert found.parts[0].part == "jaw pads"
    assert found.due_at == NOW + 15 * DAY_S
    assert not found.overdue
    assert found.to_at <= found.due_at


def test_an_idle_robot_is_due_by_date() -> None:
    found = at(serviced_days_ago=0.0, cycles=0, rate=0.0)
    assert (found.parts[0].part, found.due_at) == ("vacuum filter", NOW + 60 * DAY_S)


def test_what_is_over_its_limit_is_due_now_and_gets_the_next_night() -> None:
    found = at(serviced_days_ago=10.0, cycles=30_000)
    assert found.overdue
    assert found.from_at == datetime(2026, 11, 24, 0, 30, tzinfo=ZONE).timestamp()


def test_one_that_was_never_serviced_counts_from_when_it_is_known() -> None:
    assert at(serviced_days_ago=None, cycles=0).parts[0].days == 1.0


def test_picks_a_day_from_hours() -> None:
    assert cycles_a_day([], 0) == 0.0
    assert cycles_a_day(list(range(48)), 200) == 100.0


@given(
    now=st.floats(NOW, NOW + 400 * DAY_S),
    ahead=st.floats(-30 * DAY_S, 100 * DAY_S),
)
def test_a_window_is_quiet_and_still_to_come_and_before_the_due_moment_where_there_is_time(
    now: float, ahead: float
) -> None:
    begins = quiet_window(now, ZONE, now + ahead)
    assert begins > now
    assert datetime.fromtimestamp(begins, ZONE).time() == WINDOW_FROM
    if ahead > timedelta(days=2).total_seconds() + WINDOW_S:
        assert begins + WINDOW_S <= now + ahead


def test_every_part_has_both_limits() -> None:
    assert all(cycles > 0 and days > 0 for _, cycles, days in LIMITS)
