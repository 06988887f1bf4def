"""Chaotic storage: any pack on the nearest free location of its height class."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.hardware.gantry import Gantry, Point
from simulator.hardware.parameters import MachineParameters

_SIDES = "AB"


class NoSpace(Exception):
    """No free location is high enough for the pack."""


@dataclass(frozen=True, slots=True)
class Shelf:
    name: str
    side: int
    y_m: float
    height_class: int


class RackLayout:
    """Geometry shared by robots of one build: shelves, each with the same number of places.

    Shelves are hung when a robot is installed, to suit the packs of its site: `demand` is the largest number of
    packs of each height class that one robot of this build starts with, so that a start stock always fits.
    """

    def __init__(self, parameters: MachineParameters, capacity_packs: int, demand: Sequence[int]) -> None:
        self.capacity_packs = capacity_packs
        self.classes_mm = parameters.height_classes_mm
        self.per_shelf = -(-capacity_packs // parameters.shelves_at_least)
        counts = self._shelf_counts(parameters.shelves_at_least, demand)
        self.shelves = self._hang(parameters, counts)
        columns = -(-self.per_shelf // parameters.channel_depth)
        pitch_m = parameters.rack_length_m / columns
        self._x_m = [(place // parameters.channel_depth + 0.5) * pitch_m for place in range(self.per_shelf)]
        self.by_class = self._nearest_first(Gantry(parameters))
        self.rank = [0] * (len(self.shelves) * self.per_shelf)
        """Of each location within its height class, nearest first."""
        for places in self.by_class:
            for rank, location in enumerate(places):
                self.rank[location] = rank

    def _shelf_counts(self, shelves: int, demand: Sequence[int]) -> list[int]:
        needed = [max(1, -(-packs // self.per_shelf)) for packs in demand]
        total = max(sum(demand), 1)
        spare = max(0, shelves - sum(needed))
        shares = [spare * packs / total for packs in demand]
        counts = [need + int(share) for need, share in zip(needed, shares, strict=True)]
        by_rest = sorted(range(len(counts)), key=lambda index: (-(shares[index] % 1), index))
        for index in by_rest[: max(0, shelves - sum(counts))]:
            counts[index] += 1
        return counts

    def _hang(self, parameters: MachineParameters, counts: Sequence[int]) -> list[Shelf]:
        # tall shelves at the bottom, as the heaviest packs stand there; classes alternate between the two sides
        classes = [index for index in reversed(range(len(counts))) for _ in range(counts[index])]
        levels = -(-len(classes) // 2)
        step_m = parameters.rack_height_m / levels
        return [
            Shelf(f"{_SIDES[n % 2]}-{n // 2 + 1:02d}", n % 2, (n // 2 + 0.5) * step_m, height_class)
            for n, height_class in enumerate(classes)
        ]

    def _nearest_first(self, gantry: Gantry) -> list[list[int]]:
        by_class: list[list[tuple[float, int]]] = [[] for _ in self.classes_mm]
        for number, shelf in enumerate(self.shelves):
            first = number * self.per_shelf
            for place, x_m in enumerate(self._x_m):
                travel_s = gantry.travel_s(gantry.output, Point(x_m, shelf.y_m, shelf.side))
                by_class[shelf.height_class].append((travel_s, first + place))
        return [[location for _, location in sorted(places)] for places in by_class]

    def shelf_of(self, location: int) -> Shelf:
        return self.shelves[location // self.per_shelf]

    def point(self, location: int) -> Point:
        shelf = self.shelf_of(location)
        return Point(self._x_m[location % self.per_shelf], shelf.y_m, shelf.side)

    def name(self, location: int) -> str:
        return f"{self.shelf_of(location).name}-{location % self.per_shelf + 1:03d}"

    def location(self, name: str) -> int | None:
        """The inverse of `name`; None where there is no such place."""
        shelf_name, _, place = name.rpartition("-")
        if not place.isdecimal() or not 1 <= int(place) <= self.per_shelf:
            return None
        numbers = [number for number, shelf in enumerate(self.shelves) if shelf.name == shelf_name]
        return numbers[0] * self.per_shelf + int(place) - 1 if numbers else None

    def locations_of(self, shelf_name: str) -> range:
        """All locations of a shelf; none where there is no such shelf."""
        for number, shelf in enumerate(self.shelves):
            if shelf.name == shelf_name:
                return range(number * self.per_shelf, (number + 1) * self.per_shelf)
        return range(0)

    def locations_beside(self, location: int) -> range:
        """All locations of the shelf on which this one is."""
        first = location - location % self.per_shelf
        return range(first, first + self.per_shelf)

    def class_of(self, height_mm: float) -> int | None:
        """The lowest height class that the pack fits; None where it fits none."""
        return next((index for index, high in enumerate(self.classes_mm) if height_mm <= high), None)


def demand_by_class(parameters: MachineParameters, heights_mm: Mapping[float, int]) -> list[int]:
    """Packs of each height class, from the number of packs of each height; the highest class takes what is higher."""
    demand = [0] * len(parameters.height_classes_mm)
    for height_mm, packs in heights_mm.items():
        fits = (n for n, high in enumerate(parameters.height_classes_mm) if height_mm <= high)
        demand[next(fits, len(demand) - 1)] += packs
    return demand


class FreePlaces:
    """The free locations of one rack, nearest first."""

    def __init__(self, layout: RackLayout) -> None:
        self._layout = layout
        self._order = layout.by_class
        self._rank = layout.rank
        self._heaps = [list(range(len(places))) for places in layout.by_class]
        self._left = layout.capacity_packs
        self.crowded = False
        """The machine finds no place though there should be some."""

    def take(self, height_mm: float) -> int:
        """The nearest free location of the class, of a higher class where that is full; NoSpace where all are."""
        lowest = self._layout.class_of(height_mm)
        if lowest is None or not self.has_room(height_mm):
            raise NoSpace(f"no place for a pack of {height_mm:g} mm")
        height_class = next(index for index in range(lowest, len(self._heaps)) if self._heaps[index])
        self._left -= 1
        return self._order[height_class][heapq.heappop(self._heaps[height_class])]

    def take_better(self, height_mm: float, than: int) -> int:
        """As `take`, where that is lower than the place `than`, or as high and nearer; NoSpace where none is."""
        found = self.take(height_mm)
        if (self._layout.shelf_of(found).height_class, self._rank[found]) < (
            self._layout.shelf_of(than).height_class,
            self._rank[than],
        ):
            return found
        self.give_back(found)
        raise NoSpace(f"no better place for a pack of {height_mm:g} mm")

    def take_this(self, location: int) -> bool:
        """Take one named location; False where it is not free."""
        heap = self._heaps[self._layout.shelf_of(location).height_class]
        if self._left <= 0 or self._rank[location] not in heap:
            return False
        heap.remove(self._rank[location])
        heapq.heapify(heap)
        self._left -= 1
        return True

    def give_back(self, location: int) -> None:
        heapq.heappush(self._heaps[self._layout.shelf_of(location).height_class], self._rank[location])
        self._left += 1

    def occupy(self, locations: Iterable[int]) -> None:
        """Begin anew: exactly these locations are taken."""
        taken = set(locations)
        self._heaps = [
            [rank for rank, location in enumerate(places) if location not in taken] for places in self._order
        ]
        self._left = self._layout.capacity_packs - len(taken)

    def has_room(self, height_mm: float) -> bool:
        lowest = self._layout.class_of(height_mm)
        return lowest is not None and not self.crowded and self._left > 0 and any(self._heaps[lowest:])
