"""Holidays, cancelled, moved, held and extra vans: what follows for the vans and for the orders, at once and after."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from controller.domain.calendar_change import CalendarChangeKind
from controller.domain.errors import Conflict, Invalid, NightshiftError, NotFound
from controller.domain.order import OrderClass
from controller.engine import actions as act
from tests.support.cores import BARE, FLAT, MONDAY, TALL, Floor, order_of, packs_of

FIRST, SECOND = "GGH-1/2026-11-23", "GGH-2/2026-11-23"
FIRST_AT, SECOND_AT = MONDAY + 135 * 60.0, MONDAY + 255 * 60.0
TOMORROW = "GGH-1/2026-11-24"


def _change(kind: CalendarChangeKind, date_local: str = "2026-11-23", **facts: Any) -> act.AddCalendarChange:
    return act.AddCalendarChange(kind, date_local, "the road is closed", "ann", **facts)


def _cancel(run: str = "GGH-1", date_local: str = "2026-11-23") -> act.AddCalendarChange:
    return _change(CalendarChangeKind.CANCELLED, date_local, run=run)


def _extra(departure_local: str = "11:00", **facts: Any) -> act.AddCalendarChange:
    return _change(CalendarChangeKind.EXTRA, hospital="GGH", departure_local=departure_local, **facts)


def _moved(departure_local: str, **facts: Any) -> act.AddCalendarChange:
    return _change(CalendarChangeKind.MOVED, run="GGH-1", departure_local=departure_local, **facts)


def _hold(minutes: int) -> act.HoldVan:
    return act.HoldVan("GGH-1", "2026-11-23", minutes, "two totes are on their way", "ann")


def _floor(orders: int = 1) -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", orders)).open()
    for number in range(1, orders + 1):
        floor.order(f"T{number}", (FLAT, 1))
    return floor


def _booked(floor: Floor, reference: str = "T1") -> str | None:
    return floor.row(reference).departure_id


def _status(floor: Floor, departure_id: str) -> str:
    return str(floor.rows.rows["departures"][departure_id].status)


# ---- cancelled ----------------------------------------------------------------------------------------------


def test_orders_of_a_cancelled_van_go_with_the_next_one_and_the_answer_names_each() -> None:
    floor = _floor(2)
    answer = floor.do(_cancel())
    assert _status(floor, FIRST) == "cancelled"
    assert [(each["order_ref"], each["destination"], each["old"], each["new"]) for each in answer["moved_orders"]] == [
        ("T1", "GGH-WA1", FIRST, SECOND),
        ("T2", "GGH-WA1", FIRST, SECOND),
    ]
    assert {each["departs_at"] for each in answer["moved_orders"]} == {SECOND_AT}
    assert [entry.subject for entry in floor.rows.actions("order.rebooked")] == ["order:T1", "order:T2"]
    assert [entry.actor for entry in floor.rows.actions("calendar.changed")] == ["ann"]
    floor.jump_to(FIRST_AT + 60.0)
    assert _status(floor, FIRST) == "cancelled"
    assert not floor.rows.actions("departure.left")


def test_the_due_time_stays_as_first_booked() -> None:
    floor = _floor()
    answer = floor.do(_cancel())
    assert floor.row("T1").due_at == FIRST_AT
    assert answer["due_times"] == "stay as first booked"


def test_totes_come_off_a_cancelled_van_and_are_loaded_on_the_next() -> None:
    floor = _floor(3)
    floor.r1.work_off()
    for reference in ("T1", "T2"):
        floor.work("CHECK", moved=())
        if reference == "T1":
            floor.work("DOCK", moved=())
    taken = floor.claim("DOCK", "bob")
    assert taken is not None
    assert floor.row("T1").status == "ready"
    floor.jump_to(FIRST_AT - 600.0)
    floor.do(_cancel())
    assert floor.row("T1").status == "gathered"
    assert [entry.subject for entry in floor.rows.actions("tote.taken_off")] == ["tote:T1-1"]
    with pytest.raises(NotFound):
        floor.do(act.FinishWork(taken["work_id"], "bob"))
    floor.work("CHECK", moved=())
    assert {floor.work("DOCK", moved=())["departure_id"] for _ in range(3)} == {SECOND}
    assert floor.claim("DOCK") is None
    floor.jump_to(SECOND_AT)
    assert {order.status.value for order in floor.rows.orders.values()} == {"dispatched"}
    assert floor.rows.rows["departures"][SECOND].totes == 3
    floor.sound()


def test_a_cancellation_holds_after_a_restart() -> None:
    floor = _floor()
    floor.do(_cancel())
    floor.do(_cancel("GGH-2", "2026-12-24"))
    floor.restart()
    floor.jump_to(FIRST_AT + 60.0)
    assert _status(floor, FIRST) == "cancelled"
    floor.order("T9", (FLAT, 1), run="GGH-2", run_date="2026-12-24")
    assert _booked(floor, "T9") == "GGH-1/2026-12-25"


def test_an_order_for_a_cancelled_van_is_taken_for_the_next_one() -> None:
    floor = _floor(0)
    floor.do(_cancel())
    answer = floor.do(order_of("T1", (FLAT, 1)))
    assert (_booked(floor), answer["due_at"]) == (SECOND, SECOND_AT)
    (entry,) = floor.rows.actions("order.van_does_not_go")
    assert (entry.data["old"], entry.data["new"]) == (FIRST, SECOND)


def test_without_any_other_van_the_orders_go_by_courier() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    extra = act.AddCalendarChange(
        CalendarChangeKind.EXTRA, "2026-11-23", "once", "ann", hospital="FAR", departure_local="11:00", run="FAR-X1"
    )
    change = floor.do(extra)
    for reference in ("T1", "T2"):
        floor.order(reference, (FLAT, 1), destination="FAR-WA1", run="FAR-X1")
    floor.r1.work_off()
    for _ in range(2):
        floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.do(act.WithdrawCalendarChange(change["change_id"], "no driver", "ann"))
    assert {_booked(floor, reference) for reference in ("T1", "T2")} == {None}
    assert [floor.work("DOCK", moved=())["kind"] for _ in range(2)] == ["hand_over", "hand_over"]
    assert {floor.row(reference).status.value for reference in ("T1", "T2")} == {"dispatched"}
    floor.sound()


def test_withdrawn_in_time_the_van_goes_and_its_orders_go_back_to_it() -> None:
    floor = _floor(2)
    floor.order("T3", (FLAT, 1), run="GGH-2")
    change = floor.do(_cancel())
    answer = floor.do(act.WithdrawCalendarChange(change["change_id"], "the road is open", "bob"))
    assert [(each["order_ref"], each["new"]) for each in answer["moved_orders"]] == [("T1", FIRST), ("T2", FIRST)]
    assert _status(floor, FIRST) == "planned"
    assert _booked(floor, "T3") == SECOND
    (row,) = floor.rows.rows["calendar_changes"].values()
    assert (row.withdrawn_by, row.withdrawn_at) == ("bob", floor.now)
    floor.restart()
    assert not floor.core.state.calendar_changes
    floor.jump_to(FIRST_AT)
    assert _status(floor, FIRST) == "departed"


@pytest.mark.parametrize(("left_s", "back_on"), [(600.0, FIRST), (599.0, SECOND)])
def test_what_was_loaded_meanwhile_changes_vans_again_only_while_there_is_time(left_s: float, back_on: str) -> None:
    floor = _floor(2)
    floor.r1.work_off()
    for _ in range(2):
        floor.work("CHECK", moved=())
    change = floor.do(_cancel())
    loaded = floor.work("DOCK", moved=())["order_ref"]
    (waiting,) = {"T1", "T2"} - {loaded}
    floor.jump_to(FIRST_AT - left_s)
    floor.do(act.WithdrawCalendarChange(change["change_id"], "open", "bob"))
    assert (_booked(floor, loaded), _booked(floor, waiting)) == (back_on, FIRST)
    floor.sound()


# ---- too late, or no sense ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "action", "error", "words"),
    [
        (FIRST_AT, _cancel(), Conflict, "has left, at 10:15"),
        (FIRST_AT, _hold(5), Conflict, "has left"),
        (FIRST_AT, _moved("13:00"), Conflict, "has left"),
        (SECOND_AT, _change(CalendarChangeKind.HOLIDAY), Conflict, "every van of 2026-11-23 has left"),
        (MONDAY, _change(CalendarChangeKind.HOLIDAY, "2026-11-22"), Conflict, "is past"),
        (MONDAY, _change(CalendarChangeKind.HOLIDAY, "2026-11-21"), Conflict, "is past"),
        (MONDAY, _change(CalendarChangeKind.HOLIDAY, "2029-11-21"), Invalid, "two years"),
        (MONDAY, _change(CalendarChangeKind.HOLIDAY, "23.11."), Invalid, "YYYY-MM-DD"),
        (MONDAY, _change(CalendarChangeKind.HOLIDAY, hospital="NONE"), NotFound, "NONE"),
        (MONDAY, _change(CalendarChangeKind.HOLIDAY, run="GGH-1"), Invalid, "takes no run"),
        (MONDAY, _moved("07:59"), Conflict, "is past"),
        (MONDAY, _moved("11:00", cutoff_local="11:01"), Invalid, "after the departure"),
        (MONDAY, _moved("24:00"), Invalid, "HH:MM"),
        (MONDAY, _change(CalendarChangeKind.MOVED, run="GGH-1"), Invalid, "needs departure_local"),
        (MONDAY, _cancel("GGH-9"), NotFound, "no delivery run GGH-9"),
        (MONDAY, _change(CalendarChangeKind.CANCELLED), Invalid, "needs run"),
        (MONDAY, _extra("07:00"), Conflict, "is past"),
        (MONDAY, _extra(run="GGH-1"), Conflict, "weekly run"),
        (MONDAY, _change(CalendarChangeKind.EXTRA, departure_local="11:00"), Invalid, "needs hospital"),
        (MONDAY, _hold(0), Invalid, "1 to 120"),
        (MONDAY, _hold(121), Invalid, "1 to 120"),
        (MONDAY, act.WithdrawCalendarChange("K9.9", "r", "ann"), NotFound, "K9.9"),
    ],
)
def test_a_refused_change_changes_nothing(
    at: float, action: act.Request, error: type[NightshiftError], words: str
) -> None:
    floor = _floor(0)
    floor.jump_to(at)
    before = dict(floor.core.state.departures)
    with pytest.raises(error, match=words):
        floor.do(action)
    assert not floor.last.worth_committing
    assert floor.core.state.departures == before
    assert not floor.core.state.calendar_changes


@pytest.mark.parametrize("action", [_cancel(), _change(CalendarChangeKind.HOLIDAY), _extra(run="GGH-X1")])
def test_the_same_change_twice_is_refused(action: act.AddCalendarChange) -> None:
    floor = _floor(0)
    change = floor.do(action)
    with pytest.raises(Conflict):
        floor.do(action)
    assert list(floor.core.state.calendar_changes) == [change["change_id"]]


@pytest.mark.parametrize("action", [_cancel(), _moved("11:00"), _extra("11:00"), _hold(45)])
def test_a_change_whose_van_has_left_is_not_withdrawn(action: act.Request) -> None:
    floor = _floor(0)
    change = floor.do(action)
    floor.jump_to(MONDAY + 180 * 60.0)
    with pytest.raises(Conflict, match="is past"):
        floor.do(act.WithdrawCalendarChange(change["change_id"], "why", "ann"))
    assert change["change_id"] in floor.core.state.calendar_changes
    (kept,) = floor.core.state.calendar.changes_on(date(2026, 11, 23))
    assert kept.change_id == change["change_id"]


def test_a_van_that_should_have_left_by_its_own_time_is_not_moved_back_to_it() -> None:
    floor = _floor()
    change = floor.do(_moved("12:00"))
    floor.jump_to(FIRST_AT + 60.0)
    with pytest.raises(Conflict, match="GGH-1 at 10:15"):
        floor.do(act.WithdrawCalendarChange(change["change_id"], "why", "ann"))
    assert floor.core.state.departures[FIRST].departs_at == MONDAY + 240 * 60.0


# ---- moved and held -----------------------------------------------------------------------------------------


def test_a_moved_van_takes_its_orders_along_and_leaves_at_its_new_time() -> None:
    floor = _floor()
    floor.do(_moved("11:00"))
    departure = floor.core.state.departures[FIRST]
    assert (departure.departs_at, departure.cutoff_at) == (MONDAY + 180 * 60.0, MONDAY + 135 * 60.0)
    assert _booked(floor) == FIRST
    floor.r1.work_off()
    floor.jump_to(FIRST_AT + 60.0)
    floor.send_off("T1")
    floor.jump_to(MONDAY + 180 * 60.0)
    assert floor.row("T1").status == "dispatched"
    assert floor.row("T1").due_at == FIRST_AT


def test_a_van_that_is_moved_forward_leaves_then() -> None:
    floor = _floor()
    floor.do(_moved("09:00", cutoff_local="08:50"))
    assert floor.core.state.departures[FIRST].cutoff_at == MONDAY + 50 * 60.0
    floor.jump_to(MONDAY + 3600.0)
    assert _status(floor, FIRST) == "departed"
    assert _booked(floor) == SECOND


def test_a_held_van_waits_keeps_its_cutoff_and_the_journal_says_for_whom() -> None:
    floor = _floor()
    floor.do(_hold(4))
    departure = floor.core.state.departures[FIRST]
    assert (departure.departs_at, departure.cutoff_at) == (FIRST_AT + 240.0, MONDAY + 90 * 60.0)
    (entry,) = floor.rows.actions("calendar.changed")
    assert (entry.actor, entry.data["reason"]) == ("ann", "two totes are on their way")
    floor.restart()
    floor.jump_to(FIRST_AT + 239.0)
    assert _status(floor, FIRST) == "planned"
    floor.jump_to(FIRST_AT + 240.0)
    assert _status(floor, FIRST) == "departed"


def test_a_van_is_held_two_hours_in_all_however_often() -> None:
    floor = _floor()
    floor.do(_hold(100))
    with pytest.raises(Conflict, match="its own time is 10:15"):
        floor.do(_hold(21))
    floor.do(_hold(20))
    assert floor.core.state.departures[FIRST].departs_at == FIRST_AT + 7200.0


def test_a_van_of_the_last_hour_is_held_over_midnight() -> None:
    floor = _floor(0)
    floor.do(_extra("23:50", run="GGH-X9"))
    floor.do(act.HoldVan("GGH-X9", "2026-11-23", 30, "totes", "ann"))
    departs_at = MONDAY + 16 * 3600.0 + 20 * 60.0
    assert floor.core.state.departures["GGH-X9/2026-11-23"].departs_at == departs_at
    floor.restart()
    floor.jump_to(departs_at - 60.0)
    floor.order("T1", (FLAT, 1), run="GGH-X9", order_class=OrderClass.URGENT, due_at=None, run_date="2026-11-23")
    assert _booked(floor) == "GGH-X9/2026-11-23"
    floor.jump_to(departs_at)
    assert _status(floor, "GGH-X9/2026-11-23") == "departed"


def test_a_van_that_is_held_over_midnight_is_the_next_one_after_midnight() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.do(_extra("23:50", run="LATE"))
    floor.do(act.HoldVan("LATE", "2026-11-23", 30, "totes", "ann"))
    early = act.AddCalendarChange(
        CalendarChangeKind.EXTRA, "2026-11-24", "once", "ann", hospital="GGH", departure_local="00:05", run="EARLY"
    )
    change = floor.do(early)
    floor.order("T1", (FLAT, 1), run="EARLY", run_date="2026-11-24")
    floor.jump_to(MONDAY + 16 * 3600.0 + 60.0)
    floor.do(act.WithdrawCalendarChange(change["change_id"], "no driver", "ann"))
    assert _booked(floor) == "LATE/2026-11-23"


def test_orders_of_a_van_that_leaves_later_let_others_go_first_at_once() -> None:
    stock = [*packs_of(FLAT, "robot:R1", 1), *packs_of(TALL, "robot:R1", 1), *packs_of(BARE, "robot:R1", 1)]
    floor = Floor(stock).open()
    floor.tell(floor.r1.factsheet(max_queue=0))
    floor.order("T0", (FLAT, 1))
    floor.order("T1", (TALL, 1))
    floor.order("T2", (BARE, 1), run="GGH-2")
    floor.do(_moved("20:00"))
    floor.r1.end(floor.r1.only())
    assert floor.r1.only().order_ref == "T2"


def test_in_the_hour_that_comes_twice_a_van_is_held_past_its_end() -> None:
    """01:30 is 00:30 UTC first; held by an hour it leaves at 01:30 again, which HH:MM could not say."""
    floor = _floor(0)
    floor.jump_to(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())
    floor.do(_change(CalendarChangeKind.EXTRA, "2027-10-31", hospital="GGH", departure_local="01:30", run="GGH-N"))
    floor.do(act.HoldVan("GGH-N", "2027-10-31", 60, "totes", "ann"))
    departure = floor.core.state.departures["GGH-N/2027-10-31"]
    assert departure.departs_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC).timestamp()


# ---- extra --------------------------------------------------------------------------------------------------


def test_an_extra_van_takes_those_that_are_late_and_those_that_only_wait_and_no_others() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("LATE", (FLAT, 1))
    floor.do(_cancel())
    floor.order("WAITS", (FLAT, 1), run="GGH-2")
    floor.r1.work_off()
    floor.order("LATER", (FLAT, 1), run="GGH-2")
    floor.order("SOON", (FLAT, 1), order_class=OrderClass.DISCHARGE)
    answer = floor.do(_extra("11:00"))
    assert answer["run"] == "GGH-X1"
    assert [each["order_ref"] for each in answer["moved_orders"]] == ["LATE", "WAITS"]
    assert [_booked(floor, each) for each in ("LATE", "WAITS", "LATER", "SOON")] == [
        "GGH-X1/2026-11-23",
        "GGH-X1/2026-11-23",
        SECOND,
        None,
    ]


def test_an_extra_van_that_leaves_later_moves_nobody() -> None:
    floor = _floor()
    assert floor.do(_extra("10:16"))["moved_orders"] == []
    assert _booked(floor) == FIRST


def test_an_order_may_name_an_extra_van_and_loses_nothing_when_it_is_withdrawn() -> None:
    floor = _floor(0)
    change = floor.do(_extra("11:00", cutoff_local="10:00"))
    floor.order("T1", (FLAT, 1), run=change["run"])
    assert _booked(floor) == "GGH-X1/2026-11-23"
    floor.do(act.WithdrawCalendarChange(change["change_id"], "no driver", "ann"))
    assert _booked(floor) == SECOND
    floor.order("T2", (FLAT, 1), run="GGH-X1")
    assert _booked(floor, "T2") == SECOND


# ---- holidays -----------------------------------------------------------------------------------------------


def test_on_a_holiday_no_van_goes_and_orders_that_name_it_go_with_the_next() -> None:
    floor = _floor(0)
    floor.order("T1", (FLAT, 1), run_date="2026-11-24")
    floor.do(_change(CalendarChangeKind.HOLIDAY, "2026-11-24"))
    assert _booked(floor) == "GGH-1/2026-11-25"
    assert {_status(floor, TOMORROW), _status(floor, "GGH-2/2026-11-24")} == {"cancelled"}
    assert len(floor.rows.actions("order.rebooked")) == 1
    floor.order("T2", (FLAT, 1), run="GGH-2", run_date="2026-11-24")
    floor.jump_to(SECOND_AT)
    floor.order("T3", (FLAT, 1), run=None)
    assert {_booked(floor, reference) for reference in ("T2", "T3")} == {"GGH-1/2026-11-25"}


def test_a_holiday_of_one_hospital_is_no_other_ones() -> None:
    floor = _floor(0)
    floor.do(_change(CalendarChangeKind.HOLIDAY, "2026-11-24", hospital="FAR"))
    assert _status(floor, TOMORROW) == "planned"


def test_a_holiday_far_ahead_is_planned_as_one_when_it_comes_near() -> None:
    floor = _floor(0)
    floor.do(_change(CalendarChangeKind.HOLIDAY, "2026-11-27"))
    assert "GGH-1/2026-11-27" not in floor.core.state.departures
    floor.restart()
    floor.jump_to(MONDAY + 2 * 86_400.0)
    assert _status(floor, "GGH-1/2026-11-27") == "cancelled"


def test_of_a_holiday_that_is_declared_at_noon_the_vans_that_left_have_left() -> None:
    floor = _floor()
    floor.jump_to(FIRST_AT + 60.0)
    change = floor.do(_change(CalendarChangeKind.HOLIDAY))
    assert (_status(floor, FIRST), _status(floor, SECOND)) == ("departed", "cancelled")
    assert _booked(floor) == TOMORROW
    floor.do(act.WithdrawCalendarChange(change["change_id"], "a mistake", "ann"))
    assert (_status(floor, SECOND), _booked(floor)) == ("planned", SECOND)


def test_an_extra_van_goes_on_a_holiday() -> None:
    floor = _floor()
    floor.do(_change(CalendarChangeKind.HOLIDAY))
    assert _booked(floor) == TOMORROW
    floor.do(_extra("11:00"))
    assert _booked(floor) == "GGH-X1/2026-11-23"
    floor.do(_cancel("GGH-X1"))
    assert _booked(floor) == TOMORROW
