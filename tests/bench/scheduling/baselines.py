"""The policies that ours is measured against (SCHEDULING.md). All of them store goods in only when no order
waits for the robot, which is the best for their orders.

Bound ones give each line to a robot when its job comes, and it stays there. Pulled ones let a free robot take the best
of what it could do.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf

from tests.bench.scheduling.plant import Plant, Trip, Work

Key = tuple[bool, float]
"""(goods in, what the policy sorts by): smaller goes first."""


class Pulled:
    """A free robot serves the job of the smallest key that wants something of it; ties by age."""

    def __init__(self, name: str, key: Callable[[Plant, Work], float]) -> None:
        self.name = name
        self._key = key

    def start(self, plant: Plant) -> None:
        self._plant = plant
        self._queues: list[list[tuple[Key, int]]] = [[] for _ in plant.instance.robots]
        self._keys: dict[int, Key] = {}

    def restate(self, work: Work) -> None:
        number = work.job.number
        if not any(work.wanted):
            self._keys.pop(number, None)
            return
        key = (work.job.into is not None, self._key(self._plant, work))
        self._keys[number] = key
        for robot in _robots_of(self._plant, work):
            heappush(self._queues[robot], (key, number))

    def choose(self, robot: int) -> Trip | None:
        queue = self._queues[robot]
        while queue:
            key, number = heappop(queue)
            if self._keys.get(number) == key:
                trip = self._plant.trip(self._plant.open[number], robot)
                if trip is not None:
                    return trip
        return None


def due(plant: Plant, work: Work) -> float:
    """Earliest due date first (EDF)."""
    return work.job.due_at


def latest_start(plant: Plant, work: Work) -> float:
    """Least slack: due minus the work of the slowest robot, each line shared by its holders; `now` is alike for all."""
    shares: dict[int, float] = {}
    for robot, seconds in _shared(plant, work):
        shares[robot] = shares.get(robot, 0.0) + seconds
    return work.job.due_at - max(shares.values())


def _shared(plant: Plant, work: Work) -> list[tuple[int, float]]:
    shares = []
    for wanted, line in zip(work.wanted, work.job.lines, strict=True):
        if wanted:
            robots = [work.job.into] if work.job.into is not None else list(plant.holders(line.product))
            shares += [(robot, wanted * plant.unit_s(line.product, robot) / len(robots)) for robot in robots]
    return shares


def _robots_of(plant: Plant, work: Work) -> list[int]:
    return sorted({robot for robot, _ in _shared(plant, work)})


class Bound:
    """Each line belongs to one robot from its job's coming on; a robot serves its own by the smallest key."""

    def __init__(
        self, name: str, key: Callable[[Work], float], better: Callable[["Bound", Work, int, int], tuple[float, int]]
    ) -> None:
        self.name = name
        self._key = key
        self._better = better
        """(bound so far, work, line, robot) → rank of the robot for that line; the smallest gets it."""

    def start(self, plant: Plant) -> None:
        self.plant = plant
        self.queues: list[list[tuple[Key, int, int]]] = [[] for _ in plant.instance.robots]
        self._given: set[int] = set()

    def restate(self, work: Work) -> None:
        if work.job.number not in self._given:
            self._given.add(work.job.number)
            for line in range(len(work.job.lines)):
                self._give(work, line)

    def choose(self, robot: int) -> Trip | None:
        queue = self.queues[robot]
        while queue:
            _, number, line = queue[0]
            work = self.plant.open.get(number)
            if work is None or not work.wanted[line]:
                heappop(queue)
                continue
            trip = self._own_trip(work, robot)
            if trip is not None:
                return trip
            heappop(queue)
            self._give(work, line)
        return None

    def waiting_s(self, robot: int, until: Key = (True, inf)) -> float:
        """Work that is bound to the robot with a key up to `until`."""
        total_s = 0.0
        for key, number, line in self.queues[robot]:
            work = self.plant.open.get(number)
            if key <= until and work is not None and work.wanted[line]:
                total_s += work.wanted[line] * self.plant.unit_s(work.job.lines[line].product, robot)
        return total_s

    def key(self, work: Work) -> Key:
        return work.job.into is not None, self._key(work)

    def _own_trip(self, work: Work, robot: int) -> Trip | None:
        """Only lines that are bound to this robot."""
        mine = {line for _, number, line in self.queues[robot] if number == work.job.number}
        hidden = [0 if line in mine else wanted for line, wanted in enumerate(work.wanted)]
        own = Work(work.job, [w - h for w, h in zip(work.wanted, hidden, strict=True)], work.left)
        trip = self.plant.trip(own, robot)
        return None if trip is None else Trip(work, trip.pulls, trip.seconds)

    def _give(self, work: Work, line: int) -> None:
        into = work.job.into
        robots = [into] if into is not None else sorted(self.plant.holders(work.job.lines[line].product))
        robot = robots[0] if len(robots) == 1 else min(robots, key=lambda robot: self._better(self, work, line, robot))
        heappush(self.queues[robot], (self.key(work), work.job.number, line))


def _first(bound: Bound, work: Work, line: int, robot: int) -> tuple[float, int]:
    return 0.0, robot


def _shortest(bound: Bound, work: Work, line: int, robot: int) -> tuple[float, int]:
    return bound.waiting_s(robot), robot


def _finishes_first(bound: Bound, work: Work, line: int, robot: int) -> tuple[float, int]:
    own_s = work.wanted[line] * bound.plant.unit_s(work.job.lines[line].product, robot)
    return bound.waiting_s(robot, bound.key(work)) + own_s, robot


def fifo_first() -> Bound:
    return Bound("FIFO, first robot that holds it", lambda work: work.job.number, _first)


def fifo_shortest() -> Bound:
    return Bound("FIFO, shortest queue", lambda work: work.job.number, _shortest)


def edf_bound() -> Bound:
    return Bound("EDF, bound early to the robot that finishes first", lambda work: work.job.due_at, _finishes_first)


def edf_pulled() -> Pulled:
    return Pulled("EDF, pulled", due)


def least_slack() -> Pulled:
    return Pulled("least slack, pulled", latest_start)
