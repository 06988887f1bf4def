"""How long a robot that stands will stand: what the catalogue says, what came since, and what has lasted already."""

import pytest

from controller.faults.standstill import (
    ENGINEER_S,
    LONGEST_S,
    OPERATOR_S,
    REMEMBERED,
    Standstills,
    halfway_s,
    lasts_longer,
)

MINUTE_S, HOUR_S = 60.0, 3600.0


@pytest.mark.parametrize(
    ("code", "median_s"),
    [("AXX-01", 5 * MINUTE_S), ("AXX-03", 45 * MINUTE_S), ("UNKNOWN", OPERATOR_S), ("CNV-41", ENGINEER_S)],
)
def test_before_anything_is_learned_a_code_lasts_as_the_catalogue_says(code: str, median_s: float) -> None:
    assert Standstills().half_s(code, 0.0) == pytest.approx(median_s, rel=0.02)


def test_nine_operators_stops_of_ten_are_over_within_twelve_minutes() -> None:
    assert Standstills().goes_on("SAF-70", 0.0, 12 * MINUTE_S) == pytest.approx(0.1, abs=0.02)


def test_what_has_lasted_is_one_of_those_that_last() -> None:
    known = Standstills()
    halves = [known.half_s("AXX-01", minutes * MINUTE_S) for minutes in (0, 5, 20, 60)]
    assert halves[1:] == sorted(halves[1:])
    assert halves[1] < 5 * MINUTE_S, "it began five minutes ago: that is usual"
    assert halves[-1] > 2 * HOUR_S, "after an hour it is one of the few for which an engineer must come"


def test_it_is_as_likely_to_be_over_by_the_half_as_not() -> None:
    known = Standstills()
    for stood_s in (0.0, 300.0, 4000.0):
        assert known.goes_on("AXX-03", stood_s, known.half_s("AXX-03", stood_s)) == pytest.approx(0.5, abs=0.01)


def test_stops_that_are_over_count_for_their_code_and_no_other() -> None:
    known = Standstills()
    for _ in range(20):
        known.note("CNV-41", 30 * MINUTE_S)
    assert known.goes_on("CNV-41", 0.0, HOUR_S) < 0.25
    assert known.half_s("CNV-41", 0.0) == pytest.approx(30 * MINUTE_S, abs=2.0)
    assert known.goes_on("SEN-22", 0.0, HOUR_S) > 0.9


def test_what_outlasts_all_that_was_seen_is_judged_by_the_catalogue_again() -> None:
    known = Standstills()
    for _ in range(20):
        known.note("AXX-01", 4 * MINUTE_S)
    assert known.half_s("AXX-01", HOUR_S) == Standstills().half_s("AXX-01", HOUR_S)


def test_only_the_last_stops_are_remembered() -> None:
    known = Standstills()
    for _ in range(REMEMBERED):
        known.note("AXX-01", 3 * HOUR_S)
    assert known.half_s("AXX-01", 0.0) > 2 * HOUR_S
    for _ in range(REMEMBERED):
        known.note("AXX-01", 2 * MINUTE_S)
    assert known.half_s("AXX-01", 0.0) < 3 * MINUTE_S


@pytest.mark.parametrize("days", [3, 60, 400])
def test_what_has_stood_for_ever_has_an_answer(days: int) -> None:
    known = Standstills()
    assert 0.0 < known.goes_on("AXX-01", days * 24 * HOUR_S, HOUR_S) <= 1.0
    assert 0.0 < known.half_s("AXX-01", days * 24 * HOUR_S) <= LONGEST_S


def test_nothing_is_over_before_it_has_begun() -> None:
    assert lasts_longer(60.0, 0.5, 0.0) == lasts_longer(60.0, 0.5, -5.0) == 1.0
    assert lasts_longer(60.0, 0.5, 60.0) == 0.5
    assert halfway_s(lambda _: 1.0) == LONGEST_S
