"""Figures of robots: every moment in one bucket, and what faults cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.faults.kpi import RobotPast, Span, Stop, figures, length_s, merged, names, site_figures, without

HOUR = 3600.0
DAY = 24 * HOUR


def past(**known: object) -> RobotPast:
    return RobotPast("R4", **known)  # type: ignore[arg-type]


def test_a_day_with_a_window_a_stop_and_work() -> None:
    found = figures(
        past(
            faults=[Stop(2 * HOUR, 2, 3 * HOUR, 1800.0, 2.5 * HOUR), Stop(10 * HOUR, 3, 10 * HOUR, 0.0)],
            motions=[(0.0, 2.5 * HOUR), (4 * HOUR, 6 * HOUR), (5 * HOUR, 7 * HOUR)],
            planned=[(20 * HOUR, 23 * HOUR)],
            late_causes=["R4 is stopped", "R40 is stopped", "no stock"],
            picks=500,
        ),
        0.0,
        DAY,
    )
    assert (found.pdot_s, found.pbt_s) == (3 * HOUR, 21 * HOUR)
    assert found.adot_s == HOUR
    assert found.apt_s == 5 * HOUR, "two hours before the stop, three after it, counted once"
    assert found.adet_s == 15 * HOUR
    assert found.technical_availability == pytest.approx(20 / 21)
    assert found.availability == pytest.approx(5 / 21)
    assert (found.faults, found.stops) == (2, 1)
    assert found.mtbf_s == 20 * HOUR
    assert (found.mttr_s, found.response_s, found.repair_s) == (HOUR, 1800.0, 1800.0)
    assert found.faults_per_1000_picks == 4.0
    assert found.late_orders == 1


def test_a_stop_in_a_planned_window_is_no_down_time() -> None:
    found = figures(past(faults=[Stop(1 * HOUR, 2, 2 * HOUR, 0.0)], planned=[(0.0, 3 * HOUR)]), 0.0, DAY)
    assert (found.adot_s, found.pdot_s) == (0.0, 3 * HOUR)


def test_a_repair_counts_as_down_though_the_fault_was_cleared_before() -> None:
    found = figures(past(faults=[Stop(1 * HOUR, 2, 2 * HOUR, 0.0)], repairs=[(1.5 * HOUR, 4 * HOUR)]), 0.0, DAY)
    assert found.adot_s == 3 * HOUR


def test_nothing_known_divides_by_nothing() -> None:
    found = figures(past(planned=[(0.0, DAY)]), 0.0, DAY)
    assert (found.availability, found.mtbf_s, found.mttr_s, found.faults_per_1000_picks) == (None, None, None, None)


def test_the_site_counts_an_order_that_two_robots_made_late_once() -> None:
    causes = ["R4 is stopped, then R5", "R5 is stopped"]
    robots = [RobotPast("R4", late_causes=causes, picks=10), RobotPast("R5", late_causes=causes, picks=20)]
    found = site_figures(robots, 0.0, DAY)
    assert (found.late_orders, found.picks, found.span_s) == (2, 30, 2 * DAY)


def test_a_robot_is_named_by_its_whole_name() -> None:
    assert names("R4: stopped", "R4")
    assert not names("R40 is stopped", "R4")


spans = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 30)).map(lambda each: (float(each[0]), float(each[0] + each[1]))),
    max_size=12,
)


@given(motions=spans, planned=spans, stops=spans)
def test_the_buckets_add_up_to_the_span(motions: list[Span], planned: list[Span], stops: list[Span]) -> None:
    faults = [Stop(begin, 2, end, 0.0) for begin, end in stops]
    found = figures(past(motions=motions, planned=planned, faults=faults), 10.0, 110.0)
    assert found.pbt_s + found.pdot_s == pytest.approx(100.0)
    assert found.apt_s + found.adet_s + found.adot_s == pytest.approx(found.pbt_s)
    assert min(found.apt_s, found.adet_s, found.adot_s, found.pdot_s) >= 0.0


@given(first=spans, second=spans)
def test_what_is_taken_away_is_gone(first: list[Span], second: list[Span]) -> None:
    whole, taken = merged(first, 0.0, 200.0), merged(second, 0.0, 200.0)
    left = without(whole, taken)
    assert length_s(merged([*left, *taken], 0.0, 200.0)) == pytest.approx(
        length_s(merged([*whole, *taken], 0.0, 200.0))
    )
    assert length_s(left) + length_s(taken) == pytest.approx(length_s(merged([*left, *taken], 0.0, 200.0)))
