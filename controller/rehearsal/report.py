"""What a rehearsed day came to: report.json and outcomes.csv (DATA-FORMATS), from the records of the service."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from controller.domain.order import Order, OrderClass, OrderStatus
from controller.domain.robot import Robot
from controller.ledger.invariants import INVARIANTS, History, Violation
from controller.protocol.vocabulary import timestamp
from controller.rehearsal.tally import RobotTime, Tally

OUTCOME_COLUMNS = (
    "order_ref", "class", "placed_at", "due_at", "completed_at", "dispatched_at", "status", "late_s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the report says beside what the records hold."""

    site: str
    date: str
    days: int
    seed: int
    end_at: float
    span_s: float
    """Simulated seconds, the hours after the last order included."""


def late_s(order: Order, end_at: float) -> float:
    """How long after its due time the order left; an order that has not left is as late as the run is long."""
    left_at = order.dispatched_at if order.dispatched_at is not None else end_at
    if order.status in (OrderStatus.CANCELLED, OrderStatus.SHORT):
        return 0.0
    return max(0.0, left_at - order.due_at)


def outcomes_csv(orders: Sequence[Order], end_at: float) -> str:
    """One row an order, in the order in which they came."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(OUTCOME_COLUMNS)
    for order in sorted(orders, key=lambda order: order.number):
        writer.writerow(
            (
                order.order_ref,
                order.order_class.value,
                timestamp(order.placed_at),
                timestamp(order.due_at),
                timestamp(order.completed_at) if order.completed_at is not None else "",
                timestamp(order.dispatched_at) if order.dispatched_at is not None else "",
                order.status.value,
                f"{late_s(order, end_at):.0f}",
            )
        )
    return text.getvalue()


def build_report(
    facts: DayFacts,
    history: History,
    violations: Sequence[Violation],
    tally: Tally,
    robots: Sequence[Robot],
    fefo_exceptions: int,
    why_late: Callable[[Order], dict[str, Any]],
) -> dict[str, Any]:
    """The report without its two wall-clock figures, so that the same seed gives the same text.

    `why_late` answers for an order that is late and still here; of those that left, the journal has it.
    """
    orders = history.orders
    reasons = Counter(posting.reason for posting in history.postings)
    lines = [line for order in orders for line in order.lines]
    return {
        "site": facts.site,
        "date": facts.date,
        "days": facts.days,
        "seed": facts.seed,
        "orders": {
            "received": len(orders),
            "dispatched": sum(order.status is OrderStatus.DISPATCHED for order in orders),
            "short": sum(order.status is OrderStatus.SHORT for order in orders),
            "open": sum(not order.status.final for order in orders),
            "late": sum(late_s(order, facts.end_at) > 0 for order in orders),
            "cancelled": sum(order.status is OrderStatus.CANCELLED for order in orders),
        },
        "by_class": {kind.value: _of_class(orders, kind, facts.end_at) for kind in OrderClass},
        "late_orders": _late_orders(history, facts.end_at, why_late),
        "lines": {
            "received": len(lines),
            "complete": sum(line.gathered == line.ordered for line in lines),
            "short": sum(line.short > 0 for line in lines),
            "in_doubt": sum(line.in_work > 0 for line in lines),
        },
        "short_reasons": dict(sorted(Counter(line.short_reason for line in lines if line.short_reason).items())),
        "packs": {
            "picked_by_robot": reasons["picked"],
            "picked_by_hand": reasons["picked by hand"],
            "stored": reasons["stored"],
            "ejected": reasons["ejected"],
            "written_off": history.balances.get("written-off", 0),
        },
        "robots": {robot.robot: _of_robot(robot, history, tally, facts.span_s) for robot in robots},
        "fefo_exceptions": fefo_exceptions,
        "expired_dispatched": _expired_dispatched(history),
        "alarms": tally.alarms,
        "invariants": {
            "checked": len(INVARIANTS),
            "violations": [{"invariant": found.invariant, "detail": found.detail} for found in violations],
        },
    }


def _late_orders(history: History, end_at: float, why_late: Callable[[Order], dict[str, Any]]) -> list[dict[str, Any]]:
    """Each late order with the cause, and what contributed besides; the latest first."""
    journaled = {
        entry.subject.partition(":")[2]: entry.data
        for entry in history.journal
        if entry.action == "order.late" and entry.data["left"]
    }
    found = []
    for order in history.orders:
        if late_s(order, end_at) == 0.0:
            continue
        why = journaled.get(order.order_ref) or why_late(order)
        found.append(
            {
                "order_ref": order.order_ref,
                "class": order.order_class.value,
                "destination": order.destination,
                "due_at": timestamp(order.due_at),
                "late_s": round(late_s(order, end_at), 1),
                "cause": why["cause"],
                "also": why["also"],
            }
        )
    return sorted(found, key=lambda late: (-late["late_s"], late["order_ref"]))


def _of_class(orders: Sequence[Order], kind: OrderClass, end_at: float) -> dict[str, float]:
    chosen = [order for order in orders if order.order_class is kind]
    flows = sorted(
        (order.dispatched_at - order.placed_at) / 60.0 for order in chosen if order.dispatched_at is not None
    )
    late = [late_s(order, end_at) for order in chosen]
    return {
        "orders": len(chosen),
        "on_time": sum(one == 0.0 for one in late),
        "late": sum(one > 0.0 for one in late),
        "p50_flow_min": _percentile(flows, 0.50),
        "p95_flow_min": _percentile(flows, 0.95),
        "mean_tardiness_min": round(sum(late) / len(late) / 60.0, 3) if late else 0.0,
    }


def _of_robot(robot: Robot, history: History, tally: Tally, span_s: float) -> dict[str, float]:
    account = f"robot:{robot.robot}"
    time = tally.robots.get(robot.robot, RobotTime())
    return {
        "picks": sum(posting.from_account == account and posting.reason == "picked" for posting in history.postings),
        "stores": sum(posting.to_account == account and posting.reason == "stored" for posting in history.postings),
        "busy_fraction": round(time.busy_s / span_s, 4) if span_s else 0.0,
        "down_fraction": round(time.down_s / span_s, 4) if span_s else 0.0,
        "faults": time.faults,
    }


def _expired_dispatched(history: History) -> int:
    """Packs that left on or after the day of their expiry."""
    expiry = {pack.pack_id: pack.expiry for pack in history.packs}
    return sum(
        posting.to_account.startswith("dispatched:")
        and timestamp(posting.at)[:10] >= expiry[posting.pack_id].isoformat()
        for posting in history.postings
    )


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank; 0 where there is nothing."""
    if not ordered:
        return 0.0
    return round(ordered[ceil(share * len(ordered)) - 1], 2)
