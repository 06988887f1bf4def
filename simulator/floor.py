"""Packs outside the robots: goods-in, the manual areas, and the totes that people fill."""

from collections import Counter, deque
from collections.abc import Iterable

from simulator.hardware.pack import Pack
from simulator.site import StockLine

GOODS_IN = "GOODS-IN"

Lot = tuple[str, str, str]
"""gtin, batch, expiry: people tell packs apart no further."""


class Floor:
    """Counts of each lot at each place; a person finds a pack or does not."""

    def __init__(self, manual_stock: Iterable[StockLine]) -> None:
        self._lots: dict[str, Counter[Lot]] = {GOODS_IN: Counter()}
        for line in manual_stock:
            lots = self._lots.setdefault(line.place, Counter())
            lots[line.gtin, line.batch, line.expiry] += line.quantity

    def put(self, place: str, lot: Lot, packs: int = 1) -> None:
        self._lots.setdefault(place, Counter())[lot] += packs

    def take(self, place: str, lot: Lot) -> bool:
        """One pack of the lot from the place; False where none is there."""
        lots = self._lots.get(place)
        if lots is None or lots[lot] <= 0:
            return False
        lots[lot] -= 1
        return True

    def count(self, place: str, lot: Lot) -> int:
        lots = self._lots.get(place)
        return 0 if lots is None else lots[lot]


def relabel(lane: deque[Pack]) -> Pack | None:
    """Take the oldest pack of a reject lane, read it by eye and label it; None where the lane is empty."""
    if not lane:
        return None
    pack = lane.popleft()
    pack.labelled = True
    return pack
