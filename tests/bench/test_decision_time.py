"""`make bench`: what one decision takes, with saying anew how its order stands. Nothing here asserts a time."""

import timeit
from collections.abc import Callable
from heapq import heappop, heappush
from statistics import quantiles
from time import process_time

import pytest
from rich.console import Console

from controller.scheduling.dispatch import Dispatch, Standing
from simulator.chance import Chance

ORDERS_A_ROBOT = 30
DECISIONS = 3_000
WARM_UP = 300


@pytest.fixture(scope="module")
def console() -> Console:
    console = Console(width=120)
    console.print(
        f"\n{'one choice and one put':44} {'p50':>9} {'p99':>9}   {'heap p50':>9} {'heap p99':>9}   ratio of p50"
    )
    return console


@pytest.mark.parametrize("robots", [9, 90, 900])
def test_a_decision(console: Console, robots: int) -> None:
    """As the engine decides: a robot chooses, the order is stated anew with a pack less, a finished one is replaced.

    Baseline: one heap a robot with the oldest order on top (first come, first served).
    """
    ours = _measured(_Deciding(robots).decide)
    heap = _measured(_FirstCome(robots).decide)
    console.print(
        f"{robots} robots, {ORDERS_A_ROBOT * robots} orders".ljust(44)
        + f" {ours[0]:6.1f} µs {ours[1]:6.1f} µs   {heap[0]:6.1f} µs {heap[1]:6.1f} µs   {ours[0] / heap[0]:6.2f}×"
    )


def _measured(decide: Callable[[], object]) -> tuple[float, float]:
    """(p50, p99) in µs of this process's own time: what else the machine does is not counted."""
    took_us = [1e6 * timeit.timeit(decide, number=1, timer=process_time) for _ in range(WARM_UP + DECISIONS)][WARM_UP:]
    hundredths = quantiles(took_us, n=100)
    return hundredths[49], hundredths[98]


class _Deciding:
    def __init__(self, robots: int) -> None:
        self._random = Chance(robots).stream("orders")
        self._sources = [f"robot:R{number}" for number in range(1, robots + 1)]
        self._dispatch = Dispatch()
        self._now = 0.0
        self._number = 0
        self._turn = 0
        for _ in range(ORDERS_A_ROBOT * robots):
            self._come()

    def decide(self) -> None:
        source = self._sources[self._turn % len(self._sources)]
        self._turn += 1
        # Each robot asks about twice a minute, however many there are.
        self._now += 30.0 / len(self._sources)
        choice = self._dispatch.choose(source, self._now, lambda each: each.number, lambda each: each.shares)
        if choice is None:
            return
        standing = choice.standing
        if standing.left > 3:
            shares = {name: share_s * (standing.left - 3) / standing.left for name, share_s in standing.shares.items()}
            left = standing.left - 3
            self._dispatch.put(Standing(standing.number, standing.weight, standing.wanted_at, left, shares))
        else:
            self._dispatch.drop(standing.number)
            self._come()

    def _come(self) -> None:
        random = self._random
        self._number += 1
        left = random.randint(1, 20)
        places = random.sample(self._sources, 4)
        shares = dict.fromkeys(places, 8.5 * left / 4)
        wanted_at = self._now + random.uniform(600.0, 14_400.0)
        self._dispatch.put(Standing(self._number, random.choice([1.0, 1.0, 3.0, 9.0]), wanted_at, left, shares))


class _FirstCome:
    def __init__(self, robots: int) -> None:
        self._random = Chance(robots).stream("orders")
        self._queues: list[list[tuple[int, int]]] = [[] for _ in range(robots)]
        self._number = 0
        self._turn = 0
        for _ in range(ORDERS_A_ROBOT * robots):
            self._come()

    def decide(self) -> None:
        queue = self._queues[self._turn % len(self._queues)]
        self._turn += 1
        if not queue:
            return
        number, left = heappop(queue)
        if left > 3:
            heappush(queue, (number, left - 3))
        else:
            self._come()

    def _come(self) -> None:
        self._number += 1
        heappush(self._random.choice(self._queues), (self._number, self._random.randint(1, 20)))
