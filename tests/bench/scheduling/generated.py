"""Days from a seed: the team's settings F1 and F2 (SCHEDULING.md), as far as its prose tells them.

What the prose leaves open is chosen here and said: MTBF and MTTR are those of the plant (of each of nine robots, an
hour in fifteen would be lost, and no policy could have the team's figures); an order by van is due at the next run of
its hospital that its lead allows; a product has three batches, each in as many robots of its own as the setting has
copies, and those that expire within the FEFO tolerance may be chosen from.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import ceil, log

from simulator.chance import Chance, Random
from tests.bench.scheduling.instance import (
    DAY_S,
    FEFO_TOLERANCE_DAYS,
    Batch,
    Instance,
    Job,
    Kind,
    Line,
    Outage,
    Product,
    Robot,
    up_s,
)

HOUR_S = 3600.0
MINUTE_S = 60.0
LOAD_FROM_S, LOAD_TO_S = 6 * HOUR_S, 18 * HOUR_S

ZIPF = 0.95
"""DOMAIN.md, Table A."""
SETUP_S, PACK_S = 4.5, 7.0
"""A trip of one pack 11.5 s, of three 25.5 s: 314 and 423 packs an hour (DOMAIN.md 1.2 and Table A)."""
PACK_SPREAD = 0.15
"""Products stand near or far: their packs take so much less or more."""

HOURS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 10, 9, 8, 8, 8, 6, 4, 2, 1, 1, 1, 1, 1)
"""DOMAIN.md 6: weight of each hour of the day."""
DISCHARGE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 2, 7, 12, 13, 14, 14, 13, 12, 7, 4, 2, 0, 0, 0, 0, 0)
"""The peak of 11 to 16 h (DOMAIN.md 6)."""

LINE_SHARES = {Kind.DISCHARGE: 0.08, Kind.URGENT: 0.02, Kind.ROUTINE: 0.90}
"""DOMAIN.md, Table A: 8 % of lines are for discharge; the split of the rest is the shared week's."""
LINES_AN_ORDER = {Kind.DISCHARGE: 4.4, Kind.URGENT: 1.7, Kind.ROUTINE: 7.3}
"""Means; 5.7 items a discharge (DOMAIN.md 6) and the shared week's 9.4 a routine order, of which robots hold 78 %."""
MOST_LINES = 40
PACKS_A_LINE = {Kind.DISCHARGE: 1.2, Kind.URGENT: 1.9, Kind.ROUTINE: 2.0}

BATCHES = 3
BATCH_GAP_DAYS = 45
"""At most, from one batch of a product to the next: two thirds of second batches are within the FEFO tolerance."""

HOSPITALS = 8
RUNS_S = tuple(hour * HOUR_S for hour in (7.25, 10.5, 14.0, 17.25, 21.25, 31.25))
"""Departures from the first hospital: the shared week's, and next morning's. Further ones follow by RUN_STAGGER_S."""
RUN_STAGGER_S = 7 * MINUTE_S
BURSTS_A_HOSPITAL = 5
BURST_S = 5 * MINUTE_S
LOT_PACKS = 20
GOODS_IN_FROM_S, GOODS_IN_TO_S = 5 * HOUR_S, 15 * HOUR_S
GOODS_IN_DUE_S = DAY_S + 6 * HOUR_S
"""Goods in are to be stored by the next morning."""

CALIBRATION_EVERY_S, CALIBRATION_S = 8 * HOUR_S, 3 * MINUTE_S
MAINTENANCE_S = HOUR_S
"""One robot a night, at two o'clock."""

AMPLE_PACKS = 1_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    heads: tuple[int, ...]
    """Packs a trip; robots take these in turn."""
    copies: int
    """Robots that hold a batch."""
    discharge_within_s: tuple[float, float]
    """Due so long after its release."""
    urgent_lead_s: float
    """At the latest so long before its run; routine likewise."""
    routine_lead_s: float
    burst_share: float
    """Of routine orders."""
    goods_in_ratio: float
    """Packs in for a pack out."""
    mtbf_s: float
    mttr_s: float
    robots: int = 9
    products: int = 3000


F1 = Setting(
    "F1", (1, 4, 8), 2, (45 * MINUTE_S, 105 * MINUTE_S), 40 * MINUTE_S, 2 * HOUR_S, 0.4, 1.0, 14 * HOUR_S, 25 * MINUTE_S
)
F2 = Setting("F2", (1,), 1, (20 * MINUTE_S, HOUR_S), 25 * MINUTE_S, HOUR_S, 0.75, 0.3, 8 * HOUR_S, 35 * MINUTE_S)


def generate(setting: Setting, load: float, seed: int, *, stops: Sequence[Outage] = ()) -> Instance:
    """The day of a seed at a load; `stops` come on top of the failures that the seed brings and change nothing else."""
    chance = Chance(seed)
    robots = tuple(Robot(setting.heads[n % len(setting.heads)], SETUP_S) for n in range(setting.robots))
    products = place(setting, robots, chance.stream("placement"))
    outages = draw_outages(setting, chance.stream("outages"))
    target_s = load * sum(
        up_s(tuple(o for o in outages if o.robot == r), LOAD_FROM_S, LOAD_TO_S) for r in range(setting.robots)
    )
    jobs = _Demand(setting, robots, products, chance).until(target_s)
    return Instance(setting.name, seed, load, robots, products, jobs, merged((*outages, *stops)))


def place(setting: Setting, robots: Sequence[Robot], random: Random) -> tuple[Product, ...]:
    """Products by falling demand; what FEFO lets go first is put where least is asked for, later batches anywhere."""
    asked_s = [0.0] * len(robots)
    products = []
    for rank in range(setting.products):
        expiries = [random.randint(120, 700)]
        while len(expiries) < min(BATCHES, len(robots) // setting.copies):
            expiries.append(expiries[-1] + random.randint(0, BATCH_GAP_DAYS))
        first = [expiry for expiry in expiries if expiry <= expiries[0] + FEFO_TOLERANCE_DAYS]
        demand = (rank + 1) ** -ZIPF / (len(first) * setting.copies)
        batches = []
        free = list(range(len(robots)))
        for expiry in expiries:
            for _ in range(setting.copies):
                if expiry in first:
                    robot = min(free, key=lambda robot: (asked_s[robot], robot))
                    asked_s[robot] += demand * unit_s(robots[robot], PACK_S)
                else:
                    robot = random.choice(free)
                free.remove(robot)
                batches.append(Batch(robot, expiry, AMPLE_PACKS))
        products.append(Product(PACK_S * random.uniform(1 - PACK_SPREAD, 1 + PACK_SPREAD), tuple(batches)))
    return tuple(products)


def unit_s(robot: Robot, pack_s: float) -> float:
    """One pack of a full head."""
    return pack_s + robot.setup_s / robot.head_packs


def merged(outages: Sequence[Outage]) -> tuple[Outage, ...]:
    """By robot and time, with those that overlap made one."""
    result: list[Outage] = []
    for outage in sorted(outages, key=lambda o: (o.robot, o.begins_at, o.ends_at)):
        last = result[-1] if result else None
        if last is not None and last.robot == outage.robot and outage.begins_at <= last.ends_at:
            result[-1] = Outage(
                last.robot,
                last.begins_at,
                max(last.ends_at, outage.ends_at),
                max(last.expected_end, outage.expected_end),
            )
        else:
            result.append(outage)
    return tuple(result)


class _Demand:
    """Draws orders, and the goods in that belong to them, until the work from 06 to 18 h is what it should be."""

    def __init__(self, setting: Setting, robots: Sequence[Robot], products: Sequence[Product], chance: Chance) -> None:
        self._setting = setting
        self._robots = robots
        self._products = products
        self._random = chance.stream("orders")
        self._goods_in = chance.stream("goods in")
        self._ranks = list(accumulate((rank + 1) ** -ZIPF for rank in range(len(products))))
        kinds = list(LINE_SHARES)
        self._kinds = kinds
        self._kind_weights = [LINE_SHARES[kind] / LINES_AN_ORDER[kind] for kind in kinds]
        bursts = chance.stream("bursts")
        self._bursts = [[_instant(bursts, HOURS) for _ in range(BURSTS_A_HOSPITAL)] for _ in range(HOSPITALS)]

    def until(self, target_s: float) -> tuple[Job, ...]:
        drawn: list[Job] = []
        offered_s = 0.0
        owed_packs = 0.0
        while offered_s < target_s:
            new = [self._order()]
            owed_packs += self._setting.goods_in_ratio * new[0].packs
            while owed_packs >= LOT_PACKS:
                owed_packs -= LOT_PACKS
                new.append(self._lot())
            offered_s += sum(self._work_s(job) for job in new if LOAD_FROM_S <= job.released_at < LOAD_TO_S)
            drawn += new
        return numbered(drawn)

    def _order(self) -> Job:
        random = self._random
        kind = random.choices(self._kinds, self._kind_weights)[0]
        hospital = random.randrange(HOSPITALS)
        if kind is Kind.DISCHARGE:
            at = _instant(random, DISCHARGE_HOURS)
            due_at = at + random.uniform(*self._setting.discharge_within_s)
        elif kind is Kind.URGENT:
            at = _instant(random, HOURS)
            due_at = _next_run(hospital, at + self._setting.urgent_lead_s)
        else:
            at = _instant(random, HOURS)
            if random.random() < self._setting.burst_share:
                at = random.choice(self._bursts[hospital]) + random.uniform(0.0, BURST_S)
            due_at = _next_run(hospital, at + self._setting.routine_lead_s)
        later = () if kind is Kind.DISCHARGE else tuple(at for at in _runs(hospital) if at > due_at)
        chosen: dict[int, int] = {}
        for _ in range(min(MOST_LINES, geometric(random, LINES_AN_ORDER[kind]))):
            product = self._product(random)
            chosen[product] = chosen.get(product, 0) + geometric(random, PACKS_A_LINE[kind])
        lines = tuple(Line(product, packs) for product, packs in chosen.items())
        return Job(0, kind, at, due_at, lines, later_vans=later)

    def _lot(self) -> Job:
        random = self._goods_in
        product = self._product(random)
        at = random.uniform(GOODS_IN_FROM_S, GOODS_IN_TO_S)
        into = random.choice(self._products[product].batches[: self._setting.copies]).robot
        return Job(0, Kind.GOODS_IN, at, GOODS_IN_DUE_S, (Line(product, LOT_PACKS),), into)

    def _product(self, random: Random) -> int:
        return bisect(self._ranks, random.random() * self._ranks[-1])

    def _work_s(self, job: Job) -> float:
        return trips_s(job, self._robots, self._products)


def trips_s(job: Job, robots: Sequence[Robot], products: Sequence[Product]) -> float:
    """The job's work when each line goes to the first holder of its product and heads are filled by order."""
    packs: dict[int, int] = {}
    total_s = 0.0
    for line in job.lines:
        product = products[line.product]
        robot = product.batches[0].robot if job.into is None else job.into
        packs[robot] = packs.get(robot, 0) + line.packs
        total_s += line.packs * product.pack_s
    return total_s + sum(ceil(n / robots[robot].head_packs) * robots[robot].setup_s for robot, n in packs.items())


def numbered(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """By time of release, numbered from one."""
    ordered = sorted(jobs, key=lambda job: (job.released_at, job.due_at, job.kind, job.lines))
    return tuple(replace(job, number=number) for number, job in enumerate(ordered, start=1))


def draw_outages(setting: Setting, random: Random) -> tuple[Outage, ...]:
    """Failures of the plant, each of a robot by chance; calibrations in turn; one robot's maintenance."""
    outages = []
    at = random.expovariate(1.0 / setting.mtbf_s)
    while at < DAY_S:
        robot = random.randrange(setting.robots)
        repaired_at = at + random.expovariate(1.0 / setting.mttr_s)
        outages.append(Outage(robot, at, repaired_at, at + setting.mttr_s))
        at += random.expovariate(1.0 / setting.mtbf_s)
    for robot in range(setting.robots):
        at = CALIBRATION_EVERY_S * robot / setting.robots
        while at < DAY_S:
            outages.append(Outage(robot, at, at + CALIBRATION_S, at + CALIBRATION_S))
            at += CALIBRATION_EVERY_S
    at = 2 * HOUR_S
    outages.append(Outage(random.randrange(setting.robots), at, at + MAINTENANCE_S, at + MAINTENANCE_S))
    return merged(outages)


def _instant(random: Random, hours: Sequence[int]) -> float:
    hour = random.choices(range(24), hours)[0]
    return (hour + random.random()) * HOUR_S


def _next_run(hospital: int, after: float) -> float:
    return next(at for at in _runs(hospital) if at >= after)


def _runs(hospital: int) -> list[float]:
    return [run + hospital * RUN_STAGGER_S for run in RUNS_S]


def geometric(random: Random, mean: float) -> int:
    """At least one."""
    if mean <= 1.0:
        return 1
    return 1 + int(log(1.0 - random.random()) / log(1.0 - 1.0 / mean))
