"""What a disturbed day came to beside the undisturbed rehearsal of the same site and seed."""

from collections.abc import Iterable
from typing import Any

from controller.domain.order import Order, OrderClass, OrderStatus
from controller.ledger.invariants import History


def compare_days(real: History, rehearsed: History, references: Iterable[str]) -> dict[str, Any]:
    """Counts of both, and each difference; one of a product that ran short in either may be mere timing."""
    mine = {order.order_ref: order for order in real.orders}
    theirs = {order.order_ref: order for order in rehearsed.orders}
    scarce = _scarce(real) | _scarce(rehearsed)
    explained: list[str] = []
    unexplained: list[str] = []
    for reference in sorted(references):
        for told, gtins in _differences(mine.get(reference), theirs.get(reference)):
            (explained if gtins & scarce else unexplained).append(f"{reference}: {told}")
    chosen = frozenset(references)
    return {
        "orders": len(chosen),
        "real": _counts(mine[each] for each in chosen & mine.keys()),
        "rehearsed": _counts(theirs[each] for each in chosen & theirs.keys()),
        "differences_explained_by_scarcity": explained,
        "differences": unexplained,
    }


def _scarce(history: History) -> set[str]:
    return {line.gtin for order in history.orders for line in order.lines if line.short or line.wanted > line.reserved}


def _differences(real: Order | None, rehearsed: Order | None) -> Iterable[tuple[str, set[str]]]:
    if real is None or rehearsed is None:
        if real is not rehearsed:
            yield f"known only to the {'rehearsal' if real is None else 'real centre'}", set()
        return
    for mine, theirs in zip(real.lines, rehearsed.lines, strict=True):
        if mine.gathered != theirs.gathered:
            yield f"line {mine.number}: {mine.gathered} packs, rehearsed {theirs.gathered}", {mine.gtin}
    if real.status.final and real.status is not rehearsed.status:
        yield f"{real.status}, rehearsed {rehearsed.status}", {line.gtin for line in real.lines}


def _counts(orders: Iterable[Order]) -> dict[str, Any]:
    every = list(orders)
    flows = sorted(
        (order.dispatched_at - order.placed_at) / 60.0
        for order in every
        if order.order_class is OrderClass.DISCHARGE and order.dispatched_at is not None
    )
    return {
        "orders": len(every),
        "by_status": {status.value: sum(order.status is status for order in every) for status in OrderStatus},
        "packs": sum(line.gathered for order in every for line in order.lines),
        "packs_short": sum(line.short for order in every for line in order.lines),
        "late": sum(order.dispatched_at is not None and order.dispatched_at > order.due_at for order in every),
        "discharge_flow_min": {"p50": _at(flows, 0.5), "p95": _at(flows, 0.95)},
    }


def _at(ordered: list[float], share: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None
