"""`python -m tests.bench.scheduling.tune`: the constants of the index on tuning days, which are never scored."""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from statistics import fmean

from rich.console import Console
from rich.table import Table

from controller.scheduling.dispatch import Policy
from tests.bench.scheduling.generated import F2, generate
from tests.bench.scheduling.instance import Kind
from tests.bench.scheduling.measures import Measures, measure
from tests.bench.scheduling.ours import Ours
from tests.bench.scheduling.plant import Plant

FIRST_TUNING_SEED = 101
LOADS = (0.95, 1.30)
LOOK_AHEAD_S = (900.0, 1500.0, 2700.0, 3600.0)
"""No further than a late order takes to grow by a factor e: the queues are exact only so far (dispatch.py)."""
BATCH_OFFSET = (1.0, 2.0, 6.0, 15.0)
ADVANTAGE = (0.0, 0.3, 1.0, 10.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scheduling.tune")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    seeds = range(FIRST_TUNING_SEED, FIRST_TUNING_SEED + asked.seeds)
    policies = [
        Policy(look_ahead_s=look_ahead_s, batch_offset=offset, advantage=advantage)
        for look_ahead_s, offset, advantage in product(LOOK_AHEAD_S, BATCH_OFFSET, ADVANTAGE)
    ]
    days = [(policy, load, seed) for policy in policies for load in LOADS for seed in seeds]
    with ProcessPoolExecutor(asked.workers) as pool:
        found = list(pool.map(_play, days))
    _show(policies, [(policy, load, result) for (policy, load, _), result in zip(days, found, strict=True)])


def _play(day: tuple[Policy, float, int]) -> Measures:
    policy, load, seed = day
    return measure(Plant(generate(F2, load, seed), Ours("tried", policy)).run())


def _show(policies: Sequence[Policy], results: Sequence[tuple[Policy, float, Measures]]) -> None:
    """Best first: by weighted tardiness over all loads, then by flow."""
    table = Table(
        "look-ahead s", "offset", "advantage", "load", "discharge %", "routine %", "flow min", "dwell min", "tardy h"
    )
    by_policy = {id(policy): [each for each in results if each[0] == policy] for policy in policies}

    def rank(policy: Policy) -> tuple[float, float]:
        mine = [each[2] for each in by_policy[id(policy)]]
        return fmean(each.weighted_tardiness_min for each in mine), fmean(each.flow_min for each in mine)

    for policy in sorted(policies, key=rank):
        for load in LOADS:
            mine = [each[2] for each in by_policy[id(policy)] if each[1] == load]
            table.add_row(
                f"{policy.look_ahead_s:.0f}",
                f"{policy.batch_offset:.0f}",
                f"{policy.advantage:.0f}",
                f"{load:.0%}",
                f"{fmean(each.on_time[Kind.DISCHARGE] for each in mine):.2f}",
                f"{fmean(each.on_time[Kind.ROUTINE] for each in mine):.2f}",
                f"{fmean(each.flow_min for each in mine):.1f}",
                f"{fmean(each.dwell_min for each in mine):.2f}",
                f"{fmean(each.weighted_tardiness_min for each in mine) / 60.0:.1f}",
            )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
