"""A forward run over all open orders: what stands between a turn and the next every few minutes."""

import pytest
from rich.console import Console

from controller.domain.order import OrderClass
from controller.rehearsal.link import Draw
from controller.scheduling.forward import run
from controller.scheduling.picture import OpenOrder, Part, Picture, Source, Station
from controller.scheduling.times import LearnedTimes
from tests.bench.comparison import compare

NOW = 1_000_000.0
CLASSES = (OrderClass.DISCHARGE, OrderClass.URGENT, *[OrderClass.ROUTINE] * 8)
PACKS_AN_ORDER = 17
"""Of the shared week, in the mean."""


@pytest.mark.parametrize("orders", [30, 300])
def test_running_ahead(orders: int) -> None:
    console = Console(width=120)
    picture = _picture(orders)
    compare(
        console,
        f"forward run of {orders} open orders, {PACKS_AN_ORDER} packs each (baseline: until one is gathered)",
        lambda: run(picture),
        lambda: run(picture, 1),
        1,
    )


def _picture(orders: int) -> Picture:
    draw = Draw(7)

    def pick(count: int) -> int:
        return int(draw.next() * count)

    def part(line: int) -> Part:
        robot = pick(8)
        places = (f"robot:R{robot + 1}", f"robot:R{(robot + 3) % 8 + 1}") if pick(5) else ("area:MANUAL-A",)
        return Part(line, 1 + pick(3), 30.0, tuple((place, 9) for place in sorted(places)))

    def order(number: int) -> OpenOrder:
        lines = tuple(part(line) for line in range(1, PACKS_AN_ORDER // 2 + 1))
        return OpenOrder(number, CLASSES[pick(len(CLASSES))], NOW + 3600.0 + pick(14_400), lines)

    return Picture(
        now=NOW,
        orders=tuple(order(number) for number in range(1, orders + 1)),
        sources=(*(Source(f"robot:R{n}", (NOW,), 3) for n in range(1, 9)), Source("area:MANUAL-A", (NOW,) * 6, 30)),
        check=Station("CHECK", (), (6,)),
        dock=Station("DOCK", (), (4,)),
        times=LearnedTimes(),
    )
