"""Top-up orders from what was counted on the ward's shelf."""

from datetime import date

import pytest

from controller.domain.product import Zone
from controller.domain.site import StockListLine
from controller.scheduling.topup import COUNT_VALID_S, TopUp, due_top_ups

MONDAY = date(2026, 11, 23)
NOW = 1_000_000.0
FLAT, DRUG = "05000000000012", "05000000000050"
Counts = dict[tuple[str, str], tuple[int, float]]


def _line(ward: str = "W1", gtin: str = FLAT, weekday: int = 1, low: int = 3, high: int = 10) -> StockListLine:
    return StockListLine(ward, gtin, low, high, weekday)


def _due(lines: list[StockListLine], counts: Counts, day_ends_at: float = NOW + 3600.0) -> list[TopUp]:
    return due_top_ups(
        lines, counts, lambda gtin: Zone.VAULT if gtin == DRUG else Zone.AMBIENT, MONDAY, NOW, day_ends_at
    )


@pytest.mark.parametrize(
    ("counted", "age_s", "ordered"),
    [
        (0, 0.0, 10),
        (3, 0.0, 7),
        (4, 0.0, None),
        (99, 0.0, None),
        (0, COUNT_VALID_S, 10),
        (0, COUNT_VALID_S + 1.0, None),
    ],
)
def test_what_is_at_or_below_its_minimum_is_filled_up(counted: int, age_s: float, ordered: int | None) -> None:
    due = _due([_line()], {("W1", FLAT): (counted, NOW - age_s)})
    expected = [] if ordered is None else [TopUp("TU-W1-20261123-ambient", "W1", ((FLAT, ordered),))]
    assert due == expected


def test_what_nobody_counted_is_not_ordered() -> None:
    assert _due([_line()], {("W2", FLAT): (0, NOW), ("W1", DRUG): (0, NOW)}) == []


@pytest.mark.parametrize(("weekday", "due"), [(1, True), (2, False), (7, False)])
def test_each_list_has_its_weekday(weekday: int, due: bool) -> None:
    assert bool(_due([_line(weekday=weekday)], {("W1", FLAT): (0, NOW)})) is due


def test_a_minimum_that_is_the_maximum_orders_nothing_when_it_is_reached() -> None:
    assert _due([_line(low=10, high=10)], {("W1", FLAT): (10, NOW)}) == []


def test_zones_travel_apart_and_wards_have_their_own_orders() -> None:
    lines = [_line(), _line(gtin=DRUG), _line("W2"), _line(gtin="05000000000029")]
    counts = {(line.destination, line.gtin): (0, NOW) for line in lines}
    assert [(due.order_ref, len(due.lines)) for due in _due(lines, counts)] == [
        ("TU-W1-20261123-ambient", 2),
        ("TU-W1-20261123-vault", 1),
        ("TU-W2-20261123-ambient", 1),
    ]


def test_the_same_day_gives_the_same_orders_in_whatever_order_the_list_is() -> None:
    lines = [_line(), _line(gtin=DRUG), _line("W2"), _line(gtin="05000000000029")]
    counts = {(line.destination, line.gtin): (0, NOW) for line in lines}
    assert _due(lines, counts) == _due(lines[::-1], counts)


@pytest.mark.parametrize(("counted_at", "due"), [(NOW - 601.0, True), (NOW - 600.0, False), (NOW, False)])
def test_what_was_counted_after_a_day_says_nothing_of_that_day(counted_at: float, due: bool) -> None:
    assert bool(_due([_line()], {("W1", FLAT): (0, counted_at)}, day_ends_at=NOW - 600.0)) is due
