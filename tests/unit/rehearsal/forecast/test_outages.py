import pytest

from controller.rehearsal.forecast.outages import Outage, Outages, about_mean, return_at, stop_s
from simulator.chance import Chance


@pytest.mark.parametrize(
    ("begin_at", "work_s", "done_at"),
    [
        (0.0, 10.0, 10.0),
        (95.0, 10.0, 205.0),
        (100.0, 10.0, 210.0),
        (150.0, 10.0, 210.0),
        (200.0, 10.0, 210.0),
        (95.0, 150.0, 445.0),
        (0.0, 100.0, 100.0),
    ],
)
def test_work_stands_still_while_the_robot_does(begin_at: float, work_s: float, done_at: float) -> None:
    outages = Outages([Outage(300.0, 400.0), Outage(100.0, 150.0), Outage(140.0, 200.0)])
    assert outages.done_at(begin_at, work_s) == done_at


def test_the_time_that_is_left_to_work() -> None:
    outages = Outages([Outage(100.0, 200.0), Outage(150.0, 250.0), Outage(5.0, 5.0)])
    assert [outages.working_s(*span) for span in ((0.0, 100.0), (0.0, 400.0), (120.0, 180.0))] == [100.0, 250.0, 0.0]


def test_a_long_stop_lasts_longer_still() -> None:
    luck = Chance(1).stream("test")
    short = sorted(return_at(luck, 1000.0, 1000.0) - 1000.0 for _ in range(200))
    long = sorted(return_at(luck, 0.0, 1000.0) - 1000.0 for _ in range(200))
    assert all(left_s >= 0.0 for left_s in (*short, *long))
    assert short[100] < 60.0 < long[100]


def test_nine_in_ten_stops_for_an_operator_end_within_twelve_minutes() -> None:
    luck = Chance(2).stream("test")
    longer = sorted(duration for _ in range(8000) if (duration := stop_s(luck)) > 18.0)
    assert 0.22 < len(longer) / 8000 < 0.28
    assert 200.0 < longer[len(longer) // 2] < 290.0
    assert longer[int(0.9 * len(longer))] < 15 * 60.0


def test_spread_durations_are_on_average_what_was_learned() -> None:
    luck = Chance(3).stream("test")
    assert abs(sum(about_mean(luck, 0.25) for _ in range(20_000)) / 20_000 - 1.0) < 0.01
