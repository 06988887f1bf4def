"""Messages that are lost, doubled, late and out of order; robots that lose their power; a broker that dies.

Whatever the seed: every order leaves, no invariant is violated, and what really moved is what the ledger says.
"""

from pathlib import Path

import pytest

from controller.rehearsal.link import Draw, Link, LinkFaults
from tests.support.small_centre import END_AT, ORDERS, START_AT, Run, Template

SEEDS = range(24)


def _all_is_well(run: Run) -> None:
    """When the last order has left, what is still on its way into a robot gets two more hours to settle."""
    world = run.world
    world.run_until(world.now + 2 * 3600.0, stop=lambda: not world.core.state.tasks and not world.core.state.doubts)
    assert run.violations() == []
    assert run.audit() == []
    assert set(run.statuses) == {reference for _, reference, _, _ in ORDERS}
    assert set(run.statuses.values()) <= {"dispatched", "short"}
    state = run.world.core.state
    assert not state.doubts
    assert not state.tasks


@pytest.mark.parametrize("seed", SEEDS)
def test_orders_survive_an_unreliable_link(template: Template, tmp_path: Path, seed: int) -> None:
    draw = Draw(seed)
    faults = LinkFaults(
        lose=0.25 * draw.next(), double=0.3 * draw.next(), delay=0.4 * draw.next(), longest_delay_s=90.0 * draw.next()
    )
    run = Run(template, tmp_path, seed=seed, link=Link(faults, seed))
    try:
        run.finish()
        _all_is_well(run)
    finally:
        run.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_orders_survive_power_cuts_crashes_and_a_dying_broker(template: Template, tmp_path: Path, seed: int) -> None:
    draw = Draw(1000 + seed)
    faults = LinkFaults(lose=0.1 * draw.next(), double=0.1, delay=0.1, longest_delay_s=20.0)
    run = Run(template, tmp_path, seed=seed, link=Link(faults, seed), faults="poor")
    world = run.world
    try:
        at = START_AT
        while at < START_AT + 3600.0:
            at += 30.0 + 240.0 * draw.next()
            world.run_until(at)
            chance = draw.next()
            if chance < 0.4:
                world.crash()
            elif chance < 0.8:
                robot = ("R1", "R2", "R3")[int(draw.next() * 3)]
                world.take(world.centre.reboot(robot, world.now))
            else:
                world.lose_link()
                world.run_until(at + 60.0 * draw.next())
                at = world.now
                world.restore_link()
        run.finish(until_at=END_AT + 48 * 3600.0)
        _all_is_well(run)
    finally:
        run.close()
