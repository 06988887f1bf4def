"""The first half of a forward run: sources pull tours, by the same index as the live ones, until nothing is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf

from controller.domain.order import OrderClass
from controller.domain.work import WorkKind
from controller.scheduling.dispatch import Dispatch, Standing
from controller.scheduling.picture import BELT_S, OpenOrder, Picture, Source

FIRST_WEIGHT = 1e6
"""Of an order that a person has put before all others: more than lateness adds in any night."""

NO_STOCK = "stock"
UNDER_WAY = "under way"
IN_DOUBT = "in doubt"
NO_PLACE = "no collation place"

_FEW = 3
"""Packs of a usual tour or round: what its fixed part is shared by."""


@dataclass(slots=True)
class Gathered:
    """When an order's last pack is in its tote, and what it waited for."""

    at: float
    cause: str
    waited_s: float


@dataclass(slots=True)
class _Wanted:
    """What an order still lacks while the run goes on: packs by part, and by part and source."""

    order: OpenOrder
    weight: float
    left: list[int]
    held: list[dict[str, int]]
    each_s: list[dict[str, float]]
    """What one pack of the part costs each source."""
    places: dict[str, list[int]]
    """Parts that each source has, or had."""

    def standing(self, wanted_at: float) -> Standing:
        """Its work is shared fairly between the holders of each part."""
        shares: dict[str, float] = {}
        for left, held, each_s in zip(self.left, self.held, self.each_s, strict=True):
            for name in held:
                shares[name] = shares.get(name, 0.0) + left * each_s[name] / len(held)
        return Standing(self.order.number, self.weight, wanted_at, sum(self.left), shares)

    def take(self, place: int, name: str, packs: int) -> None:
        """The source fetches packs of a part; who has none left of it is no holder any more."""
        self.left[place] -= packs
        self.held[place][name] -= packs
        if not self.left[place]:
            self.held[place] = {}
        elif not self.held[place][name]:
            del self.held[place][name]

    def tour(self, name: str, limit: int) -> list[tuple[int, int]]:
        """(part, packs) that the source takes in one tour."""
        taken: list[tuple[int, int]] = []
        for place in self.places[name]:
            held = self.held[place].get(name)
            if held is not None:
                packs = min(self.left[place], held, limit)
                taken.append((place, packs))
                limit -= packs
                if not limit:
                    break
        return taken


class Gathering:
    """One run over a picture; `done` is filled as it goes."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.done = {order.number: _begin(picture, order) for order in picture.orders}
        self._sources = {source.name: source for source in picture.sources}
        self._dispatch = Dispatch(picture.policy)
        self._wanted: dict[int, _Wanted] = {}
        self._begun = {order.number for order in picture.orders if order.begun}
        self._held: dict[int, None] = {}
        """Orders that wait for a collation place."""
        self._free: list[tuple[float, str, int]] = []
        self._idle: dict[str, list[int]] = {}
        self._landings: list[tuple[float, int]] = []
        """When each order that has a place gives it back."""
        for order in picture.orders:
            if order.parts:
                self._wanted[order.number] = wants = _wanted(picture, self._sources, order)
                self._put(wants)
            elif order.begun:
                self._landings.append((max(picture.now, order.under_way_until), order.number))
        heapify(self._landings)

    def run(self, only: int | None = None) -> None:
        """Until everything is gathered, or `only` is."""
        now = self.picture.now
        self._free = [
            (max(at, now), source.name, place)
            for source in self.picture.sources
            for place, at in enumerate(source.free_at)
        ]
        heapify(self._free)
        while self._wanted and (only is None or only in self._wanted):
            at = self._free[0][0] if self._free else inf
            if self._landings and self._landings[0][0] <= at:
                self._free_place(*heappop(self._landings))
            elif self._free:
                _, name, place = heappop(self._free)
                ends_at = self._pull(self._sources[name], at)
                if ends_at is None:
                    self._idle.setdefault(name, []).append(place)
                else:
                    heappush(self._free, (ends_at, name, place))
            else:
                return

    def gathered(self, number: int) -> bool:
        return number not in self._wanted

    def _put(self, wants: _Wanted) -> None:
        self._dispatch.put(wants.standing(wants.order.target_at - self.picture.loading_lead_s))

    def _pull(self, source: Source, now: float) -> float | None:
        """The source begins its best tour; when it is free again, or None where there is nothing for it now."""
        name, made = source.name, dict[int, list[tuple[int, int]]]()

        def tour(standing: Standing) -> list[tuple[int, int]] | None:
            if not self._may_begin(standing.number):
                self._held[standing.number] = None
                return None
            taken = made[standing.number] = self._wanted[standing.number].tour(name, source.limit)
            return taken or None

        def rivals(standing: Standing) -> list[str]:
            held, taken = self._wanted[standing.number].held, made[standing.number]
            return [
                other
                for other in standing.shares
                if other != name and not self._sources[other].down and all(other in held[place] for place, _ in taken)
            ]

        choice = self._dispatch.choose(name, now, tour, rivals)
        if choice is None:
            return None
        wants = self._wanted[choice.standing.number]
        heights: list[float] = []
        for place, packs in choice.tour:
            wants.take(place, name, packs)
            heights += [wants.order.parts[place].height_mm] * packs
        took_s = _took_s(self.picture, source, heights)
        took_s /= 1.0 - self.picture.outranked.get(wants.order.order_class, 0.0)
        self._landed(wants, source, now + took_s + (BELT_S if source.robot else 0.0))
        return now + took_s

    def _landed(self, wants: _Wanted, source: Source, in_tote_at: float) -> None:
        """The packs of a tour are in the tote at `in_tote_at`."""
        number = wants.order.number
        found = self.done[number]
        if in_tote_at > found.at:
            cause = NO_PLACE if number in self._held else source.name
            found.at, found.cause, found.waited_s = in_tote_at, cause, in_tote_at - self.picture.now
        self._begun.add(number)
        if any(wants.left):
            self._put(wants)
            return
        self._dispatch.drop(number)
        del self._wanted[number]
        self._held.pop(number, None)
        heappush(self._landings, (in_tote_at, number))

    def _may_begin(self, number: int) -> bool:
        if number in self._begun:
            return True
        routine = self._wanted[number].order.order_class is OrderClass.ROUTINE
        return len(self._begun) < (self.picture.places_routine if routine else self.picture.places)

    def _free_place(self, at: float, number: int) -> None:
        """The order's place is free: the most urgent order that waits for one comes back to the queues."""
        self._begun.discard(number)
        waiting = [self._wanted[number].order for number in self._held if number not in self._begun]
        if not waiting:
            return
        order = min(waiting, key=urgency)
        wants = self._wanted[order.number]
        self._put(wants)
        for name in sorted(wants.places):
            for place in self._idle.pop(name, ()):
                heappush(self._free, (at, name, place))


def urgency(order: OpenOrder) -> tuple[bool, float, int]:
    """As people's work is given out: discharge and urgent before routine, then by the moment it is due."""
    return (order.order_class is OrderClass.ROUTINE, order.target_at, order.number)


def pack_s(picture: Picture, source: Source, height_mm: float) -> float:
    """What one more pack costs the source in a usual tour."""
    if source.robot:
        return picture.times.pack_s(source.place, height_mm)
    return picture.times.work_s(source.place, WorkKind.HAND_PICK, _FEW) / _FEW / len(source.free_at)


def _took_s(picture: Picture, source: Source, heights: Sequence[float]) -> float:
    if source.robot:
        return picture.times.tour_s(source.place, heights)
    return picture.times.work_s(source.place, WorkKind.HAND_PICK, len(heights))


def _begin(picture: Picture, order: OpenOrder) -> Gathered:
    """What is known before anything is pulled: packs under way and lines that wait for stock."""
    at = max(picture.now, order.under_way_until, order.stock_at)
    if order.stock_at > max(picture.now, order.under_way_until):
        return Gathered(at, NO_STOCK, order.stock_at - picture.now)
    return Gathered(at, order.under_way_at or UNDER_WAY, at - picture.now)


def _wanted(picture: Picture, sources: dict[str, Source], order: OpenOrder) -> _Wanted:
    places: dict[str, list[int]] = {}
    for place, part in enumerate(order.parts):
        for name, _ in part.holders:
            places.setdefault(name, []).append(place)
    return _Wanted(
        order,
        FIRST_WEIGHT if order.first else picture.policy.weights[order.order_class],
        [part.packs for part in order.parts],
        [dict(part.holders) for part in order.parts],
        [{name: pack_s(picture, sources[name], part.height_mm) for name, _ in part.holders} for part in order.parts],
        places,
    )
