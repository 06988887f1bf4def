"""What the state says of the coming day's work."""

from collections import Counter

import pytest

from controller.domain.order import OrderClass
from controller.domain.site import StockListLine
from controller.domain.work import CHECK_STATION, DOCK_STATION, GOODS_IN_STATION, WorkKind
from controller.engine import actions as act
from controller.engine.coming_work import coming_day
from controller.scheduling.pastwork import RobotWork
from controller.scheduling.workload import ComingDay
from tests.support.cores import FLAT, MONDAY, NEW, SHELF, TALL, Floor, packs_of, small_master


def _floor() -> Floor:
    """Robots that are away: what is ordered stays to be done."""
    return Floor([*packs_of(FLAT, "robot:R1", 4), *packs_of(FLAT, "robot:R2", 4, batch="OTHER"),
                  *packs_of(SHELF, "area:MANUAL-A", 9)])  # fmt: skip


def _sums(day: ComingDay, packs: bool = False) -> dict[tuple[str, str], float]:
    sums: Counter[tuple[str, str]] = Counter()
    for work in day.known:
        sums[work.source, work.kind] += work.packs if packs else work.jobs  # type: ignore[assignment]
    return dict(sums)


def test_an_open_order_is_picked_checked_and_loaded_in_time() -> None:
    floor = _floor()
    floor.order("T1", (FLAT, 6), (SHELF, 2))
    day = coming_day(floor.core.state, floor.now)
    assert _sums(day, packs=True) == {
        ("R1", RobotWork.TOUR): 3.0,
        ("R2", RobotWork.TOUR): 3.0,
        ("MANUAL-A", WorkKind.HAND_PICK): 2.0,
        (CHECK_STATION, WorkKind.CHECK): 8.0,
        (DOCK_STATION, WorkKind.LOAD): 0.0,
    }
    assert _sums(day)[DOCK_STATION, WorkKind.LOAD] == _sums(day)[CHECK_STATION, WorkKind.CHECK] == 1
    order = floor.core.state.orders["T1"]
    leaves_at = floor.core.state.departures[order.departure_id or ""].departs_at
    assert {work.until_at for work in day.known} == {leaves_at, leaves_at - 25 * 60.0}
    assert all(work.from_at == floor.now and not work.discharge for work in day.known)


def test_a_discharge_order_is_handed_over() -> None:
    floor = _floor()
    due_at = floor.now + 3600.0
    floor.order("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE, due_at=due_at, run=None, run_date=None)
    day = coming_day(floor.core.state, floor.now)
    assert _sums(day)[DOCK_STATION, WorkKind.HAND_OVER] == 1
    assert all(work.discharge for work in day.known)


def test_each_tote_is_counted_once_on_its_way_out() -> None:
    """Waiting for its check, then for its van: never twice."""
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 3)).open()
    floor.order("T1", (SHELF, 2))
    floor.work("MANUAL-A")
    waits = {(CHECK_STATION, WorkKind.CHECK): 1.0, (DOCK_STATION, WorkKind.LOAD): 1.0}
    assert _sums(coming_day(floor.core.state, floor.now)) == waits
    floor.work(CHECK_STATION)
    assert _sums(coming_day(floor.core.state, floor.now)) == {(DOCK_STATION, WorkKind.LOAD): 1.0}
    floor.work(DOCK_STATION)
    assert _sums(coming_day(floor.core.state, floor.now)) == {}


def test_goods_at_the_dock_are_fed_shelved_and_stored() -> None:
    floor = Floor(()).open()
    lines = (act.DeliveredLine(FLAT, "B1", NEW, 30), act.DeliveredLine(SHELF, "B2", NEW, 10))
    floor.do(act.BookDelivery("DN1", lines, "ann"))
    assert _sums(coming_day(floor.core.state, floor.now)) == {
        (GOODS_IN_STATION, WorkKind.FEED): pytest.approx(1.5),
        (GOODS_IN_STATION, WorkKind.SHELVE): pytest.approx(0.5),
        ("R1", RobotWork.STORE): 15.0,
        ("R2", RobotWork.STORE): 15.0,
    }


def test_tomorrows_top_ups_come_as_far_as_they_are_counted() -> None:
    lists = [StockListLine("GGH-WA1", FLAT, 2, 10, 2), StockListLine("GGH-WA1", TALL, 2, 10, 2)]
    floor = Floor(packs_of(FLAT, "robot:R1", 20), small_master(stock_lists=lists)).open()
    assert coming_day(floor.core.state, floor.now).notes == (
        "2 stock-list lines are topped up on Tuesday; wards have counted 0.",
    )
    floor.do(act.RecordWardCount("GGH-WA1", ((FLAT, 1),), "ward"))
    day = coming_day(floor.core.state, floor.now)
    assert day.notes == ("2 stock-list lines are topped up on Tuesday; wards have counted 1.",)
    assert _sums(day, packs=True)["R1", RobotWork.TOUR] == 9.0
    assert {work.from_at for work in day.known} == {MONDAY + 16 * 3600.0}
    assert day.packs_a_day() == pytest.approx(16.0 / 7.0)


def test_people_and_durations_are_those_that_were_seen() -> None:
    floor = Floor(()).open()
    floor.claim(CHECK_STATION, "ann")
    day = coming_day(floor.core.state, floor.now)
    assert set(day.people) == set(floor.core.state.stations)
    assert day.people[CHECK_STATION][0] == 1.0
    assert day.job_s(CHECK_STATION, WorkKind.CHECK, 8.0) == floor.core.state.times.work_s(
        CHECK_STATION, WorkKind.CHECK, 8
    )
