"""Lower bounds on what any policy can reach on a day: a fluid, preemptive, clairvoyant plant as a linear programme.

Work flows; the head's setup is shared perfectly; failures and all orders are known in advance; releases are rounded
down to time buckets and dues up. Every schedule of the plant is a solution of the programme, so its optimum is a bound:

- late (weighted number): of each order a fraction is late; all the rest of its work fits between its release and due;
- tardy (weighted tardiness): the same at several delays after the due; tardiness is the integral of what is
  unfinished at a delay, which falls as the delay grows, so each step counts with its end.

Work that only one robot may do needs that robot. What several may do needs the plant's time only, and so does what
may go from a later batch while its robot is down. Both only loosen the bound. Goods in are left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from tests.bench.scheduling.instance import FEFO_TOLERANCE_DAYS, Instance, Job, Kind, Outage, up_s

MINUTE_S = 60.0
LATE_BUCKET_S = 5 * MINUTE_S
TARDY_BUCKET_S = 10 * MINUTE_S
DELAYS_S = tuple(minutes * MINUTE_S for minutes in (10, 20, 40, 80, 160, 320))
_TOLERANCE = 1e-6

Only = tuple[int, bool] | None
"""The only robot that may do it, and whether another holds a later batch; None where several may."""
_Group = tuple[Only, int, int]
"""(who may, release bucket, first bucket after the due)"""


def least_late(instance: Instance, kinds: Iterable[Kind], *, bucket_s: float = LATE_BUCKET_S) -> float:
    """At least so much weight of orders of these kinds is late under any policy."""
    return _solve(instance, kinds, (0.0,), bucket_s)


def least_tardiness(
    instance: Instance, kinds: Iterable[Kind], *, delays_s: Sequence[float] = DELAYS_S, bucket_s: float = TARDY_BUCKET_S
) -> float:
    """At least so much weighted tardiness, in seconds, have the orders of these kinds together under any policy."""
    return _solve(instance, kinds, tuple(delays_s), bucket_s)


def parts_of(instance: Instance, job: Job, reach: dict[int, frozenset[int]]) -> list[tuple[Only, float]]:
    """The job's work by the robot that must do it, in no more time than any policy needs for it."""
    seconds: dict[Only, float] = {}
    for line in job.lines:
        product = instance.products[line.product]
        setups_s = (
            instance.robots[batch.robot].setup_s / min(instance.robots[batch.robot].head_packs, job.packs)
            for batch in product.batches
        )
        robots = reach[line.product]
        elsewhere = any(batch.robot not in robots for batch in product.batches)
        only = (next(iter(robots)), elsewhere) if len(robots) == 1 else None
        seconds[only] = seconds.get(only, 0.0) + line.packs * (product.pack_s + min(setups_s))
    return list(seconds.items())


def reach_of(instance: Instance) -> dict[int, frozenset[int]]:
    """For each product that is ordered, the robots that FEFO may ever let pick it on this day, outages apart."""
    asked: dict[int, int] = {}
    for job in instance.orders:
        for line in job.lines:
            asked[line.product] = asked.get(line.product, 0) + line.packs
    reach = {}
    for number, packs in asked.items():
        batches = instance.products[number].batches
        first = min(batches, key=lambda batch: batch.expires_day)
        lasts = sum(batch.packs for batch in batches if batch.expires_day == first.expires_day) > packs
        latest = first.expires_day + FEFO_TOLERANCE_DAYS
        reach[number] = frozenset(batch.robot for batch in batches if not lasts or batch.expires_day <= latest)
    return reach


@dataclass(slots=True)
class _Programme:
    """Variables are numbered as they come; each belongs to rows of two kinds."""

    costs: list[float]
    rows: list[int]
    columns: list[int]
    values: list[float]
    limits: list[float]
    uppers: list[float]

    def variable(self, cost: float, upper: float) -> int:
        self.costs.append(cost)
        self.uppers.append(upper)
        return len(self.costs) - 1

    def row(self, limit: float) -> int:
        """Its sum is at most `limit`."""
        self.limits.append(limit)
        return len(self.limits) - 1

    def add(self, row: int, column: int, value: float) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(value)

    def solve(self) -> float:
        shape = (len(self.limits), len(self.costs))
        matrix = coo_array((self.values, (self.rows, self.columns)), shape=shape).tocsr()
        bounds = np.column_stack((np.zeros(len(self.uppers)), np.array(self.uppers)))
        result = linprog(self.costs, A_ub=matrix, b_ub=self.limits, bounds=bounds, method="highs")
        if result.status != 0:
            raise ValueError(f"no bound: {result.message}")
        return max(0.0, float(result.fun) * (1.0 - _TOLERANCE) - _TOLERANCE)


def _solve(instance: Instance, kinds: Iterable[Kind], delays_s: Sequence[float], bucket_s: float) -> float:
    wanted = frozenset(kinds)
    orders = [job for job in instance.orders if job.kind in wanted]
    if not orders:
        return 0.0
    reach = reach_of(instance)
    programme = _Programme([], [], [], [], [], [])
    demands: dict[_Group, int] = {}

    def demand(group: _Group) -> int:
        if group not in demands:
            demands[group] = programme.row(0.0)
        return demands[group]

    for job in orders:
        unfinished = [programme.variable(job.weight * step_s, 1.0) for step_s in _steps(delays_s)]
        for earlier, later in pairwise(unfinished):
            falling = programme.row(0.0)
            programme.add(falling, later, 1.0)
            programme.add(falling, earlier, -1.0)
        release = floor(job.released_at / bucket_s)
        for only, seconds in parts_of(instance, job, reach):
            for place, delay_s in enumerate(delays_s):
                row = demand((only, release, ceil((job.due_at + delay_s) / bucket_s)))
                # flows out of the group are at least the work that is not late: −flow ≤ −seconds · (earlier − later)
                programme.add(row, unfinished[place], -seconds)
                if place:
                    programme.add(row, unfinished[place - 1], seconds)
                else:
                    programme.limits[row] -= seconds
    _flows(instance, programme, demands, bucket_s)
    return programme.solve()


def _steps(delays_s: Sequence[float]) -> list[float]:
    """What each fraction that is unfinished costs: one where only lateness counts, else the step up to its delay."""
    if len(delays_s) == 1 and delays_s[0] == 0.0:
        return [1.0]
    return [later - earlier for earlier, later in pairwise((0.0, *delays_s))]


def _flows(instance: Instance, programme: _Programme, demands: dict[_Group, int], bucket_s: float) -> None:
    """Each group's work flows in buckets of its window through its robot and the plant, or through the plant alone."""
    outages = [instance.outages_of(robot) for robot in range(len(instance.robots))]
    last = max(until for _, _, until in demands)
    free_s = [[up_s(each, bucket * bucket_s, (bucket + 1) * bucket_s) for bucket in range(last)] for each in outages]
    plant = [programme.row(sum(robot[bucket] for robot in free_s)) for bucket in range(last)]
    own = [[programme.row(free_s[robot][bucket]) for bucket in range(last)] for robot in range(len(outages))]
    open_to_others = [_buckets(_exceptional(instance, robot), bucket_s) for robot in range(len(outages))]
    for (only, release, until), row in demands.items():
        for bucket in range(release, until):
            if only is None or (only[1] and bucket in open_to_others[only[0]]):
                flow = programme.variable(0.0, np.inf)
                programme.add(row, flow, -1.0)
                programme.add(plant[bucket], flow, 1.0)
            if only is not None:
                flow = programme.variable(0.0, np.inf)
                programme.add(row, flow, -1.0)
                programme.add(plant[bucket], flow, 1.0)
                programme.add(own[only[0]][bucket], flow, 1.0)


def _exceptional(instance: Instance, robot: int) -> list[tuple[float, float]]:
    """When another robot may be at work on what only this one has: while it is down, and until that trip ends."""
    slowest_s = max(product.pack_s for product in instance.products)
    trip_s = max(machine.setup_s + machine.head_packs * slowest_s for machine in instance.robots)
    spans = []
    for outage in instance.outages_of(robot):
        end = outage.ends_at + trip_s
        for other in _by_beginning(instance.outages):
            if other.begins_at < end and other.ends_at > outage.begins_at:
                end = max(end, other.ends_at + trip_s)
        spans.append((outage.begins_at, end))
    return spans


def _by_beginning(outages: Iterable[Outage]) -> list[Outage]:
    return sorted(outages, key=lambda outage: (outage.begins_at, outage.robot))


def _buckets(spans: Iterable[tuple[float, float]], bucket_s: float) -> frozenset[int]:
    return frozenset(bucket for begin, end in spans for bucket in range(floor(begin / bucket_s), ceil(end / bucket_s)))
