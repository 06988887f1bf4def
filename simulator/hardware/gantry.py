"""How long the picking head travels."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.hardware.parameters import MachineParameters


@dataclass(frozen=True, slots=True)
class Point:
    """Where the head stands, in m along and above the floor rail, and which rack it faces (0 or 1)."""

    x_m: float
    y_m: float
    side: int


def axis_s(distance_m: float, speed_m_s: float, acceleration_m_s2: float) -> float:
    """Time of one axis from rest to rest: trapezoidal, triangular where the way is too short for full speed."""
    if distance_m * acceleration_m_s2 >= speed_m_s * speed_m_s:
        return distance_m / speed_m_s + speed_m_s / acceleration_m_s2
    return 2.0 * math.sqrt(distance_m / acceleration_m_s2)


class Gantry:
    """The head's drives. Both axes and the table move at the same time, the slowest decides."""

    def __init__(self, parameters: MachineParameters) -> None:
        self._p = parameters
        self.output = Point(parameters.output_x_m, parameters.output_y_m, 0)
        self.input = Point(parameters.input_x_m, parameters.input_y_m, 0)
        self.at = self.output
        self.pace = 1.0
        """Of the speed and the acceleration that its maker set."""
        self.last_way: tuple[Point, Point, float] = (self.at, self.at, 0.0)
        """From, to, and the seconds between."""

    def travel_s(self, start: Point, end: Point) -> float:
        """Seconds from rest at `start` to rest at `end`."""
        p, pace = self._p, self.pace
        return max(
            axis_s(abs(end.x_m - start.x_m), p.speed_x_m_s * pace, p.acceleration_x_m_s2 * pace),
            axis_s(abs(end.y_m - start.y_m), p.speed_y_m_s * pace, p.acceleration_y_m_s2 * pace),
            p.turn_s / pace if start.side != end.side else 0.0,
        )

    def move_to(self, end: Point) -> float:
        """The head is on its way to `end`; how long that takes."""
        travel_s = self.travel_s(self.at, end)
        self.last_way = (self.at, end, travel_s)
        self.at = end
        return travel_s

    def visit_order(self, stops: Sequence[Point], end: Point) -> list[int]:
        """Indexes of `stops` in a short order on the way to `end`: the best of all up to four, else nearest next."""
        if len(stops) < 2:
            return list(range(len(stops)))
        if len(stops) <= 4:
            return list(
                min(itertools.permutations(range(len(stops))), key=lambda order: self._tour_s(order, stops, end))
            )
        left = list(range(len(stops)))
        order: list[int] = []
        here = self.at
        while left:
            nearest = min(left, key=lambda index: (self.travel_s(here, stops[index]), index))
            left.remove(nearest)
            order.append(nearest)
            here = stops[nearest]
        return order

    def _tour_s(self, order: Iterable[int], stops: Sequence[Point], end: Point) -> float:
        here, total_s = self.at, 0.0
        for index in order:
            total_s += self.travel_s(here, stops[index])
            here = stops[index]
        return total_s + self.travel_s(here, end)
