"""What a day's report says of orders, robots and time."""

import csv
import io
from typing import Any

import pytest

from controller.domain.order import Order, OrderClass, OrderLine, OrderStatus
from controller.engine import lateness
from controller.engine.actions import FaultRaised
from controller.ledger.invariants import INVARIANTS, Violation, check
from controller.rehearsal.report import OUTCOME_COLUMNS, DayFacts, build_report, late_s, outcomes_csv
from controller.rehearsal.tally import Tally
from controller.scheduling.lateness_words import told
from tests.support.cores import FLAT, MONDAY, Floor, fault, packs_of

END_AT = MONDAY + 12 * 3600.0


def _order(number: int, flow_min: float | None, status: OrderStatus = OrderStatus.DISPATCHED) -> Order:
    """Due an hour after it was placed."""
    order = Order(
        f"T{number}", "W1", OrderClass.URGENT, MONDAY, MONDAY + 3600.0, None, [OrderLine(1, FLAT, 1)], number, status
    )
    order.dispatched_at = None if flow_min is None else MONDAY + flow_min * 60.0
    return order


@pytest.mark.parametrize(
    ("order", "expected_s"),
    [
        (_order(1, 60.0), 0.0),
        (_order(1, 59.0), 0.0),
        (_order(1, 61.0), 60.0),
        (_order(1, None, OrderStatus.OPEN), END_AT - MONDAY - 3600.0),
        (_order(1, None, OrderStatus.CANCELLED), 0.0),
        (_order(1, None, OrderStatus.SHORT), 0.0),
    ],
)
def test_how_late_an_order_is(order: Order, expected_s: float) -> None:
    assert late_s(order, END_AT) == expected_s


def test_outcomes_are_one_row_an_order_as_they_came() -> None:
    text = outcomes_csv([_order(2, None, OrderStatus.OPEN), _order(1, 61.0)], END_AT)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == OUTCOME_COLUMNS
    assert [(row["order_ref"], row["status"], row["late_s"]) for row in rows] == [
        ("T1", "dispatched", "60"),
        ("T2", "open", "39600"),
    ]
    assert rows[0]["due_at"] == "2026-11-23T09:00:00.000Z"
    assert (rows[0]["completed_at"], rows[1]["dispatched_at"]) == ("", "")


def _report(floor: Floor, tally: Tally, violations: list[Violation]) -> dict[str, Any]:
    facts = DayFacts("tiny", "2026-11-23", 1, 7, END_AT, 3600.0)
    history = floor.rows.history()
    robots = list(floor.core.state.robots.values())
    return build_report(
        facts,
        history,
        violations,
        tally,
        robots,
        len(floor.rows.fefo_exceptions),
        lambda order: told(lateness.of_order(floor.core.state, order, END_AT)),
    )


def test_the_report_counts_what_was_written() -> None:
    floor, tally = Floor(packs_of(FLAT, "robot:R1", 3)).open(), Tally()
    floor.order("T1", (FLAT, 2))
    floor.r1.work_off()
    floor.send_off("T1")
    floor.jump_to(floor.row("T1").due_at)
    floor.r1.state()
    floor.order("T2", (FLAT, 4), run="GGH-2")
    tally.watch(floor.core, floor.last, floor.now)
    floor.r1.event(FaultRaised(fault("R1:1:1", 3)))
    tally.watch(floor.core, floor.last, floor.now)
    found = [Violation("I1", "made up")]
    report = _report(floor, tally, [*check(floor.rows.history()), *found])
    counted = {"received": 2, "dispatched": 1, "open": 1, "late": 1, "cancelled": 0}
    assert report["orders"].items() >= counted.items()
    assert report["by_class"]["routine"]["orders"] == 2
    (late,) = report["late_orders"]
    assert (late["order_ref"], late["class"], late["destination"]) == ("T2", "routine", "GGH-WA1")
    assert (late["late_s"], late["cause"]["kind"]) == (END_AT - floor.row("T2").due_at, "out_of_stock")
    assert report["packs"]["picked_by_robot"] == 2
    assert report["robots"]["R1"]["picks"] == 2
    assert report["robots"]["R1"]["faults"] == 1
    assert report["robots"]["R2"]["picks"] == 0
    assert report["expired_dispatched"] == 0
    assert report["invariants"]["violations"] == [{"invariant": "I1", "detail": "made up"}]
    assert report["invariants"]["checked"] == len(INVARIANTS)


@pytest.mark.parametrize(
    ("flows", "p50", "p95"),
    [([], 0.0, 0.0), ([7.0], 7.0, 7.0), ([1.0, 9.0], 1.0, 9.0), ([float(n) for n in range(1, 101)], 50.0, 95.0)],
)
def test_percentiles_are_by_nearest_rank(flows: list[float], p50: float, p95: float) -> None:
    floor = Floor(())
    for number, flow_min in enumerate(reversed(flows), start=1):
        floor.rows.orders[f"T{number}"] = _order(number, flow_min)
    urgent = _report(floor, Tally(), [])["by_class"]["urgent"]
    assert (urgent["p50_flow_min"], urgent["p95_flow_min"]) == (p50, p95)


def test_down_time_is_counted_between_turns_and_alarms_are_what_asks_for_a_person() -> None:
    floor, tally = Floor(()).open(), Tally()
    floor.wait(5.0)
    tally.watch(floor.core, floor.last, floor.now)
    floor.r1.state(packml=6)
    tally.watch(floor.core, floor.last, floor.now + 10.0)
    floor.tell(floor.r2.presence("lost"))
    seen_at = floor.now + 40.0
    tally.watch(floor.core, floor.last, seen_at)
    assert tally.alarms == 0
    for _ in range(4):
        floor.wait(5.0)
        tally.watch(floor.core, floor.last, seen_at)
    assert (tally.robots["R1"].busy_s, tally.robots["R1"].down_s) == (40.0, 0.0)
    assert (tally.robots["R2"].busy_s, tally.robots["R2"].down_s) == (0.0, 30.0)
    assert tally.alarms == 1
