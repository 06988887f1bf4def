"""Totes on their way out: closed, checked, loaded, gone with the van or the courier."""

from controller.domain.departure import Departure, DepartureStatus
from controller.domain.errors import Conflict
from controller.domain.order import Order, OrderClass, OrderStatus
from controller.domain.pack import DISPATCHED_WITH, QUARANTINE, Pack, dispatched_account, tote_account
from controller.domain.tote import TOTE_CAPACITY_PACKS, Tote, ToteStatus
from controller.domain.work import CHECK_STATION, DOCK_STATION, Work, WorkKind, WorkStatus
from controller.engine import allocation, departures, disposals, last_looks, orders, promises, release, works
from controller.engine.turn import Turn

URGENCY = {OrderClass.DISCHARGE: 0, OrderClass.URGENT: 1, OrderClass.ROUTINE: 2}


def pack_arrived(turn: Turn, tote: Tote) -> None:
    """A pack has come into the tote; a full one that expects no more is closed, the others of the order go on."""
    tote.packs += 1
    tote.expected -= 1
    turn.changes.totes[tote.tote_id] = tote
    if tote.packs >= TOTE_CAPACITY_PACKS and tote.expected == 0:
        close(turn, tote)


def close(turn: Turn, tote: Tote) -> None:
    """All that will come is in it: it waits for the final check. An empty one is put back."""
    if tote.status is not ToteStatus.FILLING or tote.expected > 0:
        return
    tote.status = ToteStatus.CLOSED if tote.packs else ToteStatus.EMPTIED
    release.free_place(turn, tote)
    turn.changes.totes[tote.tote_id] = tote
    order = turn.state.orders[tote.order_ref]
    if tote.packs and order.cancel_reason is None:
        works.create(
            turn,
            WorkKind.CHECK,
            CHECK_STATION,
            order.due_at,
            URGENCY[order.order_class],
            order=order,
            tote_id=tote.tote_id,
        )


def checked(turn: Turn, work: Work, accepted: bool, worker: str) -> None:
    """The final check: the release point. A tote that does not hold what it should goes to quarantine, pack by pack."""
    tote = turn.state.totes[work.tote_id or ""]
    order = turn.state.orders[tote.order_ref]
    if tote.status is not ToteStatus.CLOSED:
        raise Conflict(f"tote {tote.tote_id} is {tote.status}: it is not waiting for a check")
    tote.checked_by = worker
    turn.changes.totes[tote.tote_id] = tote
    unfit = [pack.pack_id for pack in last_looks.unfit(turn, tote)]
    tote.loaded_at = None
    if not accepted or unfit:
        turn.changes.note(
            worker, "tote.refused_at_check", f"tote:{tote.tote_id}", order_ref=order.order_ref, held=unfit
        )
        _gather_again(turn, order, tote)
        return
    tote.status = ToteStatus.CHECKED
    turn.changes.note(worker, "tote.checked", f"tote:{tote.tote_id}", order_ref=order.order_ref, packs=tote.packs)
    _release(turn, order, tote.tote_id)
    advance_order(turn, order)


def loaded(turn: Turn, work: Work, worker: str) -> None:
    """On the van, or (hand-over) with the courier, who goes at once.

    One with something in it that expires before its van leaves goes back to the check instead.
    """
    tote = turn.state.totes[work.tote_id or ""]
    order = turn.state.orders[tote.order_ref]
    if tote.status is not ToteStatus.CHECKED:
        raise Conflict(f"tote {tote.tote_id} is {tote.status}: only a checked tote leaves")
    unfit = last_looks.unfit(turn, tote)
    if unfit:
        take_back(turn, unfit[0])
        return
    tote.status = ToteStatus.LOADED
    tote.loaded_at = turn.now
    turn.changes.totes[tote.tote_id] = tote
    turn.changes.note(
        worker, "tote.loaded", f"tote:{tote.tote_id}", order_ref=order.order_ref, departure_id=order.departure_id
    )
    if work.kind is WorkKind.HAND_OVER:
        _dispatch(turn, tote, order, "courier")
    advance_order(turn, order)


def advance_order(turn: Turn, order: Order, left_at: float | None = None) -> None:
    """Completed when its last tote is checked, ready when the last is loaded, dispatched when the last has gone.

    `left_at` is when the van went: the loop may notice a moment later.
    """
    at = turn.now if left_at is None else left_at
    statuses = [turn.state.totes[tote_id].status for tote_id in order.totes]
    if order.status not in (OrderStatus.GATHERED, OrderStatus.READY):
        return
    waiting = [status for status in statuses if status is not ToteStatus.EMPTIED]
    gone = (ToteStatus.LOADED, ToteStatus.DISPATCHED)
    if order.completed_at is None and all(status is ToteStatus.CHECKED or status in gone for status in waiting):
        order.completed_at = turn.now
        turn.changes.orders[order.order_ref] = order
    if order.status is OrderStatus.GATHERED and all(status in gone for status in waiting):
        order.status = OrderStatus.READY
        turn.changes.orders[order.order_ref] = order
        promises.judge(turn, order)
    if all(status is ToteStatus.DISPATCHED for status in waiting):
        order.status = OrderStatus.DISPATCHED
        order.dispatched_at = at
        turn.changes.note(
            "controller",
            "order.dispatched",
            f"order:{order.order_ref}",
            totes=len(waiting),
            late_s=round(max(0.0, at - order.due_at), 1),
            short=order.short,
        )
        orders.close(turn, order)


def depart(turn: Turn, departure: Departure) -> None:
    """The van leaves with what is loaded and may leave; what does not is booked on the next one."""
    state = turn.state
    departure.status = DepartureStatus.DEPARTED
    departure.departed_at = departure.departs_at
    turn.changes.departures[departure.departure_id] = departure
    booked = [order for order in state.orders.values() if order.departure_id == departure.departure_id]
    for order in booked:
        for tote_id in order.totes:
            tote = state.totes[tote_id]
            if tote.status is ToteStatus.LOADED and last_looks.may_leave(turn, tote, departure):
                departure.totes += 1
                _dispatch(turn, tote, order, departure.departure_id)
        advance_order(turn, order, departure.departs_at)
        if not order.status.final:
            departures.rebook(turn, order, after=turn.now)
    turn.changes.note(
        "controller",
        "departure.left",
        f"departure:{departure.departure_id}",
        totes=departure.totes,
        left_behind=sum(1 for order in booked if not order.status.final),
    )


def move_loads(turn: Turn, order: Order) -> None:
    """The order has another van, or a courier: so have its totes that wait to be loaded."""
    for work in list(turn.state.works.values()):
        if work.order_ref != order.order_ref or work.kind is not WorkKind.LOAD:
            continue
        if order.departure_id is None:
            works.withdraw(turn, work)
            _release(turn, order, work.tote_id or "")
        else:
            work.departure_id = order.departure_id
            turn.changes.works[work.work_id] = work


def take_off(turn: Turn, order: Order) -> None:
    """Its totes that are on another van, or on the way there, are loaded anew on the one that it is booked on now."""
    for work in list(turn.state.works.values()):
        if work.order_ref == order.order_ref and work.kind is WorkKind.LOAD and work.status is WorkStatus.TAKEN:
            works.withdraw(turn, work)
            _release(turn, order, work.tote_id or "")
    for tote_id in order.totes:
        tote = turn.state.totes[tote_id]
        if tote.status is not ToteStatus.LOADED:
            continue
        tote.status, tote.loaded_at = ToteStatus.CHECKED, None
        turn.changes.totes[tote_id] = tote
        turn.changes.note(
            "controller", "tote.taken_off", f"tote:{tote_id}", order_ref=order.order_ref, new=order.departure_id
        )
        _release(turn, order, tote_id)
    if order.status is OrderStatus.READY:
        order.status = OrderStatus.GATHERED
        turn.changes.orders[order.order_ref] = order


def withdraw_release(turn: Turn, order: Order) -> None:
    """The order is being cancelled: no tote of it is checked, loaded or handed over any more, begun or not."""
    for work in list(turn.state.works.values()):
        if work.order_ref == order.order_ref and work.kind in (WorkKind.CHECK, WorkKind.LOAD, WorkKind.HAND_OVER):
            works.withdraw(turn, work)


def empty(turn: Turn, tote: Tote) -> None:
    """The order is cancelled: what is in the tote is quarantined, for a person to put back."""
    for work in list(turn.state.works.values()):
        if work.tote_id == tote.tote_id:
            works.withdraw(turn, work)
    for pack_id in packs_in(turn, tote):
        turn.state.book.post(pack_id, QUARANTINE, at=turn.now, reason="order cancelled", reference=tote.tote_id)
        disposals.arrived(turn, turn.state.book.pack(pack_id), "controller")
    tote.status = ToteStatus.EMPTIED
    tote.packs = 0
    release.free_place(turn, tote)
    turn.changes.totes[tote.tote_id] = tote


def packs_in(turn: Turn, tote: Tote) -> list[str]:
    return list(turn.state.tote_packs.get(tote.tote_id, ()))


def take_back(turn: Turn, pack: Pack) -> None:
    """The pack may not go: the tote that has it must not leave, loaded or not, before a person has looked into it."""
    tote = turn.state.totes.get(pack.account.partition(":")[2]) if pack.account.startswith("tote:") else None
    if tote is None or tote.status not in (ToteStatus.CHECKED, ToteStatus.LOADED):
        return
    for work in list(turn.state.works.values()):
        if work.tote_id == tote.tote_id:
            works.withdraw(turn, work)
    order = turn.state.orders[tote.order_ref]
    turn.changes.note(
        "controller",
        "tote.taken_back",
        f"tote:{tote.tote_id}",
        pack_id=pack.pack_id,
        why=last_looks.why_not(pack),
        was=tote.status.value,
        departure_id=order.departure_id,
    )
    if order.status is OrderStatus.READY:
        order.status = OrderStatus.GATHERED
    order.completed_at = None
    turn.changes.orders[order.order_ref] = order
    # When it was loaded stays written: until the check has it, it lies on the van.
    tote.status = ToteStatus.FILLING
    release.take_place(turn, tote)
    close(turn, tote)


def _release(turn: Turn, order: Order, tote_id: str) -> None:
    """A checked tote waits for its van, or for the courier."""
    works.create(
        turn,
        WorkKind.HAND_OVER if order.departure_id is None else WorkKind.LOAD,
        DOCK_STATION,
        order.due_at,
        URGENCY[order.order_class],
        order=order,
        tote_id=tote_id,
        departure_id=order.departure_id,
    )


def _dispatch(turn: Turn, tote: Tote, order: Order, carrier: str) -> None:
    account = dispatched_account(order.destination)
    for pack_id in packs_in(turn, tote):
        reason = f"{DISPATCHED_WITH}{carrier}"
        turn.state.book.post(pack_id, account, at=turn.now, reason=reason, reference=tote.tote_id)
    turn.state.tote_packs.pop(tote.tote_id, None)
    tote.status = ToteStatus.DISPATCHED
    turn.changes.totes[tote.tote_id] = tote


def _gather_again(turn: Turn, order: Order, tote: Tote) -> None:
    by_gtin = {line.gtin: line for line in order.lines}
    for pack_id in packs_in(turn, tote):
        line = by_gtin[turn.state.book.pack(pack_id).gtin]
        turn.state.book.post(pack_id, QUARANTINE, at=turn.now, reason="refused at check", reference=tote.tote_id)
        disposals.arrived(turn, turn.state.book.pack(pack_id), tote.checked_by or "controller")
        line.gathered -= 1
    turn.state.tote_packs.pop(tote.tote_id, None)
    tote.status = ToteStatus.EMPTIED
    tote.packs = 0
    order.status = OrderStatus.OPEN
    turn.changes.orders[order.order_ref] = order
    for line in order.lines:
        allocation.want(turn, order, line)
    orders.schedule_last_call(turn, order)


def put_in(turn: Turn, tote: Tote, pack_id: str, *, reason: str, reference: str) -> None:
    """A pack has reached the tote: the posting, and the tote's own list."""
    turn.state.book.unclaim(pack_id)
    turn.state.book.post(pack_id, tote_account(tote.tote_id), at=turn.now, reason=reason, reference=reference)
    turn.state.tote_packs.setdefault(tote.tote_id, {})[pack_id] = None
    pack_arrived(turn, tote)
