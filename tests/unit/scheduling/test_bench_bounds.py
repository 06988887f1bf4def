"""The bench's bounds: none is above what a policy reaches, and on the smallest cases they are what they should be."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.scheduling.baselines import edf_pulled, fifo_shortest, least_slack
from tests.bench.scheduling.exact import least_late_orders, least_weighted_tardiness, moore_hodgson, static_instance
from tests.bench.scheduling.fluid import least_late, least_tardiness
from tests.bench.scheduling.generated import F1, F2, generate, numbered
from tests.bench.scheduling.instance import CLASSES, WEIGHTS, Batch, Instance, Job, Kind, Line, Outage, Product, Robot
from tests.bench.scheduling.measures import measure
from tests.bench.scheduling.ours import ours, ours_if_down
from tests.bench.scheduling.plant import Plant

MINIS = {
    "F1": replace(F1, robots=4, heads=(1,), products=80, mtbf_s=6 * 3600.0),
    "F2": replace(F2, robots=2, products=80, mtbf_s=4 * 3600.0),
}
POLICIES = (fifo_shortest, edf_pulled, least_slack, ours, ours_if_down)


def morning(instance: Instance) -> Instance:
    """What comes from nine to noon, so that a test is short."""
    return replace(instance, jobs=numbered([job for job in instance.jobs if 32_400.0 <= job.released_at < 43_200.0]))


@pytest.mark.parametrize(("name", "load", "somebody_is_late"), [("F1", 1.0, False), ("F2", 1.3, True)])
def test_no_policy_is_better_than_the_bound(name: str, load: float, somebody_is_late: bool) -> None:
    stop = Outage(1, 36_000.0, 50_400.0, 50_400.0)
    instance = morning(generate(MINIS[name], load, 3, stops=[stop]))
    late = least_late(instance, CLASSES, bucket_s=600.0)
    tardiness_min = least_tardiness(instance, CLASSES, delays_s=(1800.0, 7200.0), bucket_s=1800.0) / 60.0
    by_class = {kind: least_late(instance, [kind], bucket_s=600.0) for kind in CLASSES}
    assert (late > 0.0) is somebody_is_late
    assert (tardiness_min > 0.0) is somebody_is_late
    for policy in POLICIES:
        found = measure(Plant(instance, policy()).run())
        assert late <= found.late_weight, policy().name
        assert tardiness_min <= found.weighted_tardiness_min, policy().name
        for kind in CLASSES:
            assert by_class[kind] <= found.late[kind] * WEIGHTS[kind], (policy().name, kind)


def two_orders_for_one_place(*, due_at: float, outages: tuple[Outage, ...] = ()) -> Instance:
    """Each takes ten minutes of the only robot."""
    jobs = tuple(Job(number, Kind.ROUTINE, 0.0, due_at, (Line(0, 60),)) for number in (1, 2))
    return Instance("tiny", 0, 0.0, (Robot(1, 0.0),), (Product(10.0, (Batch(0, 100, 999),)),), jobs, outages)


def test_of_two_orders_that_need_the_same_ten_minutes_one_is_late() -> None:
    assert least_late(two_orders_for_one_place(due_at=600.0), CLASSES) == pytest.approx(1.0, abs=1e-3)
    assert least_late(two_orders_for_one_place(due_at=1200.0), CLASSES) == 0.0


def test_an_outage_takes_its_time_from_the_bound() -> None:
    stopped = two_orders_for_one_place(due_at=1200.0, outages=(Outage(0, 0.0, 900.0, 900.0),))
    assert least_late(stopped, CLASSES) == pytest.approx(1.5, abs=1e-3)


@pytest.mark.parametrize(("later_batch_in", "late"), [(1, 0.0), (0, 9.0)])
def test_what_another_robot_may_give_from_a_later_batch_is_not_bound_to_be_late(
    later_batch_in: int, late: float
) -> None:
    product = Product(10.0, (Batch(0, 100, 9), Batch(later_batch_in, 200, 9)))
    order = Job(1, Kind.DISCHARGE, 0.0, 600.0, (Line(0, 1),))
    stop = Outage(0, 0.0, 3600.0, 3600.0)
    instance = Instance("tiny", 0, 0.0, (Robot(1, 0.0),) * 2, (product,), (order,), (stop,))
    assert least_late(instance, CLASSES) == pytest.approx(late, abs=1e-3)
    assert measure(Plant(instance, ours_if_down()).run()).late_weight == late


def test_the_fluid_tardiness_grows_with_what_cannot_be_done() -> None:
    light, heavy = (
        least_tardiness(
            two_orders_for_one_place(due_at=due_at), CLASSES, delays_s=(60.0, 120.0, 300.0, 600.0), bucket_s=60.0
        )
        for due_at in (900.0, 300.0)
    )
    assert 0.0 < light <= 300.0
    assert light < heavy <= 900.0 + 300.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 12)), min_size=1, max_size=6))
def test_moore_and_hodgson_find_the_least_number_late(jobs: list[tuple[int, int]]) -> None:
    def late(sequence: tuple[tuple[int, int], ...]) -> int:
        at, count = 0, 0
        for due_at, seconds in sequence:
            at += seconds
            count += at > due_at
        return count

    assert moore_hodgson([(float(due), float(s)) for due, s in jobs]) == min(map(late, permutations(jobs)))


def test_cp_sat_proves_the_best_plan_of_few_orders_and_ours_is_no_better() -> None:
    instance = static_instance(4, robots=2, orders=6, copies=1, tightness=0.6)
    outcome = Plant(instance, ours()).run()
    found = least_weighted_tardiness(instance, outcome)
    best_s = min(_weighted_tardiness_s(instance, sequence) for sequence in permutations(instance.jobs))
    assert found.proven
    assert found.at_least_s > 0.0
    assert found.at_least_s == pytest.approx(best_s, rel=0.01)
    assert found.at_least_s <= measure(outcome).weighted_tardiness_min * 60.0
    assert least_late_orders(instance) <= sum(measure(outcome).late.values())


@pytest.mark.parametrize("copies", [1, 2])
def test_what_cp_sat_proves_holds_for_every_policy(copies: int) -> None:
    instance = static_instance(8, robots=3, orders=10, copies=copies, tightness=0.8)
    found = least_weighted_tardiness(instance, Plant(instance, ours()).run(), effort=0.1)
    for policy in POLICIES:
        reached = measure(Plant(instance, policy()).run())
        assert found.at_least_s <= reached.weighted_tardiness_min * 60.0 + 1e-6
        assert least_late_orders(instance) <= sum(reached.late.values())


def _weighted_tardiness_s(instance: Instance, sequence: tuple[Job, ...]) -> float:
    """Every robot serves the orders in this sequence; one holder a product."""
    free_at = [0.0] * len(instance.robots)
    total_s = 0.0
    for job in sequence:
        done = 0.0
        for line in job.lines:
            product = instance.products[line.product]
            robot = product.batches[0].robot
            free_at[robot] += line.packs * (product.pack_s + instance.robots[robot].setup_s)
            done = max(done, free_at[robot])
        total_s += job.weight * max(0.0, done - job.due_at)
    return total_s
