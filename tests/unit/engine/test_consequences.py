"""What a robot that is out holds up, as the bare core tells it."""

import pytest

from controller.domain.consequence import Consequence, Course
from controller.domain.order import OrderClass
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.consequences import WAY_OUT_S
from tests.support.cores import FLAT, MONDAY, TALL, Floor, fault, packs_of


def centre() -> Floor:
    """FLAT stands in R1 and R2, TALL in R1 only."""
    return Floor(
        [*packs_of(FLAT, "robot:R1", 9), *packs_of(FLAT, "robot:R2", 9), *packs_of(TALL, "robot:R1", 4)]
    ).open()


def told(floor: Floor, robot: str = "R1") -> Consequence:
    return floor.core.state.outages.consequences[robot]


def codes(floor: Floor) -> list[str]:
    return [each.code for each in floor.core.state.faults.values() if each.robot == "R1"]


def take_out(floor: Floor, **more: float) -> None:
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann", **more))


def test_nothing_is_told_while_every_robot_works() -> None:
    floor = centre()
    floor.order("T1", (FLAT, 1))
    assert floor.core.state.outages.consequences == {}


def test_only_orders_that_nothing_else_can_serve_are_held_up() -> None:
    floor = centre()
    take_out(floor)
    floor.order("T1", (FLAT, 1))
    floor.order("D1", (TALL, 1), (FLAT, 1), order_class=OrderClass.DISCHARGE)
    floor.wait(90.0, floor.r1, floor.r2)
    (held,) = told(floor).orders
    assert (held.order_ref, held.packs, held.destination) == ("D1", 1, "GGH-WA1")
    assert held.course is Course.BY_HAND
    assert not held.late
    assert told(floor).products == 1
    assert told(floor).wanted_products == (TALL,)
    assert told(floor).why == "taken out by Ann: new belt"
    assert any("by hand (floor work)" in line for line in told(floor).to_do)
    assert any("Packs that it has too came from elsewhere: R2 2" in line for line in told(floor).done)


def test_an_order_that_waits_for_it_is_late_where_it_comes_back_too_late_for_anybody_to_help() -> None:
    floor = centre()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=MONDAY + 1000.0)
    floor.r1.state(faults=(fault("O1", 2),))
    floor.now += 61.0
    floor.r1.state(faults=(fault("O1", 2),))
    (held,) = told(floor).orders
    assert held.course is Course.WAITS
    assert held.late
    assert told(floor).first_late_at == held.late_from
    assert told(floor).late == 1
    assert any("nightshift robot out R1" in line for line in told(floor).to_do)
    assert any("GGH-WA1" in line for line in told(floor).to_do)


@pytest.mark.parametrize(("overdue_s", "late"), [(0.0, False), (3600.0, True)])
def test_an_order_that_has_missed_its_van_is_late_though_it_reaches_the_next(overdue_s: float, late: bool) -> None:
    floor = centre()
    take_out(floor)
    floor.order("T1", (TALL, 1), run="GGH-2")
    if overdue_s:
        floor.core.state.orders["T1"].due_at = floor.now - overdue_s
    floor.wait(90.0, floor.r1, floor.r2)
    (held,) = told(floor).orders
    assert held.late is late
    assert held.target_at > held.expected_at + WAY_OUT_S


def test_a_tour_that_it_had_begun_is_held_up_in_it() -> None:
    floor = centre()
    floor.order("T1", (TALL, 2))
    floor.r1.begin(floor.r1.only())
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    (held,) = told(floor).orders
    assert (held.order_ref, held.packs, held.course) == ("T1", 2, Course.IN_ROBOT)


def test_it_is_kept_up_to_date_and_gone_when_the_robot_is_back() -> None:
    floor = centre()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    floor.order("T1", (TALL, 1))
    assert told(floor).orders == (), "not looked at again within the minute"
    floor.now += 61.0
    floor.r1.state(faults=(fault("O1", 2),))
    assert [held.order_ref for held in told(floor).orders] == ["T1"]
    floor.r1.event(act.FaultCleared("O1"))
    assert "R1" not in floor.core.state.outages.consequences


def test_a_planned_stop_is_told_before_it_comes() -> None:
    floor = centre()
    floor.do(act.PlanMaintenance("R1", MONDAY + 3600.0, MONDAY + 7200.0, "belts", "Ann"))
    floor.order("T1", (TALL, 1), run="GGH-2")
    floor.core.state.outages.told_at = 0.0
    floor.wait(5.0, floor.r1, floor.r2)
    assert told(floor).planned
    assert told(floor).back_at == MONDAY + 7200.0
    assert told(floor).since == MONDAY + 3600.0


def test_a_door_that_a_job_opens_is_no_fault() -> None:
    floor = centre()
    take_out(floor)
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE)
    floor.wait(60.0, floor.r1)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
    assert codes(floor) == []
    floor.do(act.FinishWork(job["work_id"], "Bob", moved=(job["packs"][0]["pack_id"],)))
    floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
    assert codes(floor) == ["SAF-70"]
