"""How long one decision takes, on one core, by the number of robots. Forty orders a robot wait, each at five robots."""

import timeit
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles

from controller.scheduling.dispatch import Dispatch, Standing
from simulator.chance import Chance, Random

ORDERS_A_ROBOT = 40
SOURCES_AN_ORDER = 5
DECISIONS = 5000
STEP_S = 11.5


@dataclass(frozen=True, slots=True)
class DecisionTime:
    robots: int
    choose_p50_us: float
    choose_p99_us: float
    put_p50_us: float
    put_p99_us: float


def decision_time(robots: int) -> DecisionTime:
    """`choose` for each robot in turn, and the `put` after it, while time passes and orders come and go."""
    random = Chance(9).stream("decisions")
    sources = [f"robot:R{number}" for number in range(robots)]
    dispatch = Dispatch()
    orders = ORDERS_A_ROBOT * robots
    for number in range(orders):
        dispatch.put(_standing(random, number, 0.0, sources))
    choosing, putting = [], []
    now = 0.0
    for turn in range(DECISIONS):
        now += STEP_S / robots
        source = sources[turn % robots]
        begin = timeit.default_timer()
        choice = dispatch.choose(source, now, _tour, _rivals)
        chosen = timeit.default_timer()
        choosing.append(chosen - begin)
        if choice is None:
            raise ValueError("nothing to choose from")
        standing = choice.standing
        if standing.left == 1:
            dispatch.drop(standing.number)
            standing = _standing(random, orders + turn, now, sources)
        else:
            standing = Standing(
                standing.number, standing.weight, standing.wanted_at, standing.left - 1, dict(standing.shares)
            )
        begin = timeit.default_timer()
        dispatch.put(standing)
        putting.append(timeit.default_timer() - begin)
    return DecisionTime(robots, *_p50_p99(choosing), *_p50_p99(putting))


def _standing(random: Random, number: int, now: float, sources: list[str]) -> Standing:
    held = random.sample(sources, SOURCES_AN_ORDER)
    weight = random.choice((1.0, 1.0, 1.0, 3.0, 9.0))
    shares = {source: random.uniform(11.5, 60.0) for source in held}
    return Standing(number, weight, now + random.uniform(600.0, 14_400.0), random.randint(2, 30), shares)


def _tour(standing: Standing) -> int:
    return standing.number


def _rivals(standing: Standing) -> Iterable[str]:
    return list(standing.shares)[:2]


def _p50_p99(seconds: list[float]) -> tuple[float, float]:
    cuts = quantiles(seconds, n=100)
    return 1e6 * cuts[49], 1e6 * cuts[98]
