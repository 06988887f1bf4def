"""Work of orders that have not come yet, by class and hour of the day, learned from those that came."""

from collections.abc import Mapping

from controller.domain.order import OrderClass

MOST_OUTRANKED = 0.6
"""More of the sources' time than this is not taken to go to others: then the promise is late, not never."""

OF_ITS_OWN = 0.5
"""Share of an order's own class that is served before it though it comes later: smaller orders, earlier vans."""

_RANKS = (OrderClass.DISCHARGE, OrderClass.URGENT, OrderClass.ROUTINE)


class Arrivals:
    """Seconds of machine work that orders of a class bring in a local hour; the last days count most."""

    def __init__(self) -> None:
        self._by_hour: dict[tuple[OrderClass, int], float] = {}
        self._this_hour: dict[OrderClass, float] = {}
        self._last: dict[OrderClass, float] = {}
        self._hour: int | None = None

    def note(self, order_class: OrderClass, hour: int, work_s: float) -> None:
        """An order came in this local hour (0 to 23) and brings so much work."""
        self.turn(hour)
        self._this_hour[order_class] = self._this_hour.get(order_class, 0.0) + work_s

    def turn(self, hour: int) -> None:
        """The clock shows this hour now: remember the one before."""
        if self._hour is not None and self._hour != hour:
            for order_class in _RANKS:
                came_s = self._this_hour.pop(order_class, 0.0)
                before_s = self._by_hour.get((order_class, self._hour))
                self._by_hour[order_class, self._hour] = came_s if before_s is None else 0.5 * (came_s + before_s)
                self._last[order_class] = came_s
        self._hour = hour

    def outranked(self, hour: int, sources: int) -> Mapping[OrderClass, float]:
        """For each class, the share of the time of so many sources that orders to come will take before one of it.

        An hour of the day that has not been seen is taken to be like the one before it, or as bad as it is already.
        """
        shares: dict[OrderClass, float] = {}
        before_s = 0.0
        for order_class in _RANKS:
            known_s = self._by_hour.get((order_class, hour), self._last.get(order_class, 0.0))
            own_s = max(known_s, self._this_hour.get(order_class, 0.0))
            ahead_s = before_s + OF_ITS_OWN * own_s
            shares[order_class] = min(ahead_s / (3600.0 * max(1, sources)), MOST_OUTRANKED)
            before_s += own_s
        return shares
