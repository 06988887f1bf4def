"""Packs outside the robots: goods-in, the manual areas, and the totes that people fill."""

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from simulator.site import StockLine

GOODS_IN = "GOODS-IN"

Lot = tuple[str, str, str]
"""gtin, batch, expiry: people tell packs apart no further."""


class FloorAct(enum.StrEnum):
    PUT = "put"
    TAKE = "take"
    FEED = "feed"
    ARRIVAL = "arrival"
    CLEAR = "clear"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class FloorEntry:
    """One thing that people did.

    `place` is a robot for a feed, a cleared chute and what was set aside at a reject lane; a delivery note for an
    arrival.
    """

    act: FloorAct
    place: str
    lot: Lot = ("", "", "")
    packs: int = 1


class FloorLog(Protocol):
    """Where the floor keeps its own account, so that a restarted simulator knows where the packs are."""

    def append(self, entry: FloorEntry) -> None: ...


class NoFloorLog:
    """For a centre that is not continued."""

    def append(self, entry: FloorEntry) -> None:
        return


class Floor:
    """Counts of each lot at each place; a person finds a pack or does not."""

    def __init__(self, manual_stock: Iterable[StockLine], log: FloorLog, past: Iterable[FloorEntry] = ()) -> None:
        self._log = log
        self._lots: dict[str, Counter[Lot]] = {GOODS_IN: Counter()}
        self._arrivals: set[str] = set()
        self.fed: dict[str, Counter[Lot]] = {}
        """All that people ever put on the input belt of each robot and left there; what they put back counts once."""
        self.cleared: dict[str, Counter[Lot]] = {}
        """All that people ever took out of the chute of each robot."""
        for line in manual_stock:
            lots = self._lots.setdefault(line.place, Counter())
            lots[line.gtin, line.batch, line.expiry] += line.quantity
        for entry in past:
            self._apply(entry)

    def put(self, place: str, lot: Lot, packs: int = 1) -> None:
        self._write(FloorEntry(FloorAct.PUT, place, lot, packs))

    def arrive(self, arrival: str) -> bool:
        """Note that the lorry was unloaded; False where it was already."""
        if arrival in self._arrivals:
            return False
        self._write(FloorEntry(FloorAct.ARRIVAL, arrival))
        return True

    def feed(self, robot: str, lot: Lot) -> None:
        """Note that one pack of the lot is on the robot's input belt now."""
        self._write(FloorEntry(FloorAct.FEED, robot, lot))

    def clear(self, robot: str, lot: Lot) -> None:
        """Note that one pack of the lot was taken out of the robot's chute."""
        self._write(FloorEntry(FloorAct.CLEAR, robot, lot))

    def set_aside(self, robot: str, lot: Lot) -> None:
        """Note that one pack of the lot was taken off the robot's reject lane for good."""
        self._write(FloorEntry(FloorAct.SET_ASIDE, robot, lot))

    def take(self, place: str, lot: Lot) -> bool:
        """One pack of the lot from the place; False where none is there."""
        lots = self._lots.get(place)
        if lots is None or lots[lot] <= 0:
            return False
        self._write(FloorEntry(FloorAct.TAKE, place, lot))
        return True

    def _write(self, entry: FloorEntry) -> None:
        self._log.append(entry)
        self._apply(entry)

    def _apply(self, entry: FloorEntry) -> None:
        match entry.act:
            case FloorAct.PUT:
                self._lots.setdefault(entry.place, Counter())[entry.lot] += entry.packs
            case FloorAct.TAKE:
                self._lots[entry.place][entry.lot] -= entry.packs
            case FloorAct.FEED:
                self.fed.setdefault(entry.place, Counter())[entry.lot] += entry.packs
            case FloorAct.SET_ASIDE:
                self.fed[entry.place][entry.lot] -= entry.packs
            case FloorAct.CLEAR:
                self.cleared.setdefault(entry.place, Counter())[entry.lot] += entry.packs
            case FloorAct.ARRIVAL:
                self._arrivals.add(entry.place)

    def count(self, place: str, lot: Lot) -> int:
        lots = self._lots.get(place)
        return 0 if lots is None else lots[lot]
