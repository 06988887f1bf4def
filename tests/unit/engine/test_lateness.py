"""Why orders are late, as the bare core tells it: when their time passes, when they leave, and after a restart."""

from typing import Any

import pytest

from controller.domain.order import OrderClass
from controller.engine import actions as act
from controller.engine import lateness
from controller.engine.fork import ForkedCore, freeze, thaw
from controller.scheduling.lateness import Blame
from tests.support.cores import FLAT, MONDAY, Floor, fault, packs_of

DUE_AT = MONDAY + 1800.0


def centre() -> Floor:
    """FLAT stands in R1 only."""
    return Floor(packs_of(FLAT, "robot:R1", 9)).open()


def told(floor: Floor) -> list[dict[str, Any]]:
    return [entry.data for entry in floor.rows.actions("order.late")]


def discharge(floor: Floor, packs: int = 1) -> None:
    floor.order("D1", (FLAT, packs), order_class=OrderClass.DISCHARGE, due_at=DUE_AT)


def stop(floor: Floor, seconds: float) -> None:
    """R1 fails, and works again after so long."""
    standing = fault("O1", 2)
    floor.r1.event(act.FaultRaised(standing))
    floor.r1.state(faults=(standing,))
    floor.jump_to(floor.now + seconds)
    floor.r1.event(act.FaultCleared("O1"))
    floor.r1.state()


def blames(floor: Floor) -> set[Blame]:
    found = lateness.of_order(floor.core.state, floor.core.state.orders["D1"], floor.now)
    return {each.blame for each in found.charges}


def test_an_order_that_leaves_in_time_is_told_of_by_nobody() -> None:
    floor = centre()
    discharge(floor)
    floor.r1.work_off()
    floor.send_off("D1")
    floor.jump_to(DUE_AT + 60.0)
    assert told(floor) == []
    assert floor.core.state.trails.of_order == {}


def test_it_is_told_when_its_time_passes_and_when_it_leaves() -> None:
    floor = centre()
    discharge(floor)
    stop(floor, 2400.0)
    (due,) = told(floor)
    assert (due["left"], due["cause"]["kind"], due["cause"]["robot"]) == (False, "robot_down", "R1")
    floor.r1.work_off()
    floor.send_off("D1")
    _, left = told(floor)
    (found,) = floor.core.state.faults
    assert (left["left"], left["cause"]["fault_id"], left["cause"]["code"]) == (True, found, fault("O1", 2).code)
    assert left["late_s"] == pytest.approx((floor.row("D1").dispatched_at or 0.0) - DUE_AT)


def test_nobody_at_the_check() -> None:
    floor = centre()
    discharge(floor)
    floor.r1.work_off()
    floor.jump_to(DUE_AT + 60.0)
    (due,) = told(floor)
    assert (due["cause"]["kind"], due["cause"]["station"]) == ("waited_for_people", "CHECK")


def test_a_van_that_takes_its_orders_at_the_minute_is_not_late() -> None:
    floor = centre()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    floor.send_off("T1")
    floor.jump_to(floor.row("T1").due_at + 120.0)
    assert floor.row("T1").status.value == "dispatched"
    assert told(floor) == []


def test_a_van_of_which_we_have_not_seen_yet_that_it_left_leaves_nobody_behind() -> None:
    """Robots report in the moment before the tick with which vans leave."""
    floor = centre()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    floor.send_off("T1")
    floor.now = floor.row("T1").due_at + 60.0
    floor.r1.state()
    assert told(floor) == []


def test_an_order_that_leaves_moments_after_it_was_due_is_told_of_once() -> None:
    floor = centre()
    discharge(floor)
    floor.r1.work_off()
    floor.jump_to(DUE_AT + 10.0)
    floor.send_off("D1")
    floor.jump_to(DUE_AT + 60.0)
    assert [each["left"] for each in told(floor)] == [True]


def test_an_order_that_waits_for_stock_is_late_because_of_it() -> None:
    floor = Floor(()).open()
    floor.order("T1", (FLAT, 1))
    order = floor.core.state.orders["T1"]
    found = lateness.of_order(floor.core.state, order, order.due_at + 600.0)
    assert found.cause.blame is Blame.OUT_OF_STOCK
    assert found.cause.beyond_s == pytest.approx(600.0)


def test_a_tote_that_was_refused_is_remembered_after_a_restart() -> None:
    floor = centre()
    discharge(floor)
    floor.jump_to(MONDAY + 120.0)
    floor.r1.begin(floor.r1.only())
    floor.jump_to(MONDAY + 240.0)
    floor.r1.work_off()
    floor.work("CHECK", moved=(), accepted=False)
    assert floor.r1.open_tasks()
    assert Blame.REFUSED_AT_CHECK in blames(floor)
    floor.restart()
    assert Blame.REFUSED_AT_CHECK in blames(floor)


def test_what_was_on_the_way_before_a_restart_is_known_after_it() -> None:
    floor = centre()
    discharge(floor)
    stop(floor, 2400.0)
    floor.r1.work_off()
    before = lateness.of_order(floor.core.state, floor.core.state.orders["D1"], floor.now)
    floor.restart()
    after = lateness.of_order(floor.core.state, floor.core.state.orders["D1"], floor.now)
    assert before.cause.blame is after.cause.blame is Blame.ROBOT_DOWN
    assert after.cause.lasted_s == pytest.approx(before.cause.lasted_s, abs=30.0)


def test_a_forecast_tells_nobody() -> None:
    floor = centre()
    discharge(floor)
    fork = ForkedCore(thaw(freeze(floor.core.state, floor.now, {}), floor.master))
    fork.step([act.Submission(act.Tick())], DUE_AT + 60.0, DUE_AT + 60.0)
    assert "order.late" not in [action for _, _, action, _, _ in fork.notes]
