"""Whatever people do to the calendar, in whatever order: no order is lost, and each waits for a van that will go."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.domain.calendar_change import CalendarChangeKind
from controller.domain.departure import DepartureStatus
from controller.domain.errors import NightshiftError
from controller.domain.order import OrderClass
from controller.engine import actions as act
from tests.support.cores import FLAT, MONDAY, Floor, packs_of

DATES = st.sampled_from(["2026-11-23", "2026-11-24", "2026-11-25"])
RUNS = st.sampled_from(["GGH-1", "GGH-2", "GGH-X1"])
TIMES = st.sampled_from(["00:10", "08:30", "10:15", "12:15", "15:00", "23:55"])
LAST_AT = datetime(2026, 11, 28, tzinfo=UTC).timestamp()


def _change(kind: CalendarChangeKind, date_local: str, run: str, local: str) -> act.AddCalendarChange:
    facts = {
        CalendarChangeKind.HOLIDAY: {},
        CalendarChangeKind.CANCELLED: {"run": run},
        CalendarChangeKind.MOVED: {"run": run, "departure_local": local},
        CalendarChangeKind.EXTRA: {"hospital": "GGH", "departure_local": local},
    }[kind]
    return act.AddCalendarChange(kind, date_local, "why", "ann", **facts)


CHANGES = st.builds(_change, st.sampled_from(CalendarChangeKind), DATES, RUNS, TIMES)
HOLDS = st.builds(
    lambda date, run, minutes: act.HoldVan(run, date, minutes, "why", "ann"), DATES, RUNS, st.integers(1, 120)
)
STEPS = st.lists(
    st.one_of(
        CHANGES,
        CHANGES,
        HOLDS,
        st.tuples(st.just("withdraw"), st.integers(0, 5)),
        st.tuples(st.just("order"), DATES, RUNS, st.sampled_from([OrderClass.ROUTINE, OrderClass.URGENT])),
        st.tuples(st.just("work"), st.integers(0, 4), st.integers(0, 2)),
        st.tuples(st.just("wait"), st.sampled_from([60.0, 3600.0, 5 * 3600.0])),
        st.just(("restart",)),
    ),
    max_size=25,
)


def _order(floor: Floor, date_local: str, run: str, order_class: OrderClass) -> None:
    reference = f"T{len(floor.rows.orders) + 1}"
    line = (act.LineRequest(FLAT, 1),)
    floor.do(act.SubmitOrder(reference, "GGH-WA1", order_class, line, run=run, run_date=date_local))


def _work(floor: Floor, checks: int, loads: int) -> None:
    """The robot delivers, people check and load so many totes."""
    floor.r1.work_off()
    for station, jobs in (("CHECK", checks), ("DOCK", loads)):
        for _ in range(jobs):
            if floor.core.state.waiting_work.get(station):
                floor.work(station, moved=())


def _restart(floor: Floor) -> None:
    floor.restart()
    floor.tell(act.LinkChanged(True), act.Tick())
    floor.r1.arrive()


def _take(floor: Floor, step: object) -> None:
    match step:
        case act.AddCalendarChange() | act.HoldVan():
            floor.do(step)
        case ("withdraw", int(number)):
            made = sorted(floor.core.state.calendar_changes)
            if made:
                floor.do(act.WithdrawCalendarChange(made[number % len(made)], "why", "bob"))
        case ("order", str(date_local), str(run), OrderClass() as order_class):
            _order(floor, date_local, run, order_class)
        case ("work", int(checks), int(loads)):
            _work(floor, checks, loads)
        case ("wait", float(seconds)):
            floor.jump_to(floor.now + seconds)
        case ("restart",):
            _restart(floor)


def _every_order_waits_for_a_van_that_will_go(floor: Floor) -> None:
    state = floor.core.state
    for order in state.orders.values():
        if order.departure_id is not None:
            departure = state.departures[order.departure_id]
            assert departure.status is DepartureStatus.PLANNED, (order.order_ref, departure)
            assert departure.departs_at > floor.now
    for work in state.works.values():
        if work.departure_id is not None and work.order_ref is not None:
            assert work.departure_id == state.orders[work.order_ref].departure_id
    held = [change for day in range(23, 26) for change in state.calendar.changes_on(date(2026, 11, day))]
    assert {change.change_id for change in held} == set(state.calendar_changes)
    for departure in state.departures.values():
        computed = state.calendar.departure(departure.run, datetime.fromisoformat(departure.date_local).date())
        if departure.status is DepartureStatus.PLANNED:
            assert computed is not None
            assert (computed.status, computed.departs_at) == (DepartureStatus.PLANNED, departure.departs_at)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_order_is_lost_whatever_the_calendar_does(steps: list[object]) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 30)).open()
    for run in ("GGH-1", "GGH-2"):
        _order(floor, "2026-11-23", run, OrderClass.ROUTINE)
    for step in steps:
        try:
            _take(floor, step)
        except NightshiftError:
            # Refused: it came too late, or makes no sense now; nothing may have changed.
            assert not floor.last.worth_committing
        _every_order_waits_for_a_van_that_will_go(floor)
    at = MONDAY
    while floor.core.state.orders and at < LAST_AT:
        at = max(at, floor.now) + 1800.0
        _work(floor, 9, 9)
        floor.jump_to(at)
    assert {order.status.value for order in floor.rows.orders.values()} <= {"dispatched"}
    floor.sound()
