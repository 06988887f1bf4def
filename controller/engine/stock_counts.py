"""Counts: a person looks along an area's shelves, a robot along its own, and the books hear what was there."""

from collections.abc import Iterable

from controller.domain.errors import Conflict, NotFound
from controller.domain.hold import is_for
from controller.domain.pack import MISSING, Pack, area_account, robot_account
from controller.domain.work import Work, WorkKind
from controller.engine import allocation, works
from controller.engine.actions import CountStock
from controller.engine.turn import Turn

COUNT_DUE_S = 4 * 3600.0


def ask(turn: Turn, action: CountStock) -> dict[str, object]:
    """Have a product counted at one place: a job for whoever works at the area, suspected shelves for a robot.

    NotFound for an unknown product or place, Conflict where there is nothing to count, or nobody knows which shelf.
    """
    turn.state.product(action.gtin)
    if action.place in turn.state.areas:
        work = at_area(turn, action.place, action.gtin)
        told = {"place": action.place, "work_id": work.work_id, "packs": len(work.pack_ids), "shelves": []}
    elif action.place in turn.state.robots:
        names = _suspect(turn, action)
        told = {"place": action.place, "work_id": None, "packs": 0, "shelves": names}
    else:
        raise NotFound(f"no robot or area {action.place}")
    turn.changes.note(
        action.actor, "stock.count_asked", f"product:{action.gtin}", place=action.place, reason=action.reason
    )
    return dict(told)


def at_area(turn: Turn, area: str, gtin: str) -> Work:
    """The open job of counting this product there, or a new one."""
    packs = _standing(turn, area_account(area), gtin)
    if not packs:
        raise Conflict(f"the books have no pack of {gtin} at {area}")
    ids = [pack.pack_id for pack in packs]
    for work in turn.state.works.values():
        if work.kind is WorkKind.COUNT_STOCK and work.station == area and set(work.pack_ids) & set(ids):
            return work
    return works.create(turn, WorkKind.COUNT_STOCK, area, turn.now + COUNT_DUE_S, 3, pack_ids=ids)


def can_wait(turn: Turn, work: Work) -> bool:
    """Orders go before counts and before what is taken off the shelves, until that is overdue."""
    return work.kind in (WorkKind.COUNT_STOCK, WorkKind.CLEAR_EXPIRED) and turn.now < work.due_at


def counted(turn: Turn, work: Work, seen: Iterable[str], missing: Iterable[str], worker: str) -> None:
    """What the person saw: a missing pack that stands there is free again, one that does not is held as missing."""
    book, account = turn.state.book, area_account(work.station)
    there = (pack for pack_id in seen if (pack := book.packs.get(pack_id)) is not None and pack.account == account)
    for pack in there:
        if is_for(pack.hold, MISSING):
            book.release(pack.pack_id, MISSING)
            turn.changes.note(worker, "pack.found", f"pack:{pack.pack_id}", why=f"counted at {work.station}")
    for pack_id in missing:
        gone = book.packs.get(pack_id)
        if gone is None or gone.account != account or gone.claim is not None or gone.hold is not None:
            continue
        book.hold(pack_id, f"{MISSING}not on the shelves of {work.station}: counted by {worker}")
        allocation.trim(turn, gone.gtin)
        turn.changes.note(worker, "pack.missing", f"pack:{pack_id}", why=f"counted at {work.station}")


def _standing(turn: Turn, account: str, gtin: str) -> list[Pack]:
    return [
        pack
        for pack in turn.state.book.packs.values()
        if pack.gtin == gtin and pack.account == account and pack.claim is None
    ]


def _suspect(turn: Turn, action: CountStock) -> list[str]:
    rack = turn.state.night.racks[action.place]
    packs = _standing(turn, robot_account(action.place), action.gtin)
    names = sorted({shelf for pack in packs if (shelf := rack.shelf_of.get(pack.pack_id)) is not None})
    if not names:
        raise Conflict(f"nobody knows on which shelf of {action.place} {action.gtin} stands: let it be counted whole")
    for name in names:
        rack.suspect(name, turn.now, action.reason)
    return names
