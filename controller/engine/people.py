"""What people do: they take the next job of their station, and say what they found."""

from collections.abc import Sequence

from controller.domain.disposal import Disposal
from controller.domain.doubt import Finding
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.hold import is_for
from controller.domain.order import Order, OrderLine
from controller.domain.pack import GOODS_IN, MISSING, QUARANTINE, Pack, area_account
from controller.domain.quarantine import HELD_FOR
from controller.domain.tote import TOTE_CAPACITY_PACKS, Tote
from controller.domain.work import FLOOR_STATION, GOODS_IN_STATION, Work, WorkKind, WorkStatus
from controller.engine import (
    allocation,
    carrying,
    chores,
    goods_in,
    hand_picks,
    holds,
    interlocks,
    orders,
    placing,
    recalls,
    stock_counts,
    tasks,
    totes,
    works,
)
from controller.engine.actions import ClaimWork, FinishWork, HoldStock, RecordWardCount, ReleaseStock, SettleDoubt
from controller.engine.plan import Pull, choose_at, give
from controller.engine.ports import WardCount
from controller.engine.turn import Turn

HAND_PICK_PACKS = TOTE_CAPACITY_PACKS
NO_WORK: dict[str, object] = {"work": None}
"""Nothing was done, so there is nothing to remember under the claim's key: the next try may find work."""


def claim(turn: Turn, action: ClaimWork) -> dict[str, object]:
    """Give the worker the next job of the station, or none.

    A worker who has not finished the last one gets it again: the first answer may never have arrived.
    """
    if action.station not in turn.state.stations:
        raise NotFound(f"no station {action.station}; there are {', '.join(turn.state.stations)}")
    turn.state.attendance.seen(action.station, action.worker, turn.now)
    for begun in turn.state.works.values():
        if begun.worker == action.worker and begun.station == action.station and begun.status is WorkStatus.TAKEN:
            return {"work": describe(turn, begun)}
    work = works.best_waiting(turn, action.station)
    if action.station == FLOOR_STATION:
        work = hand_picks.next_job(turn, work) or work
    if work is None and action.station == GOODS_IN_STATION:
        work = carrying.next_carry(turn)
    if action.station in turn.state.areas and (work is None or stock_counts.can_wait(turn, work)):
        work = _hand_pick(turn, action.station) or work
    if work is None and action.station in turn.state.areas:
        work = chores.clear_area(turn, action.station)
    if work is None:
        return NO_WORK
    works.take(turn, work, action.worker)
    return {"work": describe(turn, work)}


def describe(turn: Turn, work: Work) -> dict[str, object]:
    """The job as the worker sees it; `place` is where a pack is, or where it is to go.

    It is to go there for feed, shelve and empty_chute. For clear_reject the packs are those at that robot's input that
    must not go round again: which of them lies on the lane, a person reads.
    """
    packs = turn.state.book.packs
    named = work.pack_ids if work.kind is not WorkKind.CLEAR_REJECT else goods_in.not_again(turn, work.robot or "")
    return {
        "work_id": work.work_id,
        "kind": work.kind.value,
        "station": work.station,
        "robot": work.robot,
        "tote_id": work.tote_id,
        "order_ref": work.order_ref,
        "departure_id": work.departure_id,
        "due_at": work.due_at,
        "packs": [
            {
                "pack_id": pack_id,
                "gtin": packs[pack_id].gtin,
                "batch": packs[pack_id].batch,
                "expiry": packs[pack_id].expiry.isoformat(),
                "place": _place(turn, work, packs[pack_id]),
            }
            for pack_id in named
            if pack_id in packs
        ],
    }


def _place(turn: Turn, work: Work, pack: Pack) -> str:
    disposal = Disposal.of(pack.hold)
    if disposal is not None and work.kind in (WorkKind.EMPTY_CHUTE, WorkKind.CLEAR_EXPIRED, WorkKind.CLEAR_REJECT):
        return disposal.ending.value
    if work.kind is WorkKind.CLEAR_REJECT:
        return QUARANTINE
    if work.kind is WorkKind.FEED:
        return work.robot or ""
    if work.kind is WorkKind.SHELVE:
        return placing.area_for(turn, pack.gtin)
    if work.kind is WorkKind.HAND_PICK and work.robot is not None:
        shelf = turn.state.night.racks[work.robot].shelf_of.get(pack.pack_id)
        return work.robot if shelf is None else f"{work.robot} {shelf}"
    if work.kind is WorkKind.EMPTY_CHUTE and pack.account == GOODS_IN:
        return GOODS_IN_STATION
    return pack.account.partition(":")[2] or pack.account


def finish(turn: Turn, action: FinishWork) -> dict[str, object]:
    """The worker says what became of the job. A job is finished by whoever took it, once."""
    work = turn.state.works.get(action.work_id)
    if work is None:
        raise NotFound(f"no open work {action.work_id}: it is done, withdrawn, or never was")
    if work.status is not WorkStatus.TAKEN or work.worker != action.worker:
        raise Conflict(f"work {work.work_id} is {work.status}, taken by {work.worker}")
    strange = [pack_id for pack_id in (*action.moved, *action.missing) if pack_id not in work.pack_ids]
    if strange:
        raise Invalid(f"work {work.work_id} names no pack {strange[0]}")
    match work.kind:
        case WorkKind.HAND_PICK:
            works.finish(turn, work)
            _picked_by_hand(turn, work, action)
        case WorkKind.FEED | WorkKind.SHELVE:
            works.finish(turn, work)
            carrying.carried(turn, work, action.moved, action.missing, action.worker)
        case WorkKind.CHECK:
            totes.checked(turn, work, action.accepted, action.worker)
            works.finish(turn, work)
        case WorkKind.LOAD | WorkKind.HAND_OVER:
            totes.loaded(turn, work, action.worker)
            works.finish(turn, work)
        case WorkKind.CLEAR_REJECT:
            works.finish(turn, work)
            moved = goods_in.lane_cleared(turn, work, action.identified, action.worker, set_aside=action.set_aside)
            return {"work_id": work.work_id, "status": work.status.value, "set_aside": moved}
        case WorkKind.RELEASE:
            works.finish(turn, work)
            interlocks.released(turn, work, action.worker)
        case WorkKind.SETTLE:
            _settled(turn, work, action)
        case WorkKind.EMPTY_CHUTE:
            works.finish(turn, work)
            chores.emptied(turn, work, action.missing, action.worker)
        case WorkKind.CLEAR_EXPIRED:
            works.finish(turn, work)
            chores.cleared(turn, work, action.missing, action.worker)
        case WorkKind.COUNT_STOCK:
            works.finish(turn, work)
            stock_counts.counted(turn, work, action.moved, action.missing, action.worker)
    return {"work_id": work.work_id, "status": work.status.value}


def settle(turn: Turn, action: SettleDoubt) -> dict[str, object]:
    """A person decides where a pack in doubt is."""
    doubt = turn.state.doubts.get(action.doubt_id)
    if doubt is None:
        raise NotFound(f"no open doubt {action.doubt_id}")
    tasks.settle(turn, doubt, action.finding, action.actor, action.note)
    return {"doubt_id": doubt.doubt_id, "finding": action.finding.value}


def hold_stock(turn: Turn, action: HoldStock) -> dict[str, object]:
    """Block a batch or a pack at once; tasks that have it bound are cancelled where they can be."""
    packs = _packs(turn, action.gtin, action.batch, action.pack_id)
    held = len(holds.block(turn, packs, f"held by {action.actor}: {action.reason}"))
    turn.changes.note(
        action.actor,
        "stock.held",
        f"batch:{action.gtin}/{action.batch}",
        reason=action.reason,
        packs=held,
        pack_id=action.pack_id,
    )
    return {"held": held}


def release_stock(turn: Turn, action: ReleaseStock) -> dict[str, object]:
    """Free a batch or a pack, but not what a quarantine holds.

    Conflict while the batch is under recall, and where all that is held waits for the decision of a quarantine.
    """
    recall = recalls.open_recall(turn, action.gtin, action.batch)
    if recall is not None:
        raise Conflict(f"batch {action.batch} is under recall {recall.recall_id}: close the recall first")
    packs = [pack for pack in _packs(turn, action.gtin, action.batch, action.pack_id) if pack.hold is not None]
    held = [pack for pack in packs if not is_for(pack.hold, HELD_FOR)]
    if packs and not held:
        raise Conflict(f"pack {packs[0].pack_id} waits for another decision: {packs[0].hold}")
    for pack in held:
        turn.state.book.release(pack.pack_id)
    placing.line_up(turn, held)
    turn.changes.note(
        action.actor, "stock.released", f"batch:{action.gtin}/{action.batch}", reason=action.reason, packs=len(held)
    )
    return {"released": len(held)}


def record_count(turn: Turn, action: RecordWardCount) -> dict[str, object]:
    """What stands on a ward's shelf: the next top-up goes by it."""
    if action.destination not in turn.state.destinations:
        raise NotFound(f"no destination {action.destination}")
    for gtin, quantity in action.counts:
        if (action.destination, gtin) not in turn.state.listed:
            raise Invalid(f"{gtin} is not on the stock list of {action.destination}")
        if not 0 <= quantity <= orders.MAX_QUANTITY:
            raise Invalid(f"{quantity} packs of {gtin}; 0 to {orders.MAX_QUANTITY}")
    for gtin, quantity in action.counts:
        count = WardCount(action.destination, gtin, quantity, turn.now, action.actor)
        turn.state.ward_counts[(action.destination, gtin)] = count
        turn.changes.ward_counts.append(count)
    turn.changes.note(action.actor, "ward.counted", f"destination:{action.destination}", products=len(action.counts))
    turn.state.topped_up_on = ""
    turn.wake_at(turn.now)
    return {"destination": action.destination, "counted": len(action.counts)}


def _packs(turn: Turn, gtin: str, batch: str, pack_id: str | None) -> list[Pack]:
    book = turn.state.book
    if pack_id is not None:
        pack = book.pack(pack_id)
        if pack.gtin != gtin or pack.batch != batch:
            raise Invalid(f"pack {pack_id} is {pack.gtin} batch {pack.batch}")
        return [pack]
    found = [pack for pack in book.packs.values() if pack.gtin == gtin and pack.batch == batch]
    if not found:
        raise NotFound(f"no pack of {gtin} batch {batch} in the centre")
    return found


def _hand_pick(turn: Turn, area: str) -> Work | None:
    choice = choose_at(turn, area_account(area), HAND_PICK_PACKS)
    if choice is None:
        return None
    made: list[Work] = []

    def begin(order: Order, tote: Tote, pulls: Sequence[Pull]) -> str:
        work = works.create(
            turn,
            WorkKind.HAND_PICK,
            area,
            order.due_at,
            totes.URGENCY[order.order_class],
            order=order,
            tote_id=tote.tote_id,
            pack_ids=[pull.pack_id for pull in pulls],
            lines=[pull.line for pull in pulls],
        )
        made.append(work)
        return work.work_id

    give(turn, area_account(area), choice, begin)
    return made[0]


def _picked_by_hand(turn: Turn, work: Work, action: FinishWork) -> None:
    order = turn.state.orders[work.order_ref or ""]
    tote = turn.state.totes[work.tote_id or ""]
    book = turn.state.book
    for pack_id, number in zip(work.pack_ids, work.lines, strict=True):
        line: OrderLine = order.lines[number - 1]
        line.in_work -= 1
        if pack_id in action.moved:
            totes.put_in(turn, tote, pack_id, reason="picked by hand", reference=work.work_id)
            line.gathered += 1
        else:
            tote.expected -= 1
            turn.changes.totes[tote.tote_id] = tote
            book.unclaim(pack_id)
            if pack_id in action.missing:
                book.hold(pack_id, f"{MISSING}{action.worker} did not find it")
                turn.changes.note(action.worker, "pack.missing", f"pack:{pack_id}", why="not on its shelf")
                allocation.trim(turn, line.gtin)
                if work.robot is None:
                    stock_counts.at_area(turn, work.station, line.gtin)
            orders.want_again(turn, order, line)
    turn.changes.orders[order.order_ref] = order
    if work.robot is not None:
        hand_picks.fetched(turn, work, action.moved)
    orders.advance(turn, order)


def _settled(turn: Turn, work: Work, action: FinishWork) -> None:
    doubt = turn.state.doubts.get(work.doubt_id or "")
    found = dict(action.findings)
    if doubt is None:
        works.finish(turn, work)
        return
    finding: Finding | None = found.get(doubt.pack_id)
    if finding is None:
        raise Invalid(f"work {work.work_id}: where was pack {doubt.pack_id} found?")
    works.finish(turn, work)
    tasks.settle(turn, doubt, finding, action.worker, "looked")
