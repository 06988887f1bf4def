"""What a ward's packs must outlast, as a person sets it; and lines of one batch."""

from datetime import date

import pytest

from controller.domain.calendar_change import CalendarChangeKind
from controller.domain.errors import Invalid, NightshiftError, NotFound
from controller.domain.order import OrderClass
from controller.engine import actions as act
from tests.support.cores import FLAT, MONDAY, TALL, Floor, packs_of

IN_TEN_DAYS = date(2026, 12, 3)


def _set(days: int, destination: str = "GGH-WA1") -> act.SetLeastRemainingDays:
    return act.SetLeastRemainingDays(destination, days, "a slow ward", "ann")


def test_a_promise_that_no_longer_fits_is_taken_back_and_the_line_called_short_in_time() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1, expiry=IN_TEN_DAYS)).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 1))
    assert floor.row("T1").lines[0].reserved == 1
    assert floor.do(_set(30)) == {"destination": "GGH-WA1", "least_remaining_days": 30}
    assert floor.row("T1").lines[0].reserved == 0
    floor.jump_to(floor.row("T1").due_at - 2400.0)
    assert floor.row("T1").status == "short"


def test_a_ward_that_asks_for_less_gets_what_others_would_not_and_keeps_it_after_a_restart() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2, expiry=date(2026, 11, 26))).open()
    floor.order("T1", (FLAT, 1))
    assert not floor.r1.open_tasks()
    floor.do(_set(1))
    assert floor.r1.only().order_ref == "T1"
    (entry,) = floor.rows.actions("destination.least_remaining_days_set")
    assert (entry.actor, entry.data["old"], entry.data["new"]) == ("ann", 7, 1)
    floor.restart()
    assert floor.core.state.destinations["GGH-WA1"].least_remaining_days == 1
    assert floor.core.state.destinations["FAR-WA1"].least_remaining_days == 7


@pytest.mark.parametrize(
    ("action", "error"), [(_set(-1), Invalid), (_set(366), Invalid), (_set(7, "NOWHERE"), NotFound)]
)
def test_days_that_make_no_sense_are_refused(action: act.SetLeastRemainingDays, error: type[NightshiftError]) -> None:
    floor = Floor(()).open()
    with pytest.raises(error):
        floor.do(action)
    assert not floor.last.worth_committing


def test_a_line_says_whether_it_must_be_of_one_batch() -> None:
    floor = Floor(()).open()
    lines = (act.LineRequest(FLAT, 1), act.LineRequest(FLAT, 2, single_batch=True), act.LineRequest(TALL, 1))
    floor.do(act.SubmitOrder("T1", "GGH-WA1", OrderClass.ROUTINE, lines, run="GGH-1", run_date="2026-11-23"))
    assert [(line.ordered, line.single_batch) for line in floor.row("T1").lines] == [(3, True), (1, False)]


def test_stock_that_suits_one_ward_keeps_no_promise_to_another() -> None:
    """Two packs last long and two do not; when the long ones are held, the ward that asks for more is told so."""
    long = packs_of(FLAT, "robot:R1", 2, batch="LONG", expiry=date(2028, 1, 31))
    floor = Floor([*long, *packs_of(FLAT, "robot:R2", 2, batch="SHORT", expiry=IN_TEN_DAYS)]).open()
    for robot in (floor.r1, floor.r2):
        robot.state(mode="manual")
    floor.do(_set(30))
    floor.order("D1", (FLAT, 2), order_class=OrderClass.DISCHARGE, due_at=MONDAY + 3600.0)
    floor.order("D2", (FLAT, 2), destination="FAR-WA1", order_class=OrderClass.DISCHARGE, due_at=MONDAY + 7200.0)
    assert [floor.row(reference).lines[0].reserved for reference in ("D1", "D2")] == [2, 2]
    floor.do(act.HoldStock(FLAT, "LONG", "recall", "pharmacist"))
    assert [floor.row(reference).lines[0].reserved for reference in ("D1", "D2")] == [0, 2]


def test_a_pack_outlasts_the_day_on_which_the_order_really_leaves() -> None:
    """The van of Monday is cancelled, and so are all others until Friday: on that day the pack is too old."""
    floor = Floor(packs_of(FLAT, "robot:R1", 1, expiry=date(2026, 12, 2))).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 1))
    assert floor.row("T1").lines[0].reserved == 1
    for day in range(23, 27):
        floor.do(act.AddCalendarChange(CalendarChangeKind.HOLIDAY, f"2026-11-{day}", "snow", "ann"))
    assert floor.row("T1").departure_id == "GGH-1/2026-11-27"
    assert floor.row("T1").lines[0].reserved == 0
