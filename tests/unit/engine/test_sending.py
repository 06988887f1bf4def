"""What is gathered goes with its van; what cannot come follows."""

from dataclasses import replace

from controller.domain.order import OrderClass, OrderStatus
from controller.domain.robot import RobotFault
from controller.domain.tote import ToteStatus
from controller.engine import actions as act
from controller.engine.sending import LAST_MOMENT_S
from tests.support.cores import FLAT, MONDAY, TALL, Floor, order_of, packs_of

VAN_AT = MONDAY + 135 * 60.0
JAM = RobotFault("F1", "AXX-01", 2, MONDAY)


def with_r2_down() -> Floor:
    floor = Floor([*packs_of(FLAT, "robot:R1", 9), *packs_of(TALL, "robot:R2", 9)]).open()
    floor.r2.event(act.FaultRaised(JAM))
    return floor


def pass_time(floor: Floor, until: float) -> None:
    while floor.now < until:
        floor.now += 30.0
        floor.mono_s += 30.0
        floor.tell(floor.r1.next_state(), floor.r2.next_state(faults=(JAM,)), floor.r3.next_state(), act.Tick())


def test_what_waits_for_a_robot_that_is_down_does_not_keep_the_rest() -> None:
    floor = with_r2_down()
    floor.order("T1", (FLAT, 3), (TALL, 1))
    floor.r1.work_off()
    pass_time(floor, VAN_AT - 20 * 60.0)
    (tote,) = floor.rows.totes.values()
    assert tote.status is ToteStatus.CLOSED
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    pass_time(floor, VAN_AT + 60.0)
    order = floor.row("T1")
    assert floor.rows.totes[tote.tote_id].status is ToteStatus.DISPATCHED
    assert (order.status, order.lines[0].gathered, order.lines[1].wanted) == (OrderStatus.OPEN, 3, 1)
    assert order.departure_id == "GGH-2/2026-11-23"
    floor.r2.event(act.FaultCleared("F1"))
    floor.r2.work_off()
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.jump_to(VAN_AT + 2 * 3600.0)
    assert floor.row("T1").status is OrderStatus.DISPATCHED
    floor.sound()


def test_an_order_that_is_still_being_picked_goes_on_until_the_last_moment() -> None:
    floor = with_r2_down()
    floor.r2.event(act.FaultCleared("F1"))
    floor.order("T1", (FLAT, 3), (TALL, 1))
    floor.r1.work_off()
    floor.jump_to(VAN_AT - 20 * 60.0)
    (tote,) = floor.rows.totes.values()
    assert tote.status is ToteStatus.FILLING, "the last pack is on its way"
    floor.jump_to(VAN_AT - LAST_MOMENT_S + 90.0)
    assert floor.rows.totes[tote.tote_id].status is ToteStatus.FILLING, "a tote that expects a pack stays open"


def test_a_discharge_order_is_never_split() -> None:
    floor = with_r2_down()
    floor.do(
        replace(
            order_of("TD", (FLAT, 1), (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=MONDAY + 3600.0, run=None),
            run_date=None,
        )
    )
    floor.r1.work_off()
    pass_time(floor, MONDAY + 2 * 3600.0)
    assert [tote.status for tote in floor.rows.totes.values()] == [ToteStatus.FILLING]
