"""The controller's own dispatch (`controller.scheduling.dispatch`) at the plant, told of orders as the engine tells it.

An order that missed its van is wanted for the next one. A line whose holders are all down keeps the rest of its order
from hurrying; once the order would be late, another robot may serve it from a batch that FEFO forbids otherwise. Goods
in compete with orders by the same index.
"""

from collections.abc import Iterable
from math import inf

from controller.scheduling.dispatch import Dispatch, Policy, Standing
from tests.bench.scheduling.instance import Kind
from tests.bench.scheduling.plant import Plant, Trip, Work

RETURN_EXPECTED_S = 20 * 60.0
"""The engine's guess (engine/allocation.py), from now, whenever it is asked."""
_LOOK_S = 60.0


class Ours:
    """Dispatch with a policy.

    `back_in_s`: while its robots are down, a line may be served from a later batch if it would be late should they come
    back only after this time, or after as long again as they have been down; and for a discharge order at once. 0 never
    allows it, infinity always.
    """

    def __init__(self, name: str, policy: Policy, *, back_in_s: float = RETURN_EXPECTED_S) -> None:
        self.name = name
        self._policy = policy
        self._back_in_s = back_in_s

    def start(self, plant: Plant) -> None:
        self._plant = plant
        self._dispatch = Dispatch(self._policy)
        self._sources = [f"robot:R{robot + 1}" for robot in range(len(plant.instance.robots))]
        self._known: set[int] = set()
        self._looking: dict[int, float] = {}
        self._lots: list[dict[int, Work]] = [{} for _ in self._sources]

    def restate(self, work: Work) -> None:
        if work.job.into is not None:
            self._restate_lot(work, work.job.into)
            return
        if not any(work.wanted):
            self._dispatch.drop(work.job.number)
            return
        plant = self._plant
        shares: dict[str, float] = {}
        blocked = False
        for place, wanted in enumerate(work.wanted):
            if wanted:
                product = work.job.lines[place].product
                robots = self._robots(work, place) if plant.down else list(plant.holders(product))
                blocked = blocked or not plant.down.keys().isdisjoint(robots)
                for robot in robots:
                    seconds = wanted * plant.unit_s(product, robot) / len(robots)
                    source = self._sources[robot]
                    shares[source] = shares.get(source, 0.0) + seconds
        self._look_later(work, blocked)
        blocked_until = plant.now + RETURN_EXPECTED_S if blocked else 0.0
        self._dispatch.put(
            Standing(work.job.number, work.job.weight, self._wanted_at(work), work.left, shares, blocked_until)
        )

    def choose(self, robot: int) -> Trip | None:
        def tour(standing: Standing) -> Trip | None:
            work = self._plant.open[standing.number]
            return self._plant.trip(work, robot, self._exceptional(work, robot))

        def rivals(standing: Standing) -> Iterable[str]:
            return self._rivals(self._plant.open[standing.number], robot)

        lot = next(iter(self._lots[robot].values()), None)
        if lot is not None and not self._has_better_to_do(robot, lot):
            return self._plant.trip(lot, robot)
        choice = self._dispatch.choose(self._sources[robot], self._plant.now, tour, rivals)
        if choice is not None:
            return choice.tour
        return None if lot is None else self._plant.trip(lot, robot)

    def _restate_lot(self, lot: Work, robot: int) -> None:
        if any(lot.wanted):
            self._lots[robot][lot.job.number] = lot
        else:
            self._lots[robot].pop(lot.job.number, None)

    def _has_better_to_do(self, robot: int, lot: Work) -> bool:
        """As in engine/carrying.py, which lets goods in go first where little waits, for they wait on the belt then."""
        now = self._plant.now
        best = self._dispatch.best_index(self._sources[robot], now)
        return best is not None and best > self._dispatch.goods_in_index(lot.left, lot.job.due_at, now)

    def _wanted_at(self, work: Work) -> float:
        """When its own van goes, or the next one after it that has not left."""
        vans = (at for at in (work.job.due_at, *work.job.later_vans) if at >= self._plant.now)
        return next(vans, work.job.due_at)

    def _look_later(self, work: Work, blocked: bool) -> None:
        """When its vans leave; and each minute while something of it is blocked, for it may come to be late."""
        job = work.job
        if job.number not in self._known:
            self._known.add(job.number)
            for at in (job.due_at, *job.later_vans):
                self._plant.look_again(work, at + 1.0)
        if blocked and self._looking.get(job.number, 0.0) <= self._plant.now:
            self._looking[job.number] = self._plant.now + _LOOK_S
            self._plant.look_again(work, self._plant.now + _LOOK_S)

    def _robots(self, work: Work, place: int) -> list[int]:
        """Who should serve a line: holders that are up, else others that may, else holders that are down."""
        plant = self._plant
        product = work.job.lines[place].product
        holders = list(plant.holders(product))
        if not plant.down:
            return holders
        up = [robot for robot in holders if robot not in plant.down]
        if not up and self._back_in_s > 0.0:
            seconds = work.wanted[place] * max(plant.unit_s(product, robot) for robot in holders)
            at_once = work.job.kind is Kind.DISCHARGE
            lasted_s = max(plant.now - plant.down[robot].begins_at for robot in holders)
            if at_once or plant.now + max(self._back_in_s, lasted_s) + seconds > self._wanted_at(work):
                up = [robot for robot in plant.all_holders(product) if robot not in plant.down]
        return up or holders

    def _exceptional(self, work: Work, robot: int) -> frozenset[int]:
        """Lines for which the robot may take a later batch now."""
        if self._back_in_s == 0.0 or not self._plant.down:
            return frozenset()
        return frozenset(
            place
            for place, wanted in enumerate(work.wanted)
            if wanted
            and robot not in self._plant.holders(work.job.lines[place].product)
            and robot in self._robots(work, place)
        )

    def _rivals(self, work: Work, robot: int) -> Iterable[str]:
        """Other robots that could do all that this one could for the job; none where it alone has a line."""
        common: set[int] | None = None
        for place, wanted in enumerate(work.wanted):
            if wanted:
                product = work.job.lines[place].product
                robots = self._robots(work, place) if self._plant.down else self._plant.holders(product)
                if robot in robots:
                    common = set(robots) if common is None else common.intersection(robots)
                    if len(common) == 1:
                        return ()
        return [self._sources[other] for other in sorted(common or ()) if other != robot]


def atc() -> Ours:
    return Ours("order-aware ATC, pulled", Policy(advantage=0.0))


def ours() -> Ours:
    return Ours("ours", Policy())


def ours_strict() -> Ours:
    return Ours("ours, never another batch", Policy(), back_in_s=0.0)


def ours_if_down() -> Ours:
    return Ours("ours, another batch whenever its robot is down", Policy(), back_in_s=inf)
