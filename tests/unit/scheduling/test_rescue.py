"""The cheapest thing that would make a late order on time, as a table; and what it waits for, in words."""

from dataclasses import replace

import pytest

from controller.domain.order import OrderClass
from controller.domain.timing import Timing
from controller.scheduling.forward import run
from controller.scheduling.gathering import IN_DOUBT, NO_PLACE, NO_STOCK, UNDER_WAY
from controller.scheduling.picture import OpenOrder, Part, Picture, Source, Station
from controller.scheduling.rescue import LONGEST_HOLD_S, Late, cause_in_words, cheapest
from controller.scheduling.times import LearnedTimes

NOW = 1_000_000.0
R1, R7, SHELF = "robot:R1", "robot:R7", "area:MANUAL-A"
HOUR_S = 3600.0


def _order(number: int, *parts: Part, order_class: OrderClass = OrderClass.ROUTINE) -> OpenOrder:
    return OpenOrder(number, order_class, NOW + 600.0, parts)


def _part(line: int, packs: int, *holders: str) -> Part:
    return Part(line, packs, 30.0, tuple((name, 99) for name in sorted(holders)))


BUSY = tuple(_order(number, _part(1, 30, R1), order_class=OrderClass.DISCHARGE) for number in range(11, 16))
"""R1 has work for more than twenty minutes that goes before a routine order."""


def _picture(order: OpenOrder, *others: OpenOrder, down_s: float = 0.0) -> Picture:
    return Picture(
        now=NOW,
        orders=(order, *others),
        sources=(
            Source(R1, (NOW + down_s,), 3, down=down_s > 0.0),
            Source(R7, (NOW,), 3),
            Source(SHELF, (NOW, NOW), 30),
        ),
        check=Station("CHECK", (), (4,)),
        dock=Station("DOCK", (), (4,)),
        times=LearnedTimes(),
    )


def _rescue(picture: Picture, *, in_s: float, by_van: bool = True, fed_at: float | None = None) -> str | None:
    order = picture.orders[0]
    outcome = run(picture)[order.number]
    assert outcome.loaded_at > NOW + in_s, "it is not late"
    return cheapest(picture, Late(order, outcome, NOW + in_s, by_van, fed_at))


def test_an_order_behind_others_is_put_first() -> None:
    assert _rescue(_picture(_order(1, _part(1, 3, R1)), *BUSY), in_s=300.0) == "put it first at R1"


def test_packs_at_goods_in_are_fed_first() -> None:
    waiting = replace(_order(1), awaited=2, stock_at=NOW + HOUR_S)
    assert _rescue(_picture(waiting), in_s=600.0, fed_at=NOW + 90.0) == "feed its packs at goods-in before all others"


SLOW = LearnedTimes([Timing("R1", "pack", "0", 50, 120.0, 1.0, NOW)])
"""R1 takes two minutes a pack. It pulls like the others, as work that waits helps nobody."""


def test_a_line_is_taken_from_a_faster_robot() -> None:
    picture = replace(_picture(_order(1, _part(2, 4, R1, R7))), times=SLOW)
    assert _rescue(picture, in_s=240.0) == "take line 2 from R7"


def test_a_line_is_picked_by_hand_where_no_robot_is_fast_enough() -> None:
    """Whoever picks at the shelf is busy for a moment, and the slow robot gets hold of the line first."""
    picture = replace(_picture(_order(1, _part(1, 1, R7), _part(3, 4, R1, SHELF))), times=SLOW)
    robots = tuple(source for source in picture.sources if source.robot)
    picture = replace(picture, sources=(*robots, Source(SHELF, (NOW + 20.0,), 30)))
    assert _rescue(picture, in_s=240.0) == "pick line 3 by hand at MANUAL-A"


def test_the_van_is_held_for_minutes_and_no_longer() -> None:
    stopped = _picture(_order(1, _part(1, 1, R1)), down_s=1000.0)
    loaded_s = run(stopped)[1].loaded_at - NOW
    assert _rescue(stopped, in_s=loaded_s - 200.0) == "hold the van 4 minutes"
    assert _rescue(stopped, in_s=loaded_s - 30.0) == "hold the van 1 minute"
    assert _rescue(stopped, in_s=loaded_s - LONGEST_HOLD_S - 1.0) is None
    assert _rescue(stopped, in_s=loaded_s - 200.0, by_van=False) is None


def test_what_is_gathered_goes_alone_where_nothing_else_helps() -> None:
    order = replace(_order(1, _part(1, 1, R1)), gathered=5)
    stopped = _picture(order, down_s=2 * HOUR_S)
    assert _rescue(stopped, in_s=600.0) == "send what is gathered with its van, the rest with the next one"
    by_courier = _rescue(stopped, in_s=600.0, by_van=False)
    assert by_courier == "send what is gathered now, the rest by a second courier, if the ward agrees"


def test_nothing_helps_where_nothing_is_there() -> None:
    stopped = _picture(_order(1, _part(1, 1, R1)), down_s=2 * HOUR_S)
    assert _rescue(stopped, in_s=600.0) is None


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (R1, "R1 is out of service"),
        (R7, "R7 has other work first"),
        (SHELF, "picking by hand at MANUAL-A is behind"),
        ("CHECK", "totes queue at CHECK"),
        (NO_STOCK, "it waits for stock"),
        (IN_DOUBT, "a pack of it is in doubt"),
        (UNDER_WAY, "packs of it are still under way"),
        (NO_PLACE, "no place for another order's totes is free"),
    ],
)
def test_causes_in_words(cause: str, words: str) -> None:
    assert cause_in_words(cause, _picture(_order(1), down_s=60.0)) == words
