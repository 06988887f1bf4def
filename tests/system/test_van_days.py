"""Clock changes, a holiday, a cancelled, a moved, a held and an extra van, each through a day that nobody helps."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from controller.domain.calendar_change import CalendarChangeKind
from controller.engine import actions as act
from controller.intake.site import read_site
from controller.rehearsal.day import DayPlan, run_day
from controller.system import real_monotonic_s
from simulator.audit import audit_files
from tests.support.small_centre import gtin
from tests.support.van_days import Ordered, Rehearsed, Van, VanDay, orders_for, write_van_day

MONDAY = date(2026, 11, 23)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY_VANS = (Van("GGH-1", "09:30", "10:15"), Van("GGH-2", "11:30", "12:15"), Van("GGH-3", "13:30", "14:15"))
NIGHT_VANS = (
    Van("N-0", "00:00", "00:40"),
    Van("N-1", "00:50", "01:30"),
    Van("N-2", "01:30", "02:10"),
    Van("N-3", "02:30", "03:15"),
    Van("GGH-1", "09:30", "10:15"),
)

Rehearse = Callable[[VanDay], Rehearsed]


@pytest.fixture
def rehearse(tmp_path: Path) -> Iterator[Rehearse]:
    begun: list[Rehearsed] = []

    def begin(day: VanDay) -> Rehearsed:
        begun.append(Rehearsed(day, tmp_path))
        return begun[-1]

    yield begin
    for rehearsed in begun:
        rehearsed.close()


def _at(hour: int, minute: int = 0) -> datetime:
    return EIGHT.replace(hour=hour, minute=minute)


def _monday(*orders: Ordered) -> VanDay:
    return VanDay(EIGHT, 7.0, DAY_VANS, orders)


# ---- clock changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sunday", "leaves"),
    [
        pytest.param(
            date(2026, 10, 25),
            {"N-0": "23:40", "N-1": "00:30", "N-2": "02:10", "N-3": "03:15", "GGH-1": "10:15"},
            id="the clocks go back: 01:30 is its first occurrence",
        ),
        pytest.param(
            date(2027, 3, 28),
            {"N-0": "00:40", "N-1": "01:30", "N-2": "01:10", "N-3": "02:15", "GGH-1": "09:15"},
            id="the clocks go forward: 01:30 is skipped and means an hour later",
        ),
    ],
)
def test_on_a_clock_change_day_every_van_goes_once_with_its_orders(
    rehearse: Rehearse, sunday: date, leaves: dict[str, str]
) -> None:
    eve = datetime(sunday.year, sunday.month, sunday.day, 18, tzinfo=UTC) - timedelta(days=1)
    orders = [order for van in NIGHT_VANS for order in orders_for(van.run, sunday, eve + timedelta(minutes=10))]
    day = rehearse(VanDay(eve, 18.0, NIGHT_VANS, orders, top_up_weekday=7))
    day.at(
        eve + timedelta(hours=1),
        act.RecordWardCount("GGH-WA2", ((gtin(0), 0),), "nurse"),
    )
    day.finish()
    day.sound()
    left = day.left
    for run, utc in leaves.items():
        for number in (1, 2):
            departure_id, at = left[f"{run}-{number}"]
            assert departure_id == f"{run}/{sunday}"
            assert at is not None
            assert f"{at:%H:%M}" == utc
    (top_up,) = left.keys() - {order.reference for order in orders}
    assert top_up == f"TU-GGH-WA2-{sunday:%Y%m%d}-ambient"
    assert left[top_up][1] is not None
    on_sunday = [subject for subject in day.journaled("departure.left") if subject.endswith(str(sunday))]
    assert len(on_sunday) == len(set(on_sunday)) == len(NIGHT_VANS)


# ---- a holiday ----------------------------------------------------------------------------------------------


def test_orders_for_a_holiday_go_with_the_first_van_after_it(tmp_path: Path) -> None:
    """The whole of `nightshift day` over a folder that has a holidays.csv."""
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    monday_orders = orders_for("GGH-2", MONDAY, _at(9))
    holiday_orders = orders_for("GGH-1", tuesday, _at(10)) + orders_for("GGH-3", tuesday, _at(10, 30))
    day = VanDay(EIGHT, 7.0, DAY_VANS, monday_orders + holiday_orders, ((tuesday, "St Andrew"),))
    site = write_van_day(tmp_path / "site", day)
    result = run_day(read_site(site), DayPlan(MONDAY), tmp_path / "out", stopwatch=real_monotonic_s)
    assert result.violations == []
    with (tmp_path / "out" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        left = {row["order_ref"]: row["dispatched_at"] for row in csv.DictReader(file)}
    assert left == {
        **{order.reference: f"{MONDAY}T12:15:00.000Z" for order in monday_orders},
        **{order.reference: f"{wednesday}T10:15:00.000Z" for order in holiday_orders},
    }
    assert audit_files(tmp_path / "out" / "physical.jsonl", tmp_path / "out" / "ledger.sqlite", site) == []


# ---- changes while it runs ----------------------------------------------------------------------------------


def test_a_van_that_is_cancelled_ten_minutes_before_with_totes_on_it(rehearse: Rehearse) -> None:
    booked = orders_for("GGH-1", MONDAY, _at(8, 5), 6)
    day = rehearse(_monday(*booked, *orders_for("GGH-3", MONDAY, _at(9))))
    day.at(
        _at(10, 5),
        act.AddCalendarChange(CalendarChangeKind.CANCELLED, str(MONDAY), "the van broke down", "ann", run="GGH-1"),
    )
    assert len(day.world.core.state.totes) >= 6
    day.finish()
    day.sound()
    assert len(day.journaled("tote.taken_off")) >= 6
    left = day.left
    assert {left[order.reference] for order in booked} == {(f"GGH-2/{MONDAY}", _at(12, 15))}
    assert {left[f"GGH-3-{number}"] for number in (1, 2)} == {(f"GGH-3/{MONDAY}", _at(14, 15))}
    assert {order.due_at for reference, order in day.orders.items() if reference.startswith("GGH-1")} == {
        _at(10, 15).timestamp()
    }


@pytest.mark.parametrize("held", [True, False])
def test_a_van_that_is_held_takes_what_comes_too_late_for_its_own_time(rehearse: Rehearse, held: bool) -> None:
    late = Ordered("LATE", _at(10, 14) + timedelta(seconds=15), "GGH-1", MONDAY, "urgent")
    day = rehearse(_monday(*orders_for("GGH-1", MONDAY, _at(8, 5)), late))
    if held:
        day.at(_at(10, 14) + timedelta(seconds=30), act.HoldVan("GGH-1", str(MONDAY), 20, "the last tote", "ann"))
    day.finish()
    day.sound()
    left = day.left
    assert left.pop("LATE") == ((f"GGH-1/{MONDAY}", _at(10, 35)) if held else (f"GGH-2/{MONDAY}", _at(12, 15)))
    assert set(left.values()) == {(f"GGH-1/{MONDAY}", _at(10, 35) if held else _at(10, 15))}


def test_an_extra_van_brings_home_what_a_cancelled_one_left(rehearse: Rehearse) -> None:
    booked = orders_for("GGH-1", MONDAY, _at(8, 5), 4)
    day = rehearse(_monday(*booked))
    cancelled = act.AddCalendarChange(CalendarChangeKind.CANCELLED, str(MONDAY), "no driver", "ann", run="GGH-1")
    day.at(_at(9, 30), cancelled)
    extra = act.AddCalendarChange(
        CalendarChangeKind.EXTRA, str(MONDAY), "a taxi", "ann", hospital="GGH", departure_local="10:45"
    )
    day.at(_at(9, 45), extra)
    day.finish()
    day.sound()
    assert {day.left[order.reference] for order in booked} == {(f"GGH-X1/{MONDAY}", _at(10, 45))}


def test_a_cancellation_that_is_taken_back_costs_nobody_anything(rehearse: Rehearse) -> None:
    booked = orders_for("GGH-1", MONDAY, _at(8, 5), 4)
    day = rehearse(_monday(*booked))
    day.at(_at(9), act.AddCalendarChange(CalendarChangeKind.CANCELLED, str(MONDAY), "no driver", "ann", run="GGH-1"))
    day.at(_at(9, 20))
    (change,) = day.world.core.state.calendar_changes
    day.at(_at(9, 21), act.WithdrawCalendarChange(change, "found one", "ann"))
    day.finish()
    day.sound()
    assert {day.left[order.reference] for order in booked} == {(f"GGH-1/{MONDAY}", _at(10, 15))}


def test_the_controller_dies_over_a_departure_and_over_a_cancellation(rehearse: Rehearse) -> None:
    """What was loaded has left; what was not goes on; the cancelled van stays cancelled."""
    booked = orders_for("GGH-1", MONDAY, _at(8, 5), 4)
    day = rehearse(_monday(*booked, *orders_for("GGH-2", MONDAY, _at(10, 50), 4)))
    day.at(_at(10, 14))
    day.world.crash()
    day.at(
        _at(12, 6),
        act.AddCalendarChange(CalendarChangeKind.CANCELLED, str(MONDAY), "flat tyre", "ann", run="GGH-2"),
    )
    day.at(_at(12, 7))
    day.world.crash()
    day.finish()
    day.sound()
    left = day.left
    assert {left[order.reference] for order in booked} == {(f"GGH-1/{MONDAY}", _at(10, 15))}
    assert {left[f"GGH-2-{number}"] for number in range(1, 5)} == {(f"GGH-3/{MONDAY}", _at(14, 15))}
