"""Small static instances that CP-SAT can look at whole: every order is there at the start, heads take one pack.

An order's packs at one robot then stand together without loss (only its last one counts), so each order is one interval
a robot. Times are whole tenths of a second, work rounded down and dues up: what CP-SAT proves holds for the plant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import ceil, floor

from ortools.sat.python import cp_model

from simulator.chance import Chance
from tests.bench.scheduling.fluid import least_tardiness
from tests.bench.scheduling.generated import (
    AMPLE_PACKS,
    LINES_AN_ORDER,
    PACK_S,
    PACK_SPREAD,
    PACKS_A_LINE,
    SETUP_S,
    geometric,
)
from tests.bench.scheduling.instance import CLASSES, Batch, Instance, Job, Kind, Line, Product, Robot
from tests.bench.scheduling.plant import Outcome

TENTHS = 10
BUCKET_S = 30.0
"""Of the fluid bound, which is often the better one here."""
EFFORT = 3.0
"""CP-SAT's own deterministic measure of time, so that every machine finds the same."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What is known of an instance's least weighted tardiness, in seconds."""

    at_least_s: float
    at_most_s: float
    """Of the best plan that was found, with rounded times."""

    @property
    def proven(self) -> bool:
        return self.at_most_s - self.at_least_s < 1.0 / TENTHS


def static_instance(seed: int, robots: int, orders: int, copies: int, tightness: float) -> Instance:
    """Orders of usual size, due up to `tightness` times what the plant needs for all of them."""
    random = Chance(seed).stream("static")
    products = tuple(
        Product(
            PACK_S * random.uniform(1 - PACK_SPREAD, 1 + PACK_SPREAD),
            tuple(Batch(robot, 365, AMPLE_PACKS) for robot in sorted(random.sample(range(robots), copies))),
        )
        for _ in range(20 * robots)
    )
    drawn = []
    for _ in range(orders):
        kind = random.choices((Kind.DISCHARGE, Kind.URGENT, Kind.ROUTINE), (2, 1, 4))[0]
        lines = random.sample(range(len(products)), geometric(random, LINES_AN_ORDER[kind]))
        drawn.append((kind, tuple(Line(product, geometric(random, PACKS_A_LINE[kind])) for product in lines)))
    needed_s = sum(line.packs * (products[line.product].pack_s + SETUP_S) for _, lines in drawn for line in lines)
    span_s = tightness * needed_s / robots
    jobs = tuple(
        Job(number, kind, 0.0, random.uniform(0.1, 1.0) * span_s, lines)
        for number, (kind, lines) in enumerate(drawn, start=1)
    )
    name = f"static, {orders} orders, {robots} robots, {copies} holders"
    return Instance(name, seed, tightness, tuple(Robot(1, SETUP_S) for _ in range(robots)), products, jobs)


def least_weighted_tardiness(instance: Instance, plan: Outcome, *, effort: float = EFFORT) -> Yardstick:
    """By CP-SAT, which starts from a day that was played, and by the fluid bound."""
    model = cp_model.CpModel()
    horizon = sum(max(_tenths(instance, line, 0), 1) * line.packs for job in instance.jobs for line in job.lines)
    done = sorted(plan.works, key=lambda work: (work.done_at or 0.0, work.job.number))
    on_robot: list[list[cp_model.IntervalVar]] = [[] for _ in instance.robots]
    hinted = [0] * len(instance.robots)
    costs = []
    for job in (work.job for work in done):
        terms: dict[int, list[cp_model.LinearExprT]] = {}
        shares: dict[int, int] = {}
        for place, line in enumerate(job.lines):
            played = {robot: plan.picked.get((job.number, place, robot), 0) for robot in range(len(instance.robots))}
            for robot, packs, hint in _split(model, instance, line, played):
                terms.setdefault(robot, []).append(packs * _tenths(instance, line, robot))
                shares[robot] = shares.get(robot, 0) + hint * _tenths(instance, line, robot)
        tardiness = model.new_int_var(0, horizon, "")
        late_by = 0
        due = ceil(job.due_at * TENTHS)
        for robot, work in terms.items():
            start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            length = model.new_int_var(0, horizon, "")
            model.add(length == sum(work))
            model.add_hint(length, shares[robot])
            on_robot[robot].append(model.new_interval_var(start, length, end, ""))
            model.add(tardiness >= end - due)
            model.add_hint(start, hinted[robot])
            hinted[robot] += shares[robot]
            model.add_hint(end, hinted[robot])
            late_by = max(late_by, hinted[robot] - due)
        model.add_hint(tardiness, late_by)
        costs.append(round(job.weight) * tardiness)
    for intervals in on_robot:
        model.add_no_overlap(intervals)
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 7
    solver.parameters.max_deterministic_time = effort
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ValueError(f"CP-SAT found no plan for {instance.name}")
    fluid_s = least_tardiness(instance, CLASSES, delays_s=_every(instance), bucket_s=BUCKET_S)
    return Yardstick(max(fluid_s, solver.best_objective_bound / TENTHS), solver.objective_value / TENTHS)


def _every(instance: Instance) -> list[float]:
    """Delays a bucket apart, as far as everything at one robot would last."""
    busiest_s = max(
        sum(_work_s(instance, job, frozenset(range(len(instance.robots)))) for job in instance.jobs)
        / min(3, len(instance.robots)),
        BUCKET_S,
    )
    return [BUCKET_S * step for step in range(1, ceil(busiest_s / BUCKET_S) + 1)]


def least_late_orders(instance: Instance) -> int:
    """Moore and Hodgson: so many orders of a static instance are late at least (DOMAIN.md 7 e).

    For the whole plant as one machine of its speed, and for each robot with what only it can do.
    """
    robots = range(len(instance.robots))
    whole = [(job.due_at, _work_s(instance, job, frozenset(robots)) / len(robots)) for job in instance.jobs]
    own = [[(job.due_at, _work_s(instance, job, frozenset({robot}))) for job in instance.jobs] for robot in robots]
    return max(moore_hodgson(jobs) for jobs in (whole, *own))


def moore_hodgson(jobs: Sequence[tuple[float, float]]) -> int:
    """The least number late on one machine, for jobs (due, seconds) that are all there at the start."""
    taken: list[float] = []
    total_s = 0.0
    late = 0
    for due_at, seconds in sorted(jobs):
        heappush(taken, -seconds)
        total_s += seconds
        if total_s > due_at:
            total_s += heappop(taken)
            late += 1
    return late


def _split(
    model: cp_model.CpModel, instance: Instance, line: Line, played: dict[int, int]
) -> list[tuple[int, cp_model.LinearExprT, int]]:
    """(robot, packs of the line there, as it was played) for each holder."""
    holders = sorted({batch.robot for batch in instance.products[line.product].batches})
    if len(holders) == 1:
        return [(holders[0], line.packs, line.packs)]
    packs = [model.new_int_var(0, line.packs, "") for _ in holders]
    model.add(sum(packs) == line.packs)
    for variable, holder in zip(packs, holders, strict=True):
        model.add_hint(variable, played[holder])
    return [(holder, variable, played[holder]) for variable, holder in zip(packs, holders, strict=True)]


def _tenths(instance: Instance, line: Line, robot: int) -> int:
    return floor((instance.products[line.product].pack_s + instance.robots[robot].setup_s) * TENTHS)


def _work_s(instance: Instance, job: Job, robots: frozenset[int]) -> float:
    """The job's work that only these robots can do."""
    return sum(
        line.packs * (instance.products[line.product].pack_s + instance.robots[0].setup_s)
        for line in job.lines
        if {batch.robot for batch in instance.products[line.product].batches} <= robots
    )
