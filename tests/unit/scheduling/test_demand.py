"""What leaves a day, from stock lists and orders."""

import pytest

from controller.domain.site import StockListLine
from controller.scheduling.demand import DAY_S, HALF_LIFE_DAYS, LISTS_WEIGH_DAYS, DailyDemand

MONDAY = 20_000 * DAY_S


def _listed(packs_a_week: int) -> StockListLine:
    return StockListLine("GGH-WA1", "A", 2, 2 + packs_a_week, 1)


def test_the_lists_alone_speak_at_first() -> None:
    demand = DailyDemand([_listed(14), _listed(7)])
    assert demand.daily("A", MONDAY) == pytest.approx(3.0)
    assert demand.daily("B", MONDAY) == 0.0


def test_orders_outweigh_the_lists_in_time() -> None:
    demand = DailyDemand([_listed(7)])
    seen = []
    for day in range(60):
        demand.add("A", MONDAY + day * DAY_S, 10)
        seen.append(demand.daily("A", MONDAY + (day + 1) * DAY_S))
    assert seen == sorted(seen)
    assert seen[6] == pytest.approx((LISTS_WEIGH_DAYS * 1.0 + 7 * 10.0) / (LISTS_WEIGH_DAYS + 7), rel=0.1)
    assert 7.0 < seen[-1] < 9.0


def test_what_was_ordered_long_ago_counts_less() -> None:
    demand = DailyDemand()
    demand.add("A", MONDAY, 28)
    demand.add("B", MONDAY + HALF_LIFE_DAYS * DAY_S, 28)
    now = MONDAY + (HALF_LIFE_DAYS + 1) * DAY_S
    assert demand.daily("B", now) == pytest.approx(2.0 * demand.daily("A", now))


def test_today_counts_when_it_is_over() -> None:
    """A morning is no day: its orders would make every product slow."""
    demand = DailyDemand([_listed(7)])
    demand.add("A", MONDAY + 8 * 3600.0, 10)
    assert demand.daily("A", MONDAY + 9 * 3600.0) == pytest.approx(1.0)
    assert demand.daily("A", MONDAY + DAY_S) > 1.0


def test_a_restart_gives_the_same_figures() -> None:
    running = DailyDemand([_listed(7)])
    rows: dict[tuple[int, str], int] = {}
    for number in range(200):
        gtin, at, packs = "ABC"[number % 3], MONDAY + number * DAY_S / 7, 1 + number % 4
        running.add(gtin, at, packs)
        key = (int(at // DAY_S), gtin)
        rows[key] = rows.get(key, 0) + packs
    again = DailyDemand([_listed(7)], [(gtin, day, packs) for (day, gtin), packs in sorted(rows.items())])
    now = MONDAY + 31 * DAY_S
    for gtin in "ABCD":
        assert again.daily(gtin, now) == running.daily(gtin, now)
