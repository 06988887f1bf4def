"""The bench's plant: it loses nothing, keeps to FEFO and to outages whatever the policy, and repeats itself."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from controller.scheduling.dispatch import Policy
from tests.bench.scheduling.baselines import edf_bound, edf_pulled, fifo_first, fifo_shortest, least_slack
from tests.bench.scheduling.generated import F1, F2, LOAD_FROM_S, LOAD_TO_S, generate, trips_s
from tests.bench.scheduling.instance import Batch, Instance, Job, Kind, Line, Outage, Product, Robot, up_s
from tests.bench.scheduling.measures import measure
from tests.bench.scheduling.ours import Ours, atc, ours, ours_strict
from tests.bench.scheduling.plant import Chooser, Outcome, Plant
from tests.bench.scheduling.site import at_load, read_day

MINI = replace(F2, robots=2, products=80)
SMALL_SITE = Path(__file__).parents[3] / "simulator" / "scenarios" / "small_site"
EVERY_POLICY = [fifo_first, fifo_shortest, edf_bound, edf_pulled, least_slack, atc, ours, ours_strict]


def order(number: int, due_at: float, *lines: Line, kind: Kind = Kind.ROUTINE, released_at: float = 0.0) -> Job:
    return Job(number, kind, released_at, due_at, lines)


def one_product(*batches: Batch, robots: int = 1, outages: tuple[Outage, ...] = (), jobs: tuple[Job, ...]) -> Instance:
    """Ten seconds for a pack, none for the way."""
    return Instance("tiny", 0, 0.0, (Robot(1, 0.0),) * robots, (Product(10.0, batches),), jobs, outages)


def done_at(outcome: Outcome) -> list[float | None]:
    return [work.done_at for work in outcome.works]


@pytest.mark.parametrize("policy", EVERY_POLICY, ids=lambda policy: policy().name)
def test_every_pack_that_is_wanted_is_picked_once_and_by_a_robot_that_may(policy: Callable[[], Chooser]) -> None:
    instance = generate(MINI, 0.5, seed=5)
    outcome = Plant(instance, policy()).run()
    for job in instance.jobs:
        for place, line in enumerate(job.lines):
            robots = range(len(instance.robots))
            by_robot = {robot: outcome.picked.get((job.number, place, robot), 0) for robot in robots}
            assert sum(by_robot.values()) == line.packs
            if job.into is not None:
                assert by_robot[job.into] == line.packs
    assert outcome.exceptions == 0


def test_the_stock_falls_by_what_was_picked() -> None:
    day = at_load(read_day(SMALL_SITE), 0.1, seed=3)
    plant = Plant(day, ours())
    outcome = plant.run()
    for number, product in enumerate(day.products):
        before = sum(batch.packs for batch in product.batches)
        ordered = sum(line.packs for job in day.orders for line in job.lines if line.product == number)
        assert sum(plant.stock[number]) == before - ordered
    assert all(work.done_at is not None for work in outcome.works)


def test_the_same_seed_gives_the_same_day() -> None:
    first, again = (Plant(generate(MINI, 0.5, seed=5), ours()).run() for _ in range(2))
    assert done_at(first) == done_at(again)
    assert done_at(Plant(generate(MINI, 0.5, seed=6), ours()).run()) != done_at(first)


def test_a_scenario_changes_the_outages_and_nothing_else() -> None:
    stop = Outage(1, 36_000.0, 50_400.0, 50_400.0)
    usual, stopped = generate(MINI, 0.5, seed=5), generate(MINI, 0.5, seed=5, stops=[stop])
    assert stopped.jobs == usual.jobs
    assert stopped.products == usual.products
    assert up_s(stopped.outages_of(1), 36_000.0, 50_400.0) == 0.0
    assert stopped.outages_of(0) == usual.outages_of(0)


@pytest.mark.parametrize("setting", [F1, F2])
def test_the_load_is_work_offered_by_day_over_machine_time(setting: object) -> None:
    small = replace(F1 if setting is F1 else F2, products=300)
    instance = generate(small, 0.8, seed=2)
    offered_s = sum(
        trips_s(job, instance.robots, instance.products)
        for job in instance.jobs
        if LOAD_FROM_S <= job.released_at < LOAD_TO_S
    )
    machine_s = sum(up_s(instance.outages_of(robot), LOAD_FROM_S, LOAD_TO_S) for robot in range(9))
    assert offered_s / machine_s == pytest.approx(0.8, abs=0.01)


def test_a_trip_waits_while_its_robot_is_down() -> None:
    stops = (Outage(0, 15.0, 100.0, 100.0), Outage(0, 105.0, 205.0, 205.0))
    day = one_product(Batch(0, 100, 9), jobs=(order(1, 99.0, Line(0, 3)),), outages=stops)
    outcome = Plant(day, edf_pulled()).run()
    assert outcome.works[0].first_at == 10.0
    assert outcome.works[0].done_at == 10.0 + 85.0 + 10.0 + 100.0 + 10.0


def test_a_later_batch_waits_until_the_older_one_is_empty() -> None:
    day = one_product(Batch(0, 100, 3), Batch(1, 131, 9), robots=2, jobs=(order(1, 99.0, Line(0, 4)),))
    assert done_at(Plant(day, edf_pulled()).run()) == [30.0]
    near = one_product(Batch(0, 100, 3), Batch(1, 130, 9), robots=2, jobs=(order(1, 99.0, Line(0, 4)),))
    assert done_at(Plant(near, edf_pulled()).run()) == [20.0]


@pytest.mark.parametrize(
    ("kind", "back_in_s", "done", "exceptions"),
    [
        (Kind.ROUTINE, 0.0, 1010.0, 0),
        (Kind.ROUTINE, 60.0, 315.0, 1),
        (Kind.ROUTINE, inf, 15.0, 1),
        (Kind.DISCHARGE, 0.0, 1010.0, 0),
        (Kind.DISCHARGE, 60.0, 15.0, 1),
    ],
)
def test_a_later_batch_goes_while_its_robot_is_down_as_the_policy_allows(
    kind: Kind, back_in_s: float, done: float, exceptions: int
) -> None:
    """Due at 600 with 10 s of work: were the stop to last as long again, it would be late from 295 on; seen at 305."""
    day = one_product(
        Batch(0, 100, 9),
        Batch(1, 200, 9),
        robots=2,
        outages=(Outage(0, 0.0, 1000.0, 1000.0),),
        jobs=(order(1, 600.0, Line(0, 1), kind=kind, released_at=5.0),),
    )
    outcome = Plant(day, Ours("tried", Policy(), back_in_s=back_in_s)).run()
    assert outcome.works[0].done_at == done
    assert outcome.exceptions == exceptions


def test_a_head_carries_packs_of_one_order_at_a_time() -> None:
    day = replace(
        one_product(Batch(0, 100, 9), jobs=(order(1, 50.0, Line(0, 3)), order(2, 60.0, Line(0, 2)))),
        robots=(Robot(4, 5.0),),
    )
    outcome = Plant(day, edf_pulled()).run()
    assert done_at(outcome) == [35.0, 60.0]
    assert outcome.trips == 2


def test_measures_count_what_is_late_and_by_how_much() -> None:
    day = one_product(
        Batch(0, 100, 9), jobs=(order(1, 25.0, Line(0, 3)), order(2, 100.0, Line(0, 1), kind=Kind.DISCHARGE))
    )
    found = measure(Plant(day, edf_pulled()).run())
    assert found.late == {Kind.DISCHARGE: 0, Kind.URGENT: 0, Kind.ROUTINE: 1}
    assert found.on_time == {Kind.DISCHARGE: 100.0, Kind.URGENT: 100.0, Kind.ROUTINE: 0.0}
    assert found.weighted_tardiness_min == pytest.approx(5.0 / 60.0)
    assert found.flow_min == pytest.approx((30.0 + 40.0) / 2 / 60.0)
    assert found.dwell_min == pytest.approx((20.0 + 0.0) / 2 / 60.0)


def test_an_order_that_missed_its_van_waits_for_the_next_one() -> None:
    """The first order cannot make its van; once that has gone, the second is served before it and is on time."""
    missed = Job(1, Kind.ROUTINE, 0.0, 100.0, (Line(0, 25),), later_vans=(9_000.0,))
    other = order(2, 400.0, Line(0, 20), released_at=50.0)
    day = one_product(Batch(0, 100, 99), jobs=(missed, other))
    assert done_at(Plant(day, Ours("tried", Policy(look_ahead_s=300.0))).run())[1] == pytest.approx(310.0, abs=20.0)
    without = one_product(Batch(0, 100, 99), jobs=(replace(missed, later_vans=()), other))
    assert (done_at(Plant(without, Ours("tried", Policy(look_ahead_s=300.0))).run())[1] or 0.0) > 400.0


def test_ours_is_more_often_on_time_than_fifo_when_it_is_hard() -> None:
    instance = generate(MINI, 0.95, seed=11)
    fifo, own = (measure(Plant(instance, policy()).run()) for policy in (fifo_shortest, ours))
    assert own.on_time[Kind.DISCHARGE] > fifo.on_time[Kind.DISCHARGE] + 5.0
    assert own.late_weight < fifo.late_weight
    assert own.weighted_tardiness_min < fifo.weighted_tardiness_min
