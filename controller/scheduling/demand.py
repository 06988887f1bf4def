"""How many packs of each product leave a day: what put-away and rebalancing call a fast mover.

The wards' stock lists say it before the first order has come (each list is topped up once a week, by the difference
of its two levels); what is ordered then counts more and more, and what was ordered long ago less and less.
"""

import math
from collections.abc import Iterable

from controller.domain.site import StockListLine

DAY_S = 86_400.0
HALF_LIFE_DAYS = 14.0
"""A day's orders count half after two weeks: a change of use shows within a month, one odd Monday does not."""
LISTS_WEIGH_DAYS = 7.0
"""The stock lists count as much as one week of orders."""
KEPT_DAYS = 56
"""Orders older than four half-lives change nothing any more; a start need not read them."""

_FADE: float = 0.5 ** (1.0 / HALF_LIFE_DAYS)


class DailyDemand:
    """Packs a day of each product, from orders as they come. Counts by UTC days: a restart gives the same figures."""

    def __init__(self, lists: Iterable[StockListLine] = (), ordered: Iterable[tuple[str, int, int]] = ()) -> None:
        """`ordered` gives (GTIN, day since the epoch, packs) of the last `KEPT_DAYS`, in the order of the days."""
        self._listed: dict[str, float] = {}
        for line in lists:
            self._listed[line.gtin] = self._listed.get(line.gtin, 0.0) + (line.high - line.low) / 7.0
        self._days: dict[str, tuple[int, float, int]] = {}
        self._first_day: int | None = None
        for gtin, day, packs in ordered:
            self._count(gtin, day, packs)

    def add(self, gtin: str, at: float, packs: int) -> None:
        """Somebody has ordered so many packs."""
        self._count(gtin, int(at // DAY_S), packs)

    def daily(self, gtin: str, now: float) -> float:
        """Packs a day that are to be expected now; 0 where no list and no order names the product."""
        today = int(now // DAY_S)
        listed = self._listed.get(gtin, 0.0) * LISTS_WEIGH_DAYS
        if self._first_day is None or today <= self._first_day:
            return listed / LISTS_WEIGH_DAYS
        day, earlier, packs = self._days.get(gtin, (today, 0.0, 0))
        past = earlier if day == today else (earlier + packs) * _faded(today - day)
        observed_days = _FADE * (1.0 - _faded(today - self._first_day)) / (1.0 - _FADE)
        return (listed + past) / (LISTS_WEIGH_DAYS + observed_days)

    def _count(self, gtin: str, day: int, packs: int) -> None:
        self._first_day = day if self._first_day is None else min(self._first_day, day)
        last, earlier, counted = self._days.get(gtin, (day, 0.0, 0))
        if day > last:
            earlier, counted, last = (earlier + counted) * _faded(day - last), 0, day
        self._days[gtin] = (last, earlier, counted + packs)


def _faded(days: int) -> float:
    """What an order counts after so many days."""
    return math.pow(_FADE, days)
