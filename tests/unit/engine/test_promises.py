"""Promises at the bare core: made when an order comes, looked at again, judged, and told when they go wrong."""

from dataclasses import replace
from typing import Any

import pytest

from controller.domain.order import OrderClass
from controller.domain.promise import Promise
from controller.domain.robot import RobotFault
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.core import Core
from controller.engine.pictures import HELD_VAN_S
from controller.engine.state import Timings
from tests.support.cores import FLAT, MONDAY, SHELF, TALL, Floor, fault, packs_of

EVERY_S = Timings().promise_every_s or 0.0
VAN_AT = MONDAY + 135 * 60.0
"""10:15."""


def _promise(floor: Floor, reference: str = "T1") -> Promise:
    """As it was committed."""
    found: Promise = floor.rows.rows["promises"][reference]
    return found


def _told(floor: Floor, action: str) -> list[dict[str, Any]]:
    return [entry.data for entry in floor.rows.actions(action)]


def test_whoever_places_an_order_is_told_when_it_will_leave() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    answer = floor.order("T1", (FLAT, 2))
    promise = _promise(floor)
    assert answer["promise"] == {
        "expected_at": promise.expected_at,
        "promised_at": promise.promised_at,
        "on_time": round(promise.on_time, 4),
    }
    assert MONDAY + 30.0 < promise.expected_at < MONDAY + 300.0
    assert promise.expected_at < promise.promised_at < VAN_AT
    assert promise.on_time > 0.95
    assert (promise.first_made_at, promise.first_promised_at) == (MONDAY, promise.promised_at)
    assert _told(floor, "order.received")[0]["promised_at"] == promise.promised_at


def test_work_that_goes_before_an_order_is_in_its_first_promise() -> None:
    """Discharge orders that wait at the only holder; routine ones that leave later do not count."""
    alone, behind = (Floor(packs_of(FLAT, "robot:R1", 90)).open() for _ in range(2))
    alone.order("T1", (FLAT, 2))
    for number in range(10):
        behind.order(f"D{number}", (FLAT, 6), order_class=OrderClass.DISCHARGE)
    behind.order("T1", (FLAT, 2))
    assert _promise(behind).expected_at > _promise(alone).expected_at + 300.0
    behind.order("D99", (FLAT, 2), order_class=OrderClass.DISCHARGE)
    assert _promise(behind, "D99").expected_at < _promise(behind).expected_at


def test_what_waits_for_stock_is_expected_when_it_is_declared_short() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1), (TALL, 1))
    expected_at = _promise(floor).expected_at
    assert VAN_AT - 40 * 60.0 < expected_at < VAN_AT - 30 * 60.0
    assert _promise(floor).on_time > 0.5


def test_an_order_that_was_loaded_teaches_the_calibration_and_keeps_its_first_promise() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.order("T1", (FLAT, 2))
    first = replace(_promise(floor))
    floor.wait(60.0, floor.r1, floor.r2, floor.r3)
    floor.r1.work_off()
    assert floor.core.state.outlook.first
    floor.send_off("T1")
    assert not floor.core.state.outlook.first
    assert _promise(floor).expected_at == _promise(floor).promised_at == floor.now
    assert _promise(floor).on_time == 1.0
    assert _promise(floor).first_promised_at == first.first_promised_at


def test_promises_move_with_what_happens_and_stay_where_nothing_does() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.order("T1", (FLAT, 2))
    made = replace(_promise(floor))
    floor.wait(EVERY_S + 30.0, floor.r2, floor.r3, floor.r1)
    assert _promise(floor).expected_at > made.expected_at + 60.0, "nobody has worked, so it must be later now"
    assert _promise(floor).first_expected_at == made.first_expected_at


def test_a_robot_that_stops_has_all_promises_looked_at_at_once() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.order("T1", (FLAT, 2))
    floor.wait(90.0, floor.r1, floor.r2, floor.r3)
    before = replace(_promise(floor))
    floor.r1.event(act.FaultRaised(fault("f1", 2)))
    floor.wait(10.0, floor.r1, floor.r2, floor.r3)
    assert _promise(floor).made_at > before.made_at
    assert _promise(floor).expected_at > before.expected_at + 120.0


def _late(floor: Floor) -> None:
    """The only holder stops; the clock goes to shortly before the van."""
    floor.order("T1", (FLAT, 2), (SHELF, 1))
    floor.work("MANUAL-A")
    floor.r1.event(act.FaultRaised(fault("f1", 2)))
    floor.jump_to(VAN_AT - 240.0)
    floor.wait(10.0, floor.r1, floor.r2, floor.r3)


def _stocked() -> Floor:
    return Floor((*packs_of(FLAT, "robot:R1", 3), *packs_of(SHELF, "area:MANUAL-A", 2))).open()


def test_lateness_is_told_once_before_it_happens_with_its_cause_and_a_way_out() -> None:
    floor = _stocked()
    _late(floor)
    (told,) = _told(floor, "promise.late_predicted")
    assert told["cause"] == "R1 is out of service"
    assert told["rescue"] is None or told["rescue"].startswith(("hold the van", "send what is gathered"))
    assert told["on_time"] < 0.5
    assert _promise(floor).cause == "R1 is out of service"
    floor.wait(120.0, floor.r1, floor.r2, floor.r3)
    assert len(_told(floor, "promise.late_predicted")) == 1


def test_another_controller_does_not_tell_it_again() -> None:
    floor = _stocked()
    _late(floor)
    floor.restart()
    floor.open()
    floor.wait(60.0, floor.r1, floor.r2, floor.r3)
    assert len(_told(floor, "promise.late_predicted")) == 1


def test_that_it_is_well_again_is_told_too() -> None:
    floor = _stocked()
    _late(floor)
    floor.r1.event(act.FaultCleared("f1"))
    floor.r1.work_off()
    floor.send_off("T1")
    assert len(_told(floor, "promise.recovered")) == 1
    assert _promise(floor).cause is None
    assert _promise(floor).on_time == 1.0


def test_an_order_on_a_later_van_is_late_and_one_on_a_held_van_is_not() -> None:
    floor = _stocked()
    _late(floor)
    order = floor.core.state.orders["T1"]
    departure = floor.core.state.departures[order.departure_id or ""]
    departure.departs_at = VAN_AT + HELD_VAN_S
    floor.r1.event(act.FaultCleared("f1"))
    floor.r1.work_off()
    floor.now = VAN_AT + 60.0
    floor.send_off("T1")
    assert _promise(floor).on_time == 1.0


def test_a_core_that_runs_ahead_makes_no_promises() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.core = Core(floor.rows.load(), 2, floor.now, floor.mono_s, Timings(promise_every_s=None))
    assert "promise" not in floor.order("T1", (FLAT, 2))
    floor.wait(EVERY_S + 10.0)
    assert not floor.rows.rows["promises"]


@pytest.mark.parametrize("reference", ["T1", "T2"])
def test_a_cancelled_order_is_forgotten(reference: str) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.order(reference, (FLAT, 2))
    floor.cancel(reference)
    floor.r1.end(floor.r1.only(), "cancelled", p1="not_moved", p2="not_moved")
    assert not floor.core.state.promises
    assert not floor.core.state.outlook.first
    floor.wait(EVERY_S + 10.0, floor.r1, floor.r2, floor.r3)


def test_what_a_stopped_robot_has_in_its_head_is_expected_when_that_is_back() -> None:
    floor = Floor(packs_of(TALL, "robot:R1", 3)).open()
    floor.order("T1", (TALL, 1))
    tour = floor.r1.only()
    floor.r1.begin(tour)
    floor.r1.event(act.PackGripped(tour.task_id, 1, tour.steps[0].pack_id))
    diverter = RobotFault("O1", "CNV-41", 2, MONDAY)
    floor.r1.event(act.FaultRaised(diverter))
    while floor.now < MONDAY + EVERY_S + 60.0:
        floor.wait(20.0)
        floor.r1.state(faults=(diverter,))
    assert floor.core.state.promises["T1"].expected_at > MONDAY + 4 * 3600.0
    assert floor.core.state.promises["T1"].on_time < 0.5


def test_what_people_fetch_out_of_a_robot_is_not_expected_when_that_is_back() -> None:
    floor = Floor(packs_of(TALL, "robot:R1", 3)).open()
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann", MONDAY + 6 * 3600.0))
    floor.order("T1", (TALL, 1))
    floor.wait(EVERY_S + 60.0)
    assert floor.core.state.promises["T1"].expected_at < MONDAY + 1800.0
    assert floor.core.state.promises["T1"].on_time > 0.9
    assert _told(floor, "promise.late_predicted") == []
