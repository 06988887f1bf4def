"""What orders are expected, and that each seed draws from just that."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from controller.domain.forecast import Question
from controller.domain.order import Order, OrderClass, OrderLine
from controller.domain.site import StockListLine
from controller.rehearsal.forecast.arrivals import draw
from controller.rehearsal.forecast.history import Expectation, expect, windows

LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC).timestamp()
UNTIL = AT + 4 * 3600.0
WEEK_S = 7 * 86_400.0
NOTHING: list[list[Order]] = [[], [], [], [], []]


def order(placed_at: float, order_class: OrderClass = OrderClass.ROUTINE, gtin: str = "G1", packs: int = 2) -> Order:
    lines = [OrderLine(1, gtin, packs)]
    return Order("T", "GGH-WA1", order_class, placed_at, placed_at + 5400.0, None, lines, 1)


def expected(past: list[list[Order]], lists: tuple[StockListLine, ...] = ()) -> Expectation:
    return expect(past, AT, UNTIL, LONDON, stock_lists=lists, robots=9)


def test_windows_are_the_same_local_hours_across_a_clock_change() -> None:
    """Clocks went back on 2026-10-25: four weeks before 8 November is still summer time."""
    start = datetime(2026, 11, 8, 10, tzinfo=LONDON).timestamp()
    found = windows(start, start + 3600.0, LONDON)
    local = [f"{datetime.fromtimestamp(since, LONDON):%m-%d %H:%M}" for since, _ in found]
    assert local == ["11-01 10:00", "10-25 10:00", "10-18 10:00", "10-11 10:00", "11-07 10:00"]
    assert found[0][0] == start - WEEK_S
    assert found[2][0] == start - 3 * WEEK_S - 3600.0


def test_past_weeks_come_again_on_average() -> None:
    last = [order(AT - WEEK_S + 60.0 * minute) for minute in range(0, 240, 2)]
    before = [order(AT - 2 * WEEK_S + 60.0 * minute, OrderClass.DISCHARGE) for minute in range(0, 240, 4)]
    found = expected([last, before, [], [], []])
    draws = [draw(found, Question(), seed) for seed in range(1, 41)]
    mean = sum(len(each) for each in draws) / len(draws)
    assert 80 <= mean <= 100
    assert {placed.order_class for each in draws for placed in each} == {OrderClass.ROUTINE, OrderClass.DISCHARGE}
    assert all(AT <= (placed.placed_at or 0.0) < UNTIL for each in draws for placed in each)
    discharge = next(placed for each in draws for placed in each if placed.order_class is OrderClass.DISCHARGE)
    assert discharge.due_at == (discharge.placed_at or 0.0) + 5400.0


def test_a_seed_draws_the_same_and_a_factor_only_adds() -> None:
    found = expected([[order(AT - WEEK_S + 60.0 * minute) for minute in range(0, 240, 2)], [], [], [], []])
    plain, again = draw(found, Question(), 3), draw(found, Question(), 3)
    more = draw(found, Question(orders=1.5), 3)
    assert plain == again
    assert Counter(placed.placed_at for placed in plain) <= Counter(placed.placed_at for placed in more)
    assert len(more) > len(plain)
    assert draw(found, Question(orders=0.0), 3) == []
    assert draw(found, Question(), 4) != plain


def test_more_discharges_are_only_that() -> None:
    week = [order(AT - WEEK_S + 60.0 * minute) for minute in range(0, 240, 2)]
    week += [order(AT - WEEK_S + 60.0 * minute, OrderClass.DISCHARGE) for minute in range(0, 240, 2)]
    found = expected([week, [], [], [], []])
    plain, more = (draw(found, question, 1) for question in (Question(), Question(discharges=2.0)))

    def of(orders: list, order_class: OrderClass) -> int:  # type: ignore[type-arg]
        return sum(placed.order_class is order_class for placed in orders)

    assert of(more, OrderClass.ROUTINE) == of(plain, OrderClass.ROUTINE)
    assert of(more, OrderClass.DISCHARGE) > 1.5 * of(plain, OrderClass.DISCHARGE)


def test_without_past_weeks_the_last_day_is_scaled_by_the_hours_of_a_day() -> None:
    """30 % of a day comes between midnight and 10:30 (6 + 2 + 4 + 8 + 10 of 100 till ten, and half of the next)."""
    day = [order(AT - 10.5 * 3600.0 + 60.0 * minute) for minute in range(0, 630, 9)]
    found = expected([*NOTHING[:4], day])
    mean = sum(mean for slot in found.slots for _, mean in slot.means)
    assert "No past week" in found.basis
    assert len(found.slots) == 5
    assert 60 <= mean <= 100
    assert all(mean > 0.0 for slot in found.slots for _, mean in slot.means)
    assert abs(len(draw(found, Question(), 1)) - mean) < 4 * mean**0.5


def test_a_new_centre_goes_by_its_robots_and_stock_lists() -> None:
    lists = tuple(StockListLine(f"W{ward}", f"G{line}", 1, 5, 1) for ward in range(3) for line in range(4))
    found = expected(NOTHING, lists)
    drawn = draw(found, Question(), 1)
    lines = sum(len(placed.lines) for placed in drawn)
    assert "No orders to go by" in found.basis
    assert {placed.destination for placed in drawn} == {"W0", "W1", "W2"}
    assert 3000 < lines < 4800


def test_with_nothing_at_all_it_says_so() -> None:
    found = expected(NOTHING)
    assert draw(found, Question(), 1) == []
    assert "only what is ordered already" in found.basis


@pytest.mark.parametrize("share", [1.0, 2.0])
def test_enough_packs_are_set_aside_for_what_may_be_drawn(share: float) -> None:
    week = [order(AT - WEEK_S + 60.0 * minute, gtin=f"G{minute % 7}") for minute in range(0, 240, 2)]
    found = expected([week, [], [], [], []])
    enough = found.packs(share)
    for seed in range(1, 21):
        wanted: Counter[str] = Counter()
        for placed in draw(found, replace(Question(), orders=share), seed):
            for line in placed.lines:
                wanted[line.gtin] += line.quantity
        assert all(wanted[gtin] <= enough[gtin] for gtin in wanted)
