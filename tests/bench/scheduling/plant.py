"""A discrete-event plant: robots that carry packs to totes, and nothing else. Deterministic.

It keeps to FEFO, to the heads and to the outages whatever a policy says; a policy only chooses which job a free robot
serves next.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Protocol

from tests.bench.scheduling.instance import FEFO_TOLERANCE_DAYS, Instance, Job, Outage


@dataclass(slots=True)
class Work:
    """How far a job is."""

    job: Job
    wanted: list[int]
    """Packs of each line that no trip carries yet."""
    left: int
    """Packs that are not in the tote yet."""
    first_at: float | None = None
    done_at: float | None = None


@dataclass(frozen=True, slots=True)
class Pull:
    line: int
    batch: tuple[int, int]
    """(product, place among its batches); goods in have (product, -1)."""
    packs: int


@dataclass(frozen=True, slots=True)
class Trip:
    work: Work
    pulls: tuple[Pull, ...]
    seconds: float


class Chooser(Protocol):
    """A policy as the plant sees it."""

    name: str

    def start(self, plant: "Plant") -> None: ...

    def restate(self, work: Work) -> None:
        """The job is new, or something of it has changed: packs under way or gathered, stock, a robot that it needs."""

    def choose(self, robot: int) -> Trip | None:
        """What the free robot does next; None where it can do nothing."""


@dataclass(slots=True)
class Outcome:
    """What became of a day."""

    policy: str
    instance: Instance
    works: tuple[Work, ...]
    busy_s: list[float]
    trips: int = 0
    picked: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """(job, line, robot) → packs."""
    exceptions: int = 0
    """Packs of a later batch than FEFO with its tolerance allows."""


_UP, _ARRIVED, _RELEASED, _DOWN, _LOOK = range(5)
"""At one instant, in this order."""


@dataclass(slots=True)
class Plant:
    instance: Instance
    policy: Chooser
    now: float = 0.0
    open: dict[int, Work] = field(default_factory=dict)
    down: dict[int, Outage] = field(default_factory=dict)
    """Robots that stand still."""
    busy: set[int] = field(default_factory=set)
    stock: list[list[int]] = field(default_factory=list)
    """Packs of each batch of each product that no trip has taken."""
    strict: list[dict[int, list[int]]] = field(default_factory=list)
    """For each product, robot → its batches that FEFO allows, first to expire first."""

    _outages: list[tuple[Outage, ...]] = field(default_factory=list)
    _events: list[tuple[float, int, int, Trip | None]] = field(default_factory=list)
    """(when, what, number of the job, place of the outage or robot, what the robot carries)"""

    def run(self) -> Outcome:
        """Play the whole day, and on until everything is done."""
        works = tuple(Work(job, [line.packs for line in job.lines], job.packs) for job in self.instance.jobs)
        outcome = Outcome(self.policy.name, self.instance, works, [0.0] * len(self.instance.robots))
        self.stock = [[batch.packs for batch in product.batches] for product in self.instance.products]
        self.strict = [self._allowed(product) for product in range(len(self.instance.products))]
        self._outages = [self.instance.outages_of(robot) for robot in range(len(self.instance.robots))]
        for work in works:
            heappush(self._events, (work.job.released_at, _RELEASED, work.job.number, None))
        for place, outage in enumerate(self.instance.outages):
            heappush(self._events, (outage.begins_at, _DOWN, place, None))
            heappush(self._events, (outage.ends_at, _UP, place, None))
        self.policy.start(self)
        while self._events:
            self._turn(outcome)
        if self.open:
            raise ValueError(f"{self.policy.name} left {len(self.open)} jobs of {self.instance.name} undone")
        return outcome

    # ---- what a policy may ask --------------------------------------------------------------------------

    def look_again(self, work: Work, at: float) -> None:
        """Restate the job at that moment, if it is still open then."""
        heappush(self._events, (at, _LOOK, work.job.number, None))

    def holders(self, product: int) -> Iterable[int]:
        """Robots that FEFO lets pick the product, those that are down included."""
        return self.strict[product]

    def all_holders(self, product: int) -> list[int]:
        """Robots that hold any batch of it."""
        batches = self.instance.products[product].batches
        return sorted({batch.robot for batch, packs in zip(batches, self.stock[product], strict=True) if packs})

    def unit_s(self, product: int, robot: int) -> float:
        """One pack of it with a full head."""
        machine = self.instance.robots[robot]
        return self.instance.products[product].pack_s + machine.setup_s / machine.head_packs

    def trip(self, work: Work, robot: int, exceptional: frozenset[int] = frozenset()) -> Trip | None:
        """A head of packs for the job; of the `exceptional` lines any batch may go."""
        machine = self.instance.robots[robot]
        room = machine.head_packs
        seconds = machine.setup_s
        pulls: list[Pull] = []
        for place, line in enumerate(work.job.lines):
            wanted = work.wanted[place]
            if wanted == 0:
                continue
            for batch, packs in self._sources(work, line.product, robot, place in exceptional):
                taken = min(wanted, room, packs)
                if taken:
                    pulls.append(Pull(place, (line.product, batch), taken))
                    seconds += taken * self.instance.products[line.product].pack_s
                    wanted -= taken
                    room -= taken
            if room == 0:
                break
        return Trip(work, tuple(pulls), seconds) if pulls else None

    # ---- inside -----------------------------------------------------------------------------------------

    def _sources(self, work: Work, product: int, robot: int, exceptional: bool) -> list[tuple[int, int]]:
        """(place of the batch, packs)."""
        if work.job.into is not None:
            return [(-1, AMPLE)] if work.job.into == robot else []
        places = self.strict[product].get(robot, [])
        if exceptional and not places:
            batches = self.instance.products[product].batches
            places = [place for place, batch in enumerate(batches) if batch.robot == robot]
        return [(place, self.stock[product][place]) for place in places]

    def _allowed(self, product: int) -> dict[int, list[int]]:
        batches = self.instance.products[product].batches
        there = [place for place, packs in enumerate(self.stock[product]) if packs > 0]
        if not there:
            return {}
        latest = min(batches[place].expires_day for place in there) + FEFO_TOLERANCE_DAYS
        allowed: dict[int, list[int]] = {}
        for place in sorted(there, key=lambda place: (batches[place].expires_day, place)):
            if batches[place].expires_day <= latest:
                allowed.setdefault(batches[place].robot, []).append(place)
        return allowed

    def _turn(self, outcome: Outcome) -> None:
        """Everything that happens at one instant, then new trips for the robots that are free."""
        self.now = self._events[0][0]
        while self._events and self._events[0][0] == self.now:
            _, what, number, trip = heappop(self._events)
            if what == _RELEASED:
                work = outcome.works[number - 1]
                self.open[number] = work
                self.policy.restate(work)
            elif what == _ARRIVED and trip is not None:
                self._arrive(number, trip)
            elif what == _LOOK:
                if number in self.open:
                    self.policy.restate(self.open[number])
            else:
                self._turn_off_or_on(self.instance.outages[number], what)
        for robot in range(len(self.instance.robots)):
            if robot not in self.busy and robot not in self.down:
                trip = self.policy.choose(robot)
                if trip is not None:
                    self._begin(robot, trip, outcome)

    def _begin(self, robot: int, trip: Trip, outcome: Outcome) -> None:
        self.busy.add(robot)
        emptied = []
        for pull in trip.pulls:
            product, batch = pull.batch
            trip.work.wanted[pull.line] -= pull.packs
            picked = (trip.work.job.number, pull.line, robot)
            outcome.picked[picked] = outcome.picked.get(picked, 0) + pull.packs
            if batch >= 0:
                if batch not in self.strict[product].get(robot, ()):
                    outcome.exceptions += pull.packs
                self.stock[product][batch] -= pull.packs
                if self.stock[product][batch] == 0:
                    emptied.append(product)
        outcome.trips += 1
        outcome.busy_s[robot] += trip.seconds
        heappush(self._events, (self._finish(robot, trip.seconds), _ARRIVED, robot, trip))
        self.policy.restate(trip.work)
        for product in emptied:
            self.strict[product] = self._allowed(product)
            self._restate_those_with({product})

    def _finish(self, robot: int, seconds: float) -> float:
        """When work that begins now is done: it waits while the robot is down."""
        at = self.now
        for outage in self._outages[robot]:
            if outage.ends_at <= at:
                continue
            if outage.begins_at >= at + seconds:
                break
            seconds -= max(0.0, outage.begins_at - at)
            at = outage.ends_at
        return at + seconds

    def _arrive(self, robot: int, trip: Trip) -> None:
        self.busy.discard(robot)
        work = trip.work
        work.left -= sum(pull.packs for pull in trip.pulls)
        if work.first_at is None:
            work.first_at = self.now
        if work.left == 0:
            work.done_at = self.now
            del self.open[work.job.number]
        self.policy.restate(work)

    def _turn_off_or_on(self, outage: Outage, what: int) -> None:
        if what == _DOWN:
            self.down[outage.robot] = outage
        else:
            del self.down[outage.robot]
        for work in list(self.open.values()):
            if any(
                wanted and outage.robot in self.strict[line.product]
                for wanted, line in zip(work.wanted, work.job.lines, strict=True)
            ):
                self.policy.restate(work)

    def _restate_those_with(self, products: set[int]) -> None:
        for work in list(self.open.values()):
            if any(line.product in products for line in work.job.lines):
                self.policy.restate(work)


AMPLE = 1_000_000_000
