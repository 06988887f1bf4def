"""The copy of the working set that forecasts run on."""

from dataclasses import replace
from datetime import date, timedelta

from controller.domain.order import OrderClass
from controller.domain.robot import RobotFault, Trust
from controller.engine import actions as act
from controller.engine.fork import Fork, ForkedCore, freeze, thaw
from tests.support.cores import DRUG, FLAT, NEW, OLD, TALL, Floor, packs_of


def forked(floor: Floor, **expected: int) -> Fork:
    return thaw(freeze(floor.core.state, floor.now, {FLAT: expected.get("flat", 0)}), floor.master)


def test_what_is_open_comes_along_and_nothing_is_shared() -> None:
    floor = Floor([*packs_of(FLAT, "robot:R1", 9), *packs_of(DRUG, "robot:R3", 3)]).open()
    floor.order("T1", (FLAT, 3), (DRUG, 1))
    floor.r1.begin(floor.r1.only())
    state, fork = floor.core.state, forked(floor)
    assert fork.loaded.orders == list(state.orders.values())
    assert fork.loaded.tasks == list(state.tasks.values())
    assert fork.loaded.totes == list(state.totes.values())
    assert fork.loaded.robots == list(state.robots.values())
    assert fork.loaded.balances == state.book.balances
    fork.loaded.orders[0].lines[0].gathered = 99
    fork.loaded.tasks[0].steps.clear()
    fork.loaded.robots[0].faults["F"] = RobotFault("F", "AXX-01", 2, 0.0)
    assert state.orders["T1"].lines[0].gathered == 0
    assert floor.r1.only().steps
    assert not floor.r1.robot.faults


def test_robots_are_as_they_were() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 9)).open()
    floor.r1.event(act.FaultRaised(RobotFault("F-1", "AXX-01", 2, floor.now)))
    floor.tell(floor.r2.presence("lost"))
    robots = ForkedCore(forked(floor)).state.robots
    assert [(robot.trust, list(robot.faults)) for robot in robots.values()] == [
        (Trust.READY, ["F-1"]),
        (Trust.GONE, []),
        (Trust.READY, []),
    ]


def test_so_many_packs_come_along_as_may_be_wanted() -> None:
    """Those that expire first; of a product that nobody wants none; what has been bound comes by its own name."""
    early = packs_of(FLAT, "robot:R1", 5, batch="EARLY", expiry=OLD - timedelta(days=1))
    floor = Floor([*packs_of(FLAT, "robot:R1", 50, batch="NEW", expiry=NEW), *early, *packs_of(TALL, "robot:R2", 50)])
    floor.open()
    floor.order("T1", (FLAT, 2))
    bound = {step.pack_id for step in floor.r1.only().steps}
    packs = forked(floor, flat=4).loaded.packs
    assert {pack.gtin for pack in packs} == {FLAT}
    assert {pack.pack_id for pack in packs if pack.claim is not None} == bound <= {pack.pack_id for pack in early}
    free = [pack for pack in packs if pack.claim is None]
    assert sum(pack.batch == "EARLY" for pack in free) == 3
    assert 3 <= sum(pack.batch == "NEW" for pack in free) <= 6
    assert len({pack.pack_id for pack in packs}) == len(packs)


def test_packs_too_old_for_some_ward_do_not_count_as_stock() -> None:
    today = date(2026, 11, 23)
    floor = Floor(
        [
            *packs_of(FLAT, "robot:R1", 20, batch="SOON", expiry=today + timedelta(days=9)),
            *packs_of(FLAT, "robot:R1", 20, batch="NEW", expiry=NEW),
        ]
    ).open()
    batches = [pack.batch for pack in forked(floor, flat=5).loaded.packs]
    assert batches.count("NEW") == 5


def test_what_was_set_for_a_ward_holds_in_the_fork() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 9)).open()
    places = floor.core.state.destinations
    places["GGH-WA1"] = replace(places["GGH-WA1"], least_remaining_days=180)
    days = {place.code: place.least_remaining_days for place in forked(floor).loaded.master.destinations}
    assert days == {"GGH-WA1": 180, "FAR-WA1": 7}


def test_a_fork_writes_and_promises_nothing() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 9)).open()
    core = ForkedCore(forked(floor, flat=9))
    action = act.SubmitOrder("X1", "GGH-WA1", OrderClass.URGENT, (act.LineRequest(FLAT, 1),))
    step = core.step([act.Submission(action)], floor.now, floor.now)
    assert not step.worth_committing
    assert "order.received" in [note[2] for note in core.notes]
    assert [outgoing.task.kind.value for outgoing in step.commands] == ["pick"]
    assert core.state.promises == {}
