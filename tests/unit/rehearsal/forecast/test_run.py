"""A run ahead of the clock: what it foresees, and that it leaves the live state alone."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from controller.domain.forecast import Down, HeldVan, Question, Staffing
from controller.domain.order import OrderClass
from controller.domain.robot import RobotFault, Trust
from controller.engine import actions as act
from tests.support.cores import DRUG, FLAT, MONDAY, SHELF, TALL, Floor, packs_of
from tests.unit.rehearsal.forecast.ahead import CALM, course

TEN_FIFTEEN = datetime(2026, 11, 23, 10, 15, tzinfo=UTC).timestamp()


def stocked() -> Floor:
    return Floor(
        [
            *packs_of(FLAT, "robot:R1", 30),
            *packs_of(FLAT, "robot:R2", 30),
            *packs_of(TALL, "robot:R1", 30),
            *packs_of(SHELF, "area:MANUAL-A", 30),
            *packs_of(DRUG, "robot:R3", 10),
        ]
    ).open()


def urgent(reference: str, gtin: str = FLAT, packs: int = 2, at: float = MONDAY + 600.0) -> act.SubmitOrder:
    return act.SubmitOrder(
        reference, "GGH-WA1", OrderClass.URGENT, (act.LineRequest(gtin, packs),), placed_at=at, actor="test"
    )


def test_known_and_expected_orders_leave_with_their_van() -> None:
    floor = stocked()
    floor.order("T1", (FLAT, 3), (SHELF, 2))
    found = course(floor.core, floor.master, floor.now, orders=[urgent("X1")])
    assert {ref: (order.known, order.left_at) for ref, order in found.orders.items()} == {
        "T1": (True, TEN_FIFTEEN),
        "X1": (False, TEN_FIFTEEN),
    }
    assert sum(found.packs.values()) == 7
    assert found.vans == {}


def test_the_live_state_is_the_same_before_and_after() -> None:
    floor = stocked()
    floor.order("T1", (FLAT, 3), (SHELF, 2))
    before = pickle.dumps(floor.core.state)
    course(floor.core, floor.master, floor.now, Question(down=(Down("R1", MONDAY + 7200.0),)), orders=[urgent("X1")])
    assert pickle.dumps(floor.core.state) == before
    assert floor.core.ids.new("C") == f"C1.{int(floor.core.ids.new('C')[3:]) - 1:06d}"
    floor.r1.work_off()
    floor.sound()


def test_a_seed_says_everything() -> None:
    floor = stocked()
    for number in range(6):
        floor.order(f"T{number}", (FLAT, 3), (SHELF, 1))
    shaky = replace(CALM, disturbed_share=0.2)
    runs = [course(floor.core, floor.master, floor.now, shaky, seed=seed) for seed in (1, 1, 2)]
    loaded = [[order.loaded_at for order in run.orders.values()] for run in runs]
    assert runs[0] == runs[1]
    assert loaded[0] != loaded[2]


def test_the_lines_of_a_robot_that_is_down_go_to_another() -> None:
    floor = stocked()
    for number in range(5):
        floor.order(f"T{number}", (FLAT, 4))
    for robot in (floor.r1, floor.r2):
        robot.work_off()
    floor.order("T9", (FLAT, 4))
    found = course(floor.core, floor.master, floor.now, Question(down=(Down("R2", MONDAY + 3 * 3600.0),)))
    assert found.robot_up_s["R2"][0] == 0.0
    assert found.orders["T9"].left_at == TEN_FIFTEEN


NOBODY_FETCHES = (Staffing("FLOOR", 0),)
"""Otherwise people take what is urgent out of a robot that is down."""


def test_what_only_the_robot_that_is_down_holds_is_fetched_by_hand() -> None:
    floor = stocked()
    floor.order("T1", (DRUG, 1))
    found = course(floor.core, floor.master, floor.now, Question(down=(Down("R3", TEN_FIFTEEN + 600.0),)), hours=6.0)
    assert found.orders["T1"].late_s(found.until_at) == 0.0


def test_what_only_the_robot_that_is_down_holds_misses_its_van() -> None:
    floor = stocked()
    floor.order("T1", (DRUG, 1))
    floor.order("T2", (FLAT, 1))
    found = course(
        floor.core,
        floor.master,
        floor.now,
        Question(down=(Down("R3", TEN_FIFTEEN + 600.0),), staffing=NOBODY_FETCHES),
        hours=6.0,
    )
    assert {ref: van.left_behind for ref, van in found.vans.items()} == {"GGH-1/2026-11-23": ["T1"]}
    assert found.orders["T1"].late_s(found.until_at) == 7200.0
    assert found.orders["T2"].late_s(found.until_at) == 0.0


def test_a_robot_that_stops_with_a_tour_accepted_goes_on_after_it() -> None:
    floor = stocked()
    floor.order("T1", (DRUG, 1))
    floor.order("T2", (DRUG, 1))
    first, second = floor.r3.open_tasks()
    floor.r3.begin(first)
    floor.r3.event(act.CommandAccepted(second.task_id))
    found = course(floor.core, floor.master, floor.now, Question(down=(Down("R3", MONDAY + 3600.0),)))
    assert [order.left_at for order in found.orders.values()] == [TEN_FIFTEEN, TEN_FIFTEEN]


def test_a_van_that_waits_takes_what_would_be_late() -> None:
    floor = stocked()
    floor.order("T1", (DRUG, 1))
    down = (Down("R3", TEN_FIFTEEN - 60.0),)
    alone = Question(down=down, staffing=NOBODY_FETCHES)
    found = course(floor.core, floor.master, floor.now, alone)
    assert found.orders["T1"].late_s(found.until_at) > 0.0
    held = course(floor.core, floor.master, floor.now, replace(alone, holds=(HeldVan("GGH-1", 10.0),)))
    assert held.orders["T1"].left_at == TEN_FIFTEEN + 600.0
    assert held.orders["T1"].late_s(held.until_at) == 0.0


def test_nobody_at_a_station_and_nothing_leaves() -> None:
    floor = stocked()
    floor.order("T1", (FLAT, 1))
    found = course(floor.core, floor.master, floor.now, replace(CALM, staffing=(Staffing("CHECK", 0),)))
    assert found.orders["T1"].left_at is None
    assert sum(found.station_staffed_s["CHECK"].values()) == 0.0


def test_without_a_night_shift_work_waits_for_the_morning() -> None:
    floor = stocked()
    floor.jump_to(datetime(2026, 11, 23, 19, 59, tzinfo=UTC).timestamp())
    floor.open()
    floor.order("T1", (SHELF, 1), run=None, run_date=None)
    night = replace(CALM, night_shift=False)
    (loaded_at,) = [
        order.loaded_at for order in course(floor.core, floor.master, floor.now, night, hours=14.0).orders.values()
    ]
    assert loaded_at is not None
    assert loaded_at >= datetime(2026, 11, 24, 6, tzinfo=UTC).timestamp()
    (soon,) = [order.loaded_at for order in course(floor.core, floor.master, floor.now, hours=14.0).orders.values()]
    assert soon is not None
    assert soon < datetime(2026, 11, 23, 20, 30, tzinfo=UTC).timestamp()


def test_who_is_off_duty_begins_no_further_job() -> None:
    floor = stocked()
    floor.jump_to(datetime(2026, 11, 23, 19, 58, tzinfo=UTC).timestamp())
    floor.open()
    for number in range(25):
        floor.order(f"T{number}", (SHELF, 1), run=None, run_date=None)
    found = course(floor.core, floor.master, floor.now, replace(CALM, night_shift=False), hours=14.0)
    loaded = [order.loaded_at or 0.0 for order in found.orders.values()]
    assert sum(at < datetime(2026, 11, 23, 20, 5, tzinfo=UTC).timestamp() for at in loaded) <= 8
    assert not any(
        datetime(2026, 11, 23, 20, 5, tzinfo=UTC).timestamp() < at < datetime(2026, 11, 24, 6, tzinfo=UTC).timestamp()
        for at in loaded
    )


def test_a_centre_with_faults_and_doubts_goes_on() -> None:
    floor = stocked()
    floor.order("T1", (FLAT, 6))
    task = floor.r1.only()
    floor.r1.begin(task)
    floor.tell(floor.r1.presence("lost"))
    floor.r2.event(act.FaultRaised(RobotFault("F-1", "AXX-01", 2, floor.now)))
    assert floor.r1.trust() is Trust.GONE
    assert floor.core.state.doubts
    found = course(floor.core, floor.master, floor.now)
    assert found.orders["T1"].left_at is not None


def test_goods_in_are_put_away_while_orders_go() -> None:
    floor = stocked()
    line = act.DeliveredLine(FLAT, "FRESH", packs_of(FLAT, "x", 1)[0].expiry, 12)
    floor.do(act.BookDelivery("DN1", (line,), "test"))
    found = course(floor.core, floor.master, floor.now)
    assert sum(sum(busy.values()) for busy in found.robot_busy_s.values()) >= 12 * 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fork_can_be_run_while_work_is_taken(seed: int) -> None:
    floor = stocked()
    floor.order("T1", (SHELF, 4))
    floor.claim("MANUAL-A")
    found = course(floor.core, floor.master, floor.now, seed=seed)
    assert found.orders["T1"].left_at == TEN_FIFTEEN
