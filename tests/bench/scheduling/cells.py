"""What is played: each cell is a day of a seed under one load and scenario, with every policy and the bounds."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from pathlib import Path

from tests.bench.scheduling import baselines, ours
from tests.bench.scheduling.exact import least_late_orders, least_weighted_tardiness, static_instance
from tests.bench.scheduling.fluid import least_late, least_tardiness
from tests.bench.scheduling.generated import F1, F2, HOUR_S, generate
from tests.bench.scheduling.instance import CLASSES, WEIGHTS, Instance, Kind, Outage
from tests.bench.scheduling.measures import measure
from tests.bench.scheduling.plant import Chooser, Plant
from tests.bench.scheduling.site import SiteDay, at_load, read_day

POLICIES: tuple[Callable[[], Chooser], ...] = (
    baselines.fifo_first,
    baselines.fifo_shortest,
    baselines.edf_bound,
    baselines.edf_pulled,
    baselines.least_slack,
    ours.atc,
    ours.ours,
    ours.ours_strict,
    ours.ours_if_down,
)
BOUND = "bound: no policy can be better"
CP_SAT = "CP-SAT, best plan found"
STATIC = "static"

FIRST_SCORING_SEED = 1
"""Tuning has its own (tune.py): what is tuned on is never scored."""
LOADS = (0.70, 0.85, 0.95, 1.10, 1.30)
USUAL, ONE_DOWN, TWO_DOWN = "usual", "one robot down at 10:00", "two robots down at 10:00"
STOP_FROM_S, STOP_S = 10 * HOUR_S, 4 * HOUR_S
STOPPED = {USUAL: (), ONE_DOWN: (3,), TWO_DOWN: (3, 6)}
"""Robots that stop for four hours, as somebody says at once."""

STATIC_CASES = tuple(
    (robots, orders, copies, tightness)
    for robots, orders in ((3, 30), (5, 40), (9, 60))
    for copies in (1, 2)
    for tightness in (1.0, 1.6)
)


@dataclass(frozen=True, slots=True)
class Cell:
    instances: str
    """F1, F2, static or the folder of a site."""
    scenario: str
    load: float
    seed: int


@dataclass(frozen=True, slots=True)
class Row:
    """One policy, or a bound, on one day. None where there is no such figure."""

    instances: str
    scenario: str
    load: float
    seed: int
    policy: str
    orders: int
    discharge_on_time: float | None
    urgent_on_time: float | None
    routine_on_time: float | None
    late: int | None
    """Orders of any class."""
    late_weight: float | None
    weighted_tardiness_min: float | None
    tardiness_min: float | None = None
    flow_min: float | None = None
    dwell_min: float | None = None
    exceptions: int | None = None


def cells(seeds: int, site: Path | None) -> list[Cell]:
    found = []
    for seed in range(FIRST_SCORING_SEED, FIRST_SCORING_SEED + seeds):
        found += [Cell(setting, USUAL, load, seed) for setting in (F1.name, F2.name) for load in LOADS]
        found += [Cell(F2.name, scenario, load, seed) for scenario in (ONE_DOWN, TWO_DOWN) for load in (0.85, 0.95)]
        if site is not None:
            found += [Cell(str(site), scenario, load, seed) for scenario in STOPPED for load in (0.70, 0.85, 0.95)]
    found += [Cell(STATIC, USUAL, case[3], number) for number, case in enumerate(STATIC_CASES, start=1)]
    return found


def play_all(wanted: Sequence[Cell], workers: int) -> Iterator[list[Row]]:
    """The rows of each cell, in the order of the cells however many workers there are."""
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(play, wanted)


def play(cell: Cell) -> list[Row]:
    if cell.instances == STATIC:
        return _play_static(cell)
    instance = instance_of(cell)
    rows = [_row(cell, instance, Plant(instance, policy())) for policy in POLICIES]
    return [*rows, _bound(cell, instance)]


def instance_of(cell: Cell) -> Instance:
    stops = tuple(
        Outage(robot, STOP_FROM_S, STOP_FROM_S + STOP_S, STOP_FROM_S + STOP_S) for robot in STOPPED[cell.scenario]
    )
    for setting in (F1, F2):
        if setting.name == cell.instances:
            return generate(setting, cell.load, cell.seed, stops=stops)
    return at_load(_day(cell.instances), cell.load, cell.seed, stops=stops)


@lru_cache(maxsize=1)
def _day(folder: str) -> SiteDay:
    return read_day(Path(folder))


def _row(cell: Cell, instance: Instance, plant: Plant) -> Row:
    found = measure(plant.run())
    return Row(
        instance.name,
        cell.scenario,
        cell.load,
        cell.seed,
        plant.policy.name,
        len(instance.orders),
        found.on_time[Kind.DISCHARGE],
        found.on_time[Kind.URGENT],
        found.on_time[Kind.ROUTINE],
        sum(found.late.values()),
        found.late_weight,
        found.weighted_tardiness_min,
        found.tardiness_min,
        found.flow_min,
        found.dwell_min,
        found.exceptions,
    )


def _bound(cell: Cell, instance: Instance) -> Row:
    best = {kind: _most_on_time(instance, kind) for kind in CLASSES}
    return Row(
        instance.name,
        cell.scenario,
        cell.load,
        cell.seed,
        BOUND,
        len(instance.orders),
        best[Kind.DISCHARGE],
        best[Kind.URGENT],
        best[Kind.ROUTINE],
        None,
        least_late(instance, CLASSES),
        least_tardiness(instance, CLASSES) / 60.0,
    )


def _most_on_time(instance: Instance, kind: Kind) -> float:
    """Percent, if the class had the plant for itself."""
    count = sum(job.kind is kind for job in instance.jobs)
    if not count:
        return 100.0
    late = ceil(least_late(instance, (kind,)) / WEIGHTS[kind])
    return 100.0 * (1.0 - late / count)


def _play_static(cell: Cell) -> list[Row]:
    robots, orders, copies, tightness = STATIC_CASES[cell.seed - 1]
    instance = static_instance(cell.seed, robots, orders, copies, tightness)
    rows = []
    for policy in (baselines.fifo_shortest, baselines.edf_pulled, baselines.least_slack, ours.atc, ours.ours):
        rows.append(_row(cell, instance, Plant(instance, policy())))
    outcome = Plant(instance, ours.ours()).run()
    found = least_weighted_tardiness(instance, outcome)
    for name, late, tardiness_s in (
        (CP_SAT, None, found.at_most_s),
        (BOUND, least_late_orders(instance), found.at_least_s),
    ):
        known = Row(
            instance.name, cell.scenario, cell.load, cell.seed, name, orders, None, None, None, late, None, None
        )
        rows.append(replace(known, weighted_tardiness_min=tardiness_s / 60.0))
    return rows
