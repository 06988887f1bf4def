"""What orders are to be expected: those of the same hours in past weeks, or the profile of a day, scaled to the centre.

The weeks are compared by local time. An hour that no past week has seen is filled from the last day's orders as
patterns, in numbers that follow the hour weights of DOMAIN.md section 6; a centre that has seen next to no order
at all gets the numbers of DOMAIN.md Table A by its robots, with patterns from its stock lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from controller.domain.order import Order, OrderClass
from controller.domain.site import StockListLine

WEEKS = 4
HOUR_S, DAY_S = 3600.0, 86_400.0
ENOUGH_ORDERS = 20
"""From fewer patterns nothing is concluded about a day."""

HOUR_WEIGHTS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 10, 9, 8, 8, 8, 6, 4, 2, 1, 1, 1, 1, 1)
"""Per cent of a day's orders in each local hour (DOMAIN.md 6)."""
WEEKDAY_WEIGHTS = (1.25, 1.15, 1.15, 1.15, 1.25, 0.55, 0.50)
"""Monday first (DOMAIN.md 6)."""
DISCHARGE_HOURS = range(9, 18)
"""Patients go home by day; the peak is 11 to 16 h (DOMAIN.md 6)."""
DISCHARGE_LINES_SHARE = 0.08
LINES_A_DISCHARGE = 5.7
LINES_A_DAY_AND_ROBOT = 7_000 / 9
LINES_AN_ORDER = 8
DISCHARGE_DUE_S = 2 * HOUR_S
"""DOMAIN.md Table A."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """An order that may come again."""

    order_class: OrderClass
    destination: str
    due_after_s: float | None
    """discharge"""
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """What one past week saw in the hour: (seconds into the hour, order)."""

    orders: tuple[tuple[float, Pattern], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour of the forecast, or what there is of it: either past weeks, or numbers and patterns by class."""

    from_at: float
    length_s: float
    weeks: tuple[Week, ...] = ()
    means: tuple[tuple[OrderClass, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What may be ordered in the time of a forecast."""

    slots: tuple[Slot, ...]
    patterns: tuple[tuple[OrderClass, tuple[Pattern, ...]], ...]
    """For slots with `means`."""
    basis: str
    """Where it comes from, in a sentence."""

    def packs(self, share: float) -> dict[str, int]:
        """Packs of each product that may be wanted: three times what is expected, and some; `share` is a factor."""
        expected: dict[str, float] = {}
        for slot in self.slots:
            for week in slot.weeks:
                for _, pattern in week.orders:
                    for gtin, packs in pattern.lines:
                        expected[gtin] = expected.get(gtin, 0.0) + packs / len(slot.weeks)
        patterns = dict(self.patterns)
        for slot in self.slots:
            for order_class, mean in slot.means:
                found = patterns.get(order_class, ())
                for pattern in found:
                    for gtin, packs in pattern.lines:
                        expected[gtin] = expected.get(gtin, 0.0) + packs * mean / len(found)
        return {gtin: int(3.0 * share * packs) + SPARE_PACKS for gtin, packs in expected.items()}


SPARE_PACKS = 12
"""Of a product that is seldom ordered, a draw may well have three times what is expected."""


def windows(from_at: float, until_at: float, zone: ZoneInfo) -> list[tuple[float, float]]:
    """The same local time in each of the past weeks, the last first; after them the day before the forecast."""
    start, end = datetime.fromtimestamp(from_at, zone), datetime.fromtimestamp(until_at, zone)
    weeks = [timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    return [*((_instant(start - back), _instant(end - back)) for back in weeks), (from_at - DAY_S, from_at)]


def expect(
    past: Sequence[Sequence[Order]],
    from_at: float,
    until_at: float,
    zone: ZoneInfo,
    *,
    stock_lists: Sequence[StockListLine],
    robots: int,
) -> Expectation:
    """From the orders of each of `windows`, in their order."""
    *weeks, last_day = past
    seen = [orders for orders in weeks if orders]
    if seen:
        shifts = [
            from_at - window[0]
            for window, orders in zip(windows(from_at, until_at, zone), weeks, strict=False)
            if orders
        ]
        slots = tuple(_slot_of_weeks(seen, shifts, at, length_s) for at, length_s in _hours(from_at, until_at))
        many = "the same hours of last week" if len(seen) == 1 else f"the same hours of the last {len(seen)} weeks seen"
        return Expectation(slots, (), f"Orders are expected as in {many}.")
    if len(last_day) >= ENOUGH_ORDERS:
        patterns = [_pattern(order) for order in last_day]
        lines_a_day = _scaled_to_a_day(last_day, from_at, zone)
        basis = "No past week to go by: orders are expected like those of the last day, by the usual hours of a day."
    else:
        patterns = _from_stock_lists(stock_lists)
        weekday = datetime.fromtimestamp(from_at, zone).weekday()
        lines_a_day = LINES_A_DAY_AND_ROBOT * robots * WEEKDAY_WEIGHTS[weekday] / (sum(WEEKDAY_WEIGHTS) / 7.0)
        basis = "No orders to go by yet: numbers are those usual for so many robots, products those of the stock lists."
    return _by_profile(patterns, lines_a_day, from_at, until_at, zone, basis)


def _hours(from_at: float, until_at: float) -> list[tuple[float, float]]:
    """(from, length) of the parts of whole hours."""
    found: list[tuple[float, float]] = []
    at = from_at
    while at < until_at:
        next_at = min(at - at % HOUR_S + HOUR_S, until_at)
        found.append((at, next_at - at))
        at = next_at
    return found


def _slot_of_weeks(weeks: Sequence[Sequence[Order]], shifts: Sequence[float], at: float, length_s: float) -> Slot:
    return Slot(
        at,
        length_s,
        weeks=tuple(
            Week(
                tuple(
                    (order.placed_at + shift - at, _pattern(order))
                    for order in orders
                    if at <= order.placed_at + shift < at + length_s
                )
            )
            for orders, shift in zip(weeks, shifts, strict=True)
        ),
    )


def _pattern(order: Order) -> Pattern:
    discharge = order.order_class is OrderClass.DISCHARGE
    return Pattern(
        order.order_class,
        order.destination,
        max(0.0, order.due_at - order.placed_at) if discharge else None,
        tuple((line.gtin, line.ordered) for line in order.lines),
    )


def _scaled_to_a_day(orders: Sequence[Order], until_at: float, zone: ZoneInfo) -> float:
    """Lines of a day like the one that begins the forecast, from the part of a day that has been seen."""
    first_at = min(order.placed_at for order in orders)
    seen = sum(length_s / HOUR_S * _weight(at, zone) for at, length_s in _hours(first_at, until_at))
    lines = sum(len(order.lines) for order in orders)
    weekday = datetime.fromtimestamp(until_at, zone).weekday()
    return lines / max(seen, 0.01) * WEEKDAY_WEIGHTS[weekday]


def _weight(at: float, zone: ZoneInfo) -> float:
    """Share of a plain day's orders that fall into the local hour, by weekday."""
    local = datetime.fromtimestamp(at, zone)
    return HOUR_WEIGHTS[local.hour] / sum(HOUR_WEIGHTS) * WEEKDAY_WEIGHTS[local.weekday()]


def _by_profile(
    patterns: Sequence[Pattern], lines_a_day: float, from_at: float, until_at: float, zone: ZoneInfo, basis: str
) -> Expectation:
    """Discharges by their own hours and share, whatever the last day had: it may have been a night."""
    if not patterns:
        return Expectation((), (), "No orders and no stock lists to go by: only what is ordered already is looked at.")
    others = [pattern for pattern in patterns if pattern.order_class is not OrderClass.DISCHARGE] or list(patterns)
    going_home = [pattern for pattern in patterns if pattern.order_class is OrderClass.DISCHARGE] or [
        Pattern(OrderClass.DISCHARGE, pattern.destination, DISCHARGE_DUE_S, pattern.lines[: int(LINES_A_DISCHARGE)])
        for pattern in others
    ]
    lines_each = sum(len(pattern.lines) for pattern in others) / len(others)
    orders_a_day = (1.0 - DISCHARGE_LINES_SHARE) * lines_a_day / lines_each
    home_a_day = DISCHARGE_LINES_SHARE * lines_a_day / LINES_A_DISCHARGE
    home_weights = sum(HOUR_WEIGHTS[hour] for hour in DISCHARGE_HOURS)
    slots: list[Slot] = []
    for at, length_s in _hours(from_at, until_at):
        hour = datetime.fromtimestamp(at, zone).hour
        part = length_s / HOUR_S * HOUR_WEIGHTS[hour]
        home = home_a_day * part / home_weights if hour in DISCHARGE_HOURS else 0.0
        slots.append(
            Slot(
                at,
                length_s,
                means=(
                    (OrderClass.ROUTINE, orders_a_day * part / sum(HOUR_WEIGHTS)),
                    (OrderClass.DISCHARGE, home),
                ),
            )
        )
    return Expectation(
        tuple(slots), ((OrderClass.ROUTINE, tuple(others)), (OrderClass.DISCHARGE, tuple(going_home))), basis
    )


def _from_stock_lists(stock_lists: Sequence[StockListLine]) -> list[Pattern]:
    by_destination: dict[str, list[tuple[str, int]]] = {}
    for line in stock_lists:
        found = by_destination.setdefault(line.destination, [])
        if len(found) < LINES_AN_ORDER:
            found.append((line.gtin, max(1, (line.high - line.low) // 2)))
    return [
        Pattern(OrderClass.ROUTINE, destination, None, tuple(lines)) for destination, lines in by_destination.items()
    ]


def _instant(local: datetime) -> float:
    return local.astimezone(UTC).timestamp()
