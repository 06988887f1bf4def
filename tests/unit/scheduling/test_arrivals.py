"""What is taken away from later orders by those that have not come yet."""

from controller.domain.order import OrderClass
from controller.scheduling.arrivals import MOST_OUTRANKED, OF_ITS_OWN, Arrivals

DISCHARGE, URGENT, ROUTINE = OrderClass.DISCHARGE, OrderClass.URGENT, OrderClass.ROUTINE


def _one_day(arrivals: Arrivals, work_s: float) -> None:
    arrivals.note(DISCHARGE, 10, work_s)
    arrivals.note(URGENT, 10, work_s)
    arrivals.note(ROUTINE, 10, 100 * work_s)
    arrivals.turn(11)


def test_each_class_yields_to_those_above_it() -> None:
    arrivals = Arrivals()
    _one_day(arrivals, 360.0)
    assert arrivals.outranked(10, 2) == {DISCHARGE: 0.025, URGENT: 0.075, ROUTINE: MOST_OUTRANKED}


def test_an_hour_that_was_not_seen_is_like_the_one_before() -> None:
    arrivals = Arrivals()
    assert set(arrivals.outranked(10, 2).values()) == {0.0}
    _one_day(arrivals, 360.0)
    assert arrivals.outranked(12, 2) == arrivals.outranked(10, 2)


def test_the_last_days_count_most() -> None:
    arrivals = Arrivals()
    for work_s in (360.0, 360.0, 720.0):
        _one_day(arrivals, work_s)
    assert arrivals.outranked(10, 1)[DISCHARGE] == OF_ITS_OWN * 540.0 / 3600.0


def test_there_is_always_time_left() -> None:
    arrivals = Arrivals()
    _one_day(arrivals, 1e6)
    assert arrivals.outranked(10, 1)[ROUTINE] == MOST_OUTRANKED < 1.0


def test_a_bad_hour_counts_before_it_is_over() -> None:
    arrivals = Arrivals()
    _one_day(arrivals, 360.0)
    arrivals.note(DISCHARGE, 11, 720.0)
    assert arrivals.outranked(11, 1)[DISCHARGE] == OF_ITS_OWN * 720.0 / 3600.0
