"""Vans that leave while the service is away, orders that come late for them, top-ups that nobody made (ADR 0007)."""

from datetime import UTC, datetime

import pytest

from controller.domain.errors import Conflict
from controller.domain.order import OrderClass
from controller.domain.site import StockListLine
from controller.engine import actions as act
from tests.support.cores import FLAT, MONDAY, TALL, Floor, order_of, packs_of, small_master

FIRST, SECOND = "GGH-1/2026-11-23", "GGH-2/2026-11-23"
FIRST_AT, SECOND_AT = MONDAY + 135 * 60.0, MONDAY + 255 * 60.0
CUTOFF_AT = MONDAY + 90 * 60.0
LOCAL_MIDNIGHT = MONDAY + 16 * 3600.0


def _back_at(floor: Floor, at: float) -> None:
    """The service was killed and starts again at that moment."""
    floor.now = at
    floor.restart()
    floor.tell(act.Tick())


# ---- the controller was away --------------------------------------------------------------------------------


def test_a_van_leaves_with_what_was_loaded_though_nobody_saw_it_go() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("T1", (FLAT, 1))
    floor.order("T2", (FLAT, 1))
    floor.r1.work_off()
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.work("CHECK", moved=())
    _back_at(floor, FIRST_AT + 1800.0)
    departure = floor.rows.rows["departures"][FIRST]
    assert (departure.status, departure.departed_at, departure.totes) == ("departed", FIRST_AT, 1)
    assert (floor.row("T1").status, floor.row("T1").dispatched_at) == ("dispatched", FIRST_AT)
    assert (floor.row("T2").status, floor.row("T2").departure_id) == ("gathered", SECOND)
    assert floor.work("DOCK", moved=())["departure_id"] == SECOND
    _back_at(floor, SECOND_AT)
    assert floor.row("T2").status == "dispatched"
    floor.sound()


def test_over_several_vans_an_order_goes_on_to_the_first_that_is_still_to_come() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    _back_at(floor, SECOND_AT + 2 * 86_400.0 + 60.0)
    assert floor.row("T1").departure_id == "GGH-1/2026-11-26"
    statuses = {
        key: row.status.value for key, row in floor.rows.rows["departures"].items() if row.departs_at < floor.now
    }
    assert set(statuses.values()) == {"departed"}


def test_a_line_is_not_called_short_for_a_van_that_left_while_we_were_away() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 3))
    _back_at(floor, FIRST_AT + 60.0)
    assert floor.row("T1").departure_id == SECOND
    assert floor.row("T1").lines[0].short == 0
    floor.jump_to(SECOND_AT - 40 * 60.0)
    assert floor.row("T1").lines[0].short == 2


def test_a_load_that_is_told_after_the_van_left_counts_for_the_next_one() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    floor.work("CHECK", moved=())
    job = floor.claim("DOCK", "bob")
    assert job is not None
    _back_at(floor, FIRST_AT + 60.0)
    floor.do(act.FinishWork(job["work_id"], "bob"))
    assert (floor.row("T1").status, floor.row("T1").departure_id) == ("ready", SECOND)
    floor.jump_to(SECOND_AT)
    assert floor.row("T1").dispatched_at == SECOND_AT


# ---- orders that come late ----------------------------------------------------------------------------------


def test_an_order_for_a_van_that_left_less_than_six_hours_ago_goes_with_the_next_also_after_a_restart() -> None:
    floor = Floor(()).open()
    _back_at(floor, FIRST_AT + 6 * 3600.0)
    floor.do(order_of("T1", (FLAT, 1)))
    assert floor.row("T1").departure_id == "GGH-1/2026-11-24"
    _back_at(floor, FIRST_AT + 6 * 3600.0 + 1.0)
    with pytest.raises(Conflict, match="has left"):
        floor.do(order_of("T2", (FLAT, 1)))


@pytest.mark.parametrize(
    ("order_class", "placed_at", "departure_id"),
    [
        (OrderClass.ROUTINE, CUTOFF_AT, FIRST),
        (OrderClass.ROUTINE, CUTOFF_AT + 1.0, SECOND),
        (OrderClass.URGENT, CUTOFF_AT + 1.0, FIRST),
    ],
)
def test_after_the_cutoff_a_routine_order_goes_with_the_next_van_and_an_urgent_one_still_tries(
    order_class: OrderClass, placed_at: float, departure_id: str
) -> None:
    floor = Floor(()).open()
    floor.jump_to(placed_at)
    floor.restart()
    answer = floor.do(
        act.SubmitOrder("T1", "GGH-WA1", order_class, (act.LineRequest(FLAT, 1),), run="GGH-1", run_date="2026-11-23")
    )
    assert floor.row("T1").departure_id == departure_id
    assert answer["due_at"] == (FIRST_AT if departure_id == FIRST else SECOND_AT)
    assert len(floor.rows.actions("order.came_after_cutoff")) == (departure_id == SECOND)


def test_an_order_that_was_placed_before_the_cutoff_and_reached_us_after_it_keeps_its_van() -> None:
    floor = Floor(()).open()
    floor.jump_to(CUTOFF_AT + 600.0)
    floor.do(order_of("T1", (FLAT, 1), placed_at=CUTOFF_AT - 1.0))
    assert floor.row("T1").departure_id == FIRST


# ---- top-ups ------------------------------------------------------------------------------------------------


def _counted(weekday: int, counted_at: float) -> Floor:
    lists = [StockListLine("GGH-WA1", FLAT, 3, 10, weekday), StockListLine("GGH-WA1", TALL, 3, 10, 5)]
    floor = Floor((), small_master(stock_lists=lists)).open()
    floor.jump_to(counted_at)
    floor.do(act.RecordWardCount("GGH-WA1", ((FLAT, 0), (TALL, 0)), "nurse"))
    floor.tell(act.Tick())
    return floor


def test_a_top_up_that_was_missed_is_made_later_on_its_local_day_and_never_twice() -> None:
    floor = _counted(2, MONDAY)
    assert not floor.rows.orders
    for hours in (1.0, 20.0, 23.9):
        _back_at(floor, LOCAL_MIDNIGHT + hours * 3600.0 - (0.0 if hours < 2 else 8 * 3600.0))
        assert floor.last.answers == [None]
        assert list(floor.rows.orders) == ["TU-GGH-WA1-20261124-ambient"]


def test_a_missed_day_is_made_up_for_while_its_count_is_valid() -> None:
    floor = _counted(2, LOCAL_MIDNIGHT - 60.0)
    _back_at(floor, LOCAL_MIDNIGHT + 30 * 3600.0)
    assert list(floor.rows.orders) == ["TU-GGH-WA1-20261124-ambient"]


def test_a_missed_day_whose_count_is_too_old_is_left_alone() -> None:
    floor = _counted(2, MONDAY)
    _back_at(floor, LOCAL_MIDNIGHT + 26 * 3600.0)
    assert not floor.rows.orders


def test_a_count_of_today_makes_no_order_of_yesterday() -> None:
    floor = _counted(1, LOCAL_MIDNIGHT + 60.0)
    assert not floor.rows.orders


@pytest.mark.parametrize(
    ("eve", "hours"),
    [(datetime(2026, 10, 24, 12, tzinfo=UTC), 25), (datetime(2027, 3, 27, 12, tzinfo=UTC), 23)],
)
def test_on_a_clock_change_day_there_is_one_top_up_however_long_the_day(eve: datetime, hours: int) -> None:
    floor = Floor((), small_master(stock_lists=[StockListLine("GGH-WA1", FLAT, 3, 10, 7)]))
    floor.now = eve.timestamp()
    floor.open()
    floor.do(act.RecordWardCount("GGH-WA1", ((FLAT, 0),), "nurse"))
    midnight = eve.timestamp() + (11 * 3600.0 if hours == 25 else 12 * 3600.0)
    floor.jump_to(midnight - 1.0)
    assert not floor.rows.orders
    for hour in range(hours):
        floor.jump_to(midnight + hour * 3600.0)
        if hour % 6 == 5:
            _back_at(floor, floor.now)
    floor.jump_to(midnight + hours * 3600.0)
    assert [reference[-16:-8] for reference in floor.rows.orders] == ["20261025" if hours == 25 else "20270328"]
