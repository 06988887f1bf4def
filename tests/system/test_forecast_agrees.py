"""What a forecast foresees against what the rehearsed centre, with its simulated robots and people, then does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from controller.domain.forecast import Down, Question
from controller.engine.fork import ForkedCore, freeze, thaw
from controller.intake.orders import read_orders
from controller.intake.site import SiteFolder
from controller.rehearsal.forecast.run import Run
from controller.rehearsal.world import World
from controller.storage.inline import InlineSqliteStore
from simulator.centre import Centre
from simulator.record import FileRecord
from simulator.site import read_site as read_simulated_site
from simulator.staffing import CrewPlan, Staffing
from tests.integration.centre.busy_site import write_busy_site
from tests.support.ledgers import open_ledger
from tests.support.small_centre import START_AT

END_AT = START_AT + 2 * 3600.0
NOBODY_FETCHES = replace(CrewPlan(), stations={**CrewPlan().stations, "FLOOR": Staffing(0, 0)})
"""Otherwise people take what is urgent out of the robot that is down, and nothing is late."""
SLOW_CHECK = replace(
    CrewPlan(),
    stations={**CrewPlan().stations, "CHECK": Staffing(1, 1)},
    fixed_s={**CrewPlan().fixed_s, "check": 55.0},
)
"""One person, a minute a tote: the first van cannot take all."""
STOPPED_S = 50 * 60.0
PLENTY = 500
"""Packs: nothing runs out for want of being copied."""


@contextmanager
def _busy_centre(
    folder: Path, faults: str | Path, crew: CrewPlan
) -> Iterator[tuple[World, InlineSqliteStore, SiteFolder]]:
    site = write_busy_site(folder / "site")
    record = FileRecord(folder / "physical.jsonl")
    store = open_ledger(folder / "ledger.sqlite", site, now=START_AT)
    try:
        centre = Centre(
            read_simulated_site(folder / "site"),
            seed=3,
            faults=faults,
            record=record,
            start_at=START_AT,
            until_at=END_AT,
            crew=crew,
        )
        yield World(centre, store, site="tiny", start_at=START_AT), store, site
    finally:
        store.close()
        record.close()


@pytest.mark.parametrize(
    ("crew", "stopped", "minutes"),
    [(SLOW_CHECK, None, 12.0), (NOBODY_FETCHES, "R3", 5.0)],
    ids=["slow check", "R3 down"],
)
def test_the_same_orders_are_late(tmp_path: Path, crew: CrewPlan, stopped: str | None, minutes: float) -> None:
    """All but one in twenty. After 12 minutes the pace of the check is known; after 5 R3, which holds what no other
    robot may, has most of it still to pick, and half of the orders are yet to come.
    """
    fork_at = START_AT + 60.0 * minutes
    faults: str | Path = "none"
    if stopped is not None:
        faults = tmp_path / "plan.json"
        stop = {"t": fork_at - START_AT, "robot": stopped, "what": "stop", "minutes": STOPPED_S / 60.0}
        faults.write_text(json.dumps([stop]))
    with _busy_centre(tmp_path, faults, crew) as (world, store, site):
        world.run_until(fork_at - 1.0)
        down = () if stopped is None else (Down(stopped, fork_at + STOPPED_S),)
        placed, _ = read_orders(site.folder / "orders" / "2026-11-23.csv", site.master)
        coming = [order for order in placed if (order.placed_at or 0.0) >= world.now]
        expected = {line.gtin: PLENTY for order in coming for line in order.lines}
        fork = thaw(freeze(world.core.state, world.now, expected), site.master)
        course = Run(ForkedCore(fork), fork, Question(disturbed_share=0.0, down=down), 1, coming, END_AT).go()
        world.run_until(END_AT)
        orders = store.history().orders
    late = {order.order_ref for order in orders if (order.dispatched_at or END_AT) > order.due_at}
    foreseen = {order_ref for order_ref, each in course.orders.items() if each.late_s(END_AT) > 0.0}
    assert 3 <= len(late) <= len(orders) - 3
    assert len(late ^ foreseen) <= len(orders) / 20.0, (sorted(late - foreseen), sorted(foreseen - late))
