"""Orders: submitted, short, gathered, cancelled."""

from heapq import heappop, heappush

from controller.domain.errors import Conflict, Invalid
from controller.domain.order import Order, OrderLine, OrderStatus
from controller.domain.task import TaskKind
from controller.domain.tote import TOTE_CAPACITY_PACKS, Tote, ToteStatus
from controller.engine import allocation, departures, promises, release, tasks, totes
from controller.engine.actions import CancelOrder, SubmitOrder
from controller.engine.turn import Turn

MAX_LINES = 500
MAX_QUANTITY = 1_000

SHORT_LAST_CALL_S = 40 * 60.0
"""So long before it is due, a line for which there is no stock is declared short, so that the rest still makes it."""


def submit(turn: Turn, action: SubmitOrder) -> dict[str, object]:
    """Take an order and promise it what stock there is. Nothing is changed where it is refused."""
    state = turn.state
    if action.order_ref in state.known_order_refs:
        raise Conflict(f"order {action.order_ref} exists already")
    destination = state.destinations.get(action.destination)
    if destination is None:
        raise Invalid(f"order {action.order_ref}: destination {action.destination!r} is not known")
    lines = _lines(turn, action)
    departure, due_at = departures.booking(turn, action, destination)
    state.last_order_number += 1
    order = Order(
        order_ref=action.order_ref,
        destination=action.destination,
        order_class=action.order_class,
        placed_at=action.placed_at if action.placed_at is not None else turn.now,
        due_at=due_at,
        departure_id=departure.departure_id if departure is not None else None,
        lines=lines,
        number=state.last_order_number,
    )
    state.orders[order.order_ref] = order
    state.order_by_number[order.number] = order
    state.known_order_refs.add(order.order_ref)
    turn.changes.orders[order.order_ref] = order
    if departure is not None and departure.departure_id not in state.departures:
        departures.plan_departure(turn, departure)
    for line in lines:
        allocation.want(turn, order, line)
        state.usage.add(line.gtin, order.placed_at, line.ordered)
    promise = promises.make_first(turn, order)
    turn.changes.note(
        action.actor,
        "order.received",
        f"order:{order.order_ref}",
        destination=order.destination,
        order_class=order.order_class.value,
        departure_id=order.departure_id,
        packs=sum(line.ordered for line in lines),
        waiting_for_stock=sum(line.wanted - line.reserved for line in lines),
        **(promise or {}),
    )
    schedule_last_call(turn, order)
    answer: dict[str, object] = {
        "order_ref": order.order_ref,
        "status": order.status.value,
        "due_at": order.due_at,
    }
    return answer if promise is None else {**answer, "promise": promise}


def cancel(turn: Turn, action: CancelOrder) -> dict[str, object]:
    """Cancel what has not left. The order is cancelled only when no robot works on it any more (I6)."""
    order = turn.state.order(action.order_ref)
    if any(turn.state.totes[tote].status in (ToteStatus.LOADED, ToteStatus.DISPATCHED) for tote in order.totes):
        raise Conflict(f"order {order.order_ref} is on its way: a tote is loaded or gone")
    if order.cancel_reason is None:
        order.cancel_reason = action.reason
        turn.changes.note(action.actor, "order.cancel_asked", f"order:{order.order_ref}", reason=action.reason)
        for line in order.lines:
            allocation.forget(turn, order, line)
        for task in list(turn.state.tasks.values()):
            if task.order_ref == order.order_ref and task.kind is TaskKind.PICK:
                tasks.ask_cancel(turn, task)
        totes.withdraw_release(turn, order)
        turn.changes.orders[order.order_ref] = order
    advance(turn, order)
    return {"order_ref": order.order_ref, "status": order.status.value if order.status.final else "cancelling"}


def advance(turn: Turn, order: Order) -> None:
    """Bring the order as far as its lines and totes allow. Called after every change of either."""
    if order.status.final or order.in_work > 0:
        return
    if order.cancel_reason is not None:
        _finish_cancel(turn, order)
    elif order.wanted == 0:
        _gathered(turn, order)


def want_again(turn: Turn, order: Order, line: OrderLine) -> None:
    """A pack that was in work for the line will not come: it wants another, unless the order is being cancelled."""
    if order.cancel_reason is None:
        allocation.want(turn, order, line)
        schedule_last_call(turn, order)


def schedule_last_call(turn: Turn, order: Order) -> None:
    """See to it that the loop looks at the order again when it can wait for stock no longer."""
    if any(line.wanted > line.reserved for line in order.lines):
        heappush(turn.state.last_calls, (last_call_at(turn, order), order.order_ref))


def last_call_at(turn: Turn, order: Order) -> float:
    """When a line without stock is declared short: a patient is not kept waiting for nothing.

    A discharge order waits only for what stands at goods-in already; other orders wait for a delivery to come.
    """
    target = order.due_at
    if order.departure_id is not None:
        target = turn.state.departures[order.departure_id].departs_at
    elif not any(turn.state.book.arriving(line.gtin) for line in order.lines if line.wanted > line.reserved):
        return order.placed_at
    return max(target - SHORT_LAST_CALL_S, order.placed_at)


def call_last(turn: Turn) -> None:
    """Declare short what waits for stock and can wait no longer."""
    calls = turn.state.last_calls
    while calls and calls[0][0] <= turn.now:
        order = turn.state.orders.get(heappop(calls)[1])
        if order is None or all(line.wanted <= line.reserved for line in order.lines):
            continue
        if last_call_at(turn, order) > turn.now:
            schedule_last_call(turn, order)
            continue
        for line in order.lines:
            declare_short(turn, order, line, line.wanted - line.reserved, "out of stock")
        advance(turn, order)


def declare_short(turn: Turn, order: Order, line: OrderLine, packs: int, reason: str) -> None:
    """So many packs of the line will not come, and why."""
    if packs <= 0:
        return
    line.short += packs
    line.short_reason = reason
    turn.changes.orders[order.order_ref] = order
    turn.changes.note(
        "controller",
        "line.short",
        f"order:{order.order_ref}",
        line=line.number,
        gtin=line.gtin,
        packs=packs,
        reason=reason,
    )
    if line.wanted <= 0:
        allocation.forget(turn, order, line)


def settle_single_batches(turn: Turn) -> None:
    """A line that is bound to one batch and finds no more of it ends there: the rest is short, and says why."""
    for order in list(turn.changes.orders.values()):
        for line in order.lines:
            if not line.single_batch or line.batch is None or line.wanted <= 0 or order.status.final:
                continue
            packs = turn.state.book.packs
            left = any(
                packs[pack_id].batch == line.batch
                for account in turn.state.book.holders(line.gtin)
                for _, pack_id in turn.state.book.shelf(line.gtin, account)
            )
            if not left:
                declare_short(turn, order, line, line.wanted, "no more packs of its batch")
                advance(turn, order)


def tote_for(turn: Turn, order: Order) -> Tote:
    """A tote of the order with room; a new one where none has."""
    for tote_id in order.totes:
        tote = turn.state.totes[tote_id]
        if tote.status is ToteStatus.FILLING and tote.packs + tote.expected < TOTE_CAPACITY_PACKS:
            return tote
    tote = Tote(f"{order.order_ref}-{len(order.totes) + 1}", order.order_ref)
    release.take_place(turn, tote)
    turn.state.totes[tote.tote_id] = tote
    order.totes.append(tote.tote_id)
    turn.changes.totes[tote.tote_id] = tote
    turn.changes.orders[order.order_ref] = order
    return tote


def _lines(turn: Turn, action: SubmitOrder) -> list[OrderLine]:
    if not 1 <= len(action.lines) <= MAX_LINES:
        raise Invalid(f"order {action.order_ref}: {len(action.lines)} lines; 1 to {MAX_LINES}")
    packs: dict[str, int] = {}
    single_batch: set[str] = set()
    for asked in action.lines:
        if asked.gtin not in turn.state.products:
            raise Invalid(f"order {action.order_ref}: no product with GTIN {asked.gtin}")
        if not 1 <= asked.quantity <= MAX_QUANTITY:
            raise Invalid(f"order {action.order_ref}: {asked.quantity} packs of {asked.gtin}; 1 to {MAX_QUANTITY}")
        packs[asked.gtin] = packs.get(asked.gtin, 0) + asked.quantity
        if asked.single_batch:
            single_batch.add(asked.gtin)
    return [
        OrderLine(number, gtin, quantity, single_batch=gtin in single_batch)
        for number, (gtin, quantity) in enumerate(packs.items(), start=1)
    ]


def _gathered(turn: Turn, order: Order) -> None:
    if order.status is OrderStatus.OPEN:
        if not any(line.gathered for line in order.lines):
            for tote_id in order.totes:
                totes.close(turn, turn.state.totes[tote_id])
            order.status = OrderStatus.SHORT
            order.completed_at = turn.now
            turn.changes.note("controller", "order.short", f"order:{order.order_ref}")
            close(turn, order)
            return
        order.status = OrderStatus.GATHERED
        order.gathered_at = turn.now
        turn.changes.orders[order.order_ref] = order
    for tote_id in order.totes:
        totes.close(turn, turn.state.totes[tote_id])
    if not order.status.final:
        totes.advance_order(turn, order)


def _finish_cancel(turn: Turn, order: Order) -> None:
    for tote_id in order.totes:
        totes.empty(turn, turn.state.totes[tote_id])
    order.status = OrderStatus.CANCELLED
    turn.changes.note("controller", "order.cancelled", f"order:{order.order_ref}", reason=order.cancel_reason)
    close(turn, order)


def close(turn: Turn, order: Order) -> None:
    """The order has ended: it leaves the working set, its last row goes with this commit."""
    for line in order.lines:
        allocation.forget(turn, order, line)
    turn.changes.orders[order.order_ref] = order
    for tote_id in order.totes:
        turn.state.totes.pop(tote_id, None)
        turn.state.filling.pop(tote_id, None)
    turn.state.orders.pop(order.order_ref, None)
    turn.state.order_by_number.pop(order.number, None)
    turn.state.dispatch.drop(order.number)
    turn.state.held_for_place.pop(order.number, None)
    turn.state.unasked.pop(order.number, None)
    turn.state.promises.pop(order.order_ref, None)
    turn.state.outlook.forget(order.order_ref)
