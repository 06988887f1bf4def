"""Which tour a source takes next: the order of lines, late binding, and what is stale."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from controller.domain.order import Order, OrderClass, OrderLine
from controller.scheduling.backlog import _SCAN_LIMIT, Backlog, Pull, Tour, priority

GTIN = "05000000000012"
OTHER = "05000000000029"


def _order(
    number: int,
    *packs: int,
    order_class: OrderClass = OrderClass.ROUTINE,
    due_at: float = 10_000.0,
    gtins: Sequence[str] = (GTIN, OTHER),
) -> Order:
    lines = [OrderLine(line, gtins[line - 1], wanted, reserved=wanted) for line, wanted in enumerate(packs, start=1)]
    return Order(f"T{number}", "W1", order_class, 0.0, due_at, None, lines, number)


class _Source:
    """One robot with packs by product, and the orders that are open."""

    def __init__(self, *orders: Order, stock: dict[str, list[str]] | None = None) -> None:
        self.orders = {order.number: order for order in orders}
        self.stock = {GTIN: ["A1", "A2", "A3"], OTHER: ["B1", "B2"]} if stock is None else stock
        self.backlog = Backlog()
        self.forbidden: set[int] = set()
        """Numbers of orders for which FEFO lets nothing go here."""

    def add(self, *orders: Order) -> None:
        for order in orders:
            for line in order.lines:
                self.backlog.add("robot:R1", order, line)

    def pull(self, limit: int = 6) -> Tour | None:
        return self.backlog.pull(
            "robot:R1",
            limit,
            order_of=self.orders.get,
            holds=lambda gtin: bool(self.stock.get(gtin)),
            candidates=lambda order, line, packs: (
                [] if order.number in self.forbidden else self.stock[line.gtin][:packs]
            ),
        )

    def take(self) -> str | None:
        """Pull, and bind everything that was pulled."""
        tour = self.pull()
        if tour is None:
            return None
        order = next(order for order in self.orders.values() if order.order_ref == tour.order_ref)
        for pull in tour.pulls:
            order.lines[pull.line - 1].reserved -= 1
        return tour.order_ref


FOUR = (
    _order(1, 1),
    _order(2, 1, due_at=9_000.0),
    _order(3, 1, order_class=OrderClass.DISCHARGE, due_at=99_000.0),
    _order(4, 1, order_class=OrderClass.URGENT, due_at=98_000.0),
)


@pytest.mark.parametrize("arrival", list(permutations(range(4)))[::5])
def test_discharge_and_urgent_then_due_then_age_in_whatever_order_they_came(arrival: tuple[int, ...]) -> None:
    orders = [_order(order.number, 1, order_class=order.order_class, due_at=order.due_at) for order in FOUR]
    source = _Source(*orders)
    source.add(*(orders[place] for place in arrival))
    assert [source.take() for _ in range(5)] == ["T4", "T3", "T2", "T1", None]


def test_no_two_lines_are_equally_urgent() -> None:
    lines = [(order, line) for order in (_order(1, 1, 1), _order(2, 1, 1)) for line in order.lines]
    keys = [priority(order, line) for order, line in lines]
    assert len(set(keys)) == 4
    assert sorted(keys) == keys


def test_a_tour_is_of_one_order_and_fills_up_with_its_other_lines() -> None:
    first, second = _order(1, 2, 2), _order(2, 1)
    source = _Source(first, second)
    source.add(first, second)
    assert source.pull() == Tour("T1", (Pull(1, "A1"), Pull(1, "A2"), Pull(2, "B1"), Pull(2, "B2")))
    assert source.pull(limit=3) == Tour("T1", (Pull(1, "A1"), Pull(1, "A2"), Pull(2, "B1")))


def test_the_line_that_won_comes_first_in_its_tour() -> None:
    order = _order(1, 1, 1)
    source = _Source(order)
    source.backlog.add("robot:R1", order, order.lines[1])
    assert source.pull() == Tour("T1", (Pull(2, "B1"), Pull(1, "A1")))


def test_no_more_is_taken_than_is_promised() -> None:
    order = _order(1, 3)
    order.lines[0].reserved = 1
    source = _Source(order)
    source.add(order)
    assert source.pull() == Tour("T1", (Pull(1, "A1"),))


def test_nothing_is_bound_before_it_is_pulled() -> None:
    """An order that comes later and is more urgent goes first: the source had not been promised to anybody."""
    routine, urgent = _order(1, 1), _order(2, 1, order_class=OrderClass.URGENT)
    source = _Source(routine, urgent)
    source.add(routine)
    source.add(urgent)
    assert source.take() == "T2"


def test_two_sources_offer_the_same_line_and_one_gets_it() -> None:
    order = _order(1, 1)
    source = _Source(order)
    source.add(order)
    source.backlog.add("robot:R2", order, order.lines[0])
    assert source.take() == "T1"
    assert (
        source.backlog.pull(
            "robot:R2",
            6,
            order_of=source.orders.get,
            holds=lambda gtin: True,
            candidates=lambda order, line, packs: ["C1"],
        )
        is None
    )


@pytest.mark.parametrize("why", ["order gone", "promise gone", "stock gone"])
def test_an_entry_that_has_gone_stale_is_passed_over_and_forgotten(why: str) -> None:
    stale, good = _order(1, 1, gtins=(OTHER,)), _order(2, 1)
    source = _Source(stale, good)
    source.add(stale, good)
    if why == "order gone":
        del source.orders[1]
    elif why == "promise gone":
        stale.lines[0].reserved = 0
    else:
        source.stock[OTHER] = []
    tour = source.pull()
    assert tour is not None
    assert tour.order_ref == "T2"
    assert source.backlog.waiting("robot:R1") == 1


def test_an_entry_that_went_stale_can_be_added_again() -> None:
    order = _order(1, 1)
    source = _Source(order, stock={GTIN: []})
    source.add(order)
    assert source.pull() is None
    source.stock[GTIN] = ["A9"]
    source.add(order)
    assert source.pull() == Tour("T1", (Pull(1, "A9"),))


def test_what_may_not_go_here_now_is_kept_for_the_next_time() -> None:
    first, second = _order(1, 1), _order(2, 1)
    source = _Source(first, second)
    source.add(first, second)
    source.forbidden = {1}
    assert source.take() == "T2"
    source.forbidden = set()
    assert source.take() == "T1"


def test_a_pull_looks_past_a_bounded_number_of_forbidden_entries() -> None:
    orders = [_order(number, 1) for number in range(1, _SCAN_LIMIT + 2)]
    source = _Source(*orders)
    source.add(*orders)
    source.forbidden = set(range(1, _SCAN_LIMIT + 1))
    assert source.pull() is None
    assert source.backlog.waiting("robot:R1") == len(orders)
    source.forbidden.discard(_SCAN_LIMIT)
    tour = source.pull()
    assert tour is not None
    assert tour.order_ref == f"T{_SCAN_LIMIT}"


def test_an_order_whose_urgency_changed_takes_its_new_place() -> None:
    first, second = _order(1, 1, due_at=5_000.0), _order(2, 1)
    source = _Source(first, second)
    source.add(first, second)
    first.due_at = 20_000.0
    assert [source.take() for _ in range(2)] == ["T2", "T1"]


def test_adding_twice_is_adding_once() -> None:
    order = _order(1, 1)
    source = _Source(order)
    source.add(order)
    source.add(order)
    assert source.backlog.waiting("robot:R1") == 1


def test_rebuilt_it_gives_what_it_gave() -> None:
    orders = [_order(order.number, 1, order_class=order.order_class, due_at=order.due_at) for order in FOUR]
    source = _Source(*orders)
    source.add(_order(9, 1))
    entries = [("robot:R1", order, line) for order in reversed(orders) for line in order.lines]
    source.backlog.rebuild([*entries, *entries])
    assert source.backlog.waiting("robot:R1") == 4
    assert [source.take() for _ in range(5)] == ["T4", "T3", "T2", "T1", None]


def test_a_source_of_which_nothing_is_wanted_has_no_tour() -> None:
    assert _Source().pull() is None
