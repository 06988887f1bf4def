"""Carrying from goods-in: which packs a person takes next, to which robot's belt or which shelf."""

from collections.abc import Iterable

from controller.domain.pack import GOODS_IN, MISSING, Pack, area_account, input_account, robot_account
from controller.domain.product import Zone
from controller.domain.work import GOODS_IN_STATION, Work, WorkKind, WorkStatus
from controller.engine import placing, works
from controller.engine.turn import Turn, can_work
from controller.scheduling.calendar import next_at

FEED_PACKS = 20
"""What a person carries to a robot at once."""
INPUT_LOW_PACKS = 6
"""A robot's input belt is fed again when fewer packs wait on it."""
IN_BY_LOCAL = "06:00"
"""What arrives by day is put away by the next morning."""
COLD_WITHIN_S = 3600.0
"""Cold goods stand no longer than this outside their fridge: short spells are allowed, none is good (DOMAIN.md 4)."""
BUSY_S = 600.0
"""A robot with more work than this gets goods in only where they are worth more than its best order."""


def next_carry(turn: Turn) -> Work | None:
    """The best thing to carry from goods-in now: to the robot that is emptiest, else to a shelf."""
    placing.reassign(turn)
    robot = _robot_to_feed(turn)
    if robot is not None:
        chosen = _distinguishable(turn, robot)
        if chosen:
            return _carry(turn, WorkKind.FEED, chosen, robot)
    by_hand = turn.state.putaway.get(None)
    if by_hand:
        zone = turn.state.products[turn.state.book.pack(next(iter(by_hand))).gtin].zone
        chosen = [
            pack_id for pack_id in by_hand if turn.state.products[turn.state.book.pack(pack_id).gtin].zone is zone
        ][:FEED_PACKS]
        return _carry(turn, WorkKind.SHELVE, chosen, None)
    return None


def carried(turn: Turn, work: Work, moved: Iterable[str], missing: Iterable[str], worker: str) -> None:
    """A person has carried packs to a robot's belt or an area's shelf."""
    stock = turn.state.book
    for pack_id in moved:
        pack = stock.packs.get(pack_id)
        if pack is None or pack.account != GOODS_IN or pack.claim != work.work_id:
            continue
        leave_goods_in(turn, pack, work)
    for pack_id in missing:
        pack = stock.packs.get(pack_id)
        if pack is not None and pack.claim == work.work_id:
            stock.unclaim(pack_id)
            stock.hold(pack_id, f"{MISSING}{worker} did not find it at goods-in")
            turn.changes.note(worker, "pack.missing", f"pack:{pack_id}", why="not at goods-in")
    for pack_id in work.pack_ids:
        pack = stock.packs.get(pack_id)
        if pack is not None and pack.claim == work.work_id:
            stock.unclaim(pack_id)
            placing.line_up(turn, [pack])
    turn.stir(GOODS_IN_STATION)


def leave_goods_in(turn: Turn, pack: Pack, work: Work) -> None:
    stock = turn.state.book
    stock.unclaim(pack.pack_id)
    if work.kind is WorkKind.FEED:
        account, reason = input_account(work.robot or ""), "fed to the robot"
    else:
        account, reason = area_account(placing.area_for(turn, pack.gtin)), "shelved by hand"
    stock.post(pack.pack_id, account, at=turn.now, reason=reason, reference=work.work_id)
    wait_no_longer(turn, pack)


def wait_no_longer(turn: Turn, pack: Pack) -> None:
    """The pack has left goods-in: its delivery has one less there."""
    line = turn.state.delivery_lines.get(pack.pack_id.rpartition(".")[0])
    if line is not None:
        line.waiting -= 1
        turn.changes.delivery_lines[line.line_id] = line
        if line.waiting <= 0:
            turn.state.delivery_lines.pop(line.line_id)


def _robot_to_feed(turn: Turn) -> str | None:
    state = turn.state
    feeding = {
        work.robot for work in state.works.values() if work.kind is WorkKind.FEED and work.status is WorkStatus.TAKEN
    }
    best: tuple[int, int, str] | None = None
    for name, queue in state.putaway.items():
        if name is None or not queue or name in feeding:
            continue
        robot = state.robots[name]
        waiting = len(list(state.book.at_input(name)))
        if not can_work(robot) or robot.no_space_until > turn.now or waiting >= INPUT_LOW_PACKS:
            continue
        if _has_better_to_do(turn, name, queue) and not _wanted(turn, queue):
            continue
        rank = (waiting, -len(queue), name)
        best = rank if best is None else min(best, rank)
    return best[2] if best is not None else None


def _distinguishable(turn: Turn, robot: str) -> list[str]:
    """The next packs for a robot's belt, such that its scanner can tell which is which.

    A barcode without batch and expiry names only the product: of such a product one batch at a time goes on the belt.
    """
    state = turn.state
    on_belt = {pack.gtin: pack.batch for pack in (state.book.packs[key] for key in state.book.at_input(robot))}
    chosen: list[str] = []
    for pack_id in state.putaway[robot]:
        pack = state.book.packs[pack_id]
        if not state.products[pack.gtin].has_datamatrix and on_belt.setdefault(pack.gtin, pack.batch) != pack.batch:
            continue
        chosen.append(pack_id)
        if len(chosen) == FEED_PACKS:
            break
    return chosen


def _has_better_to_do(turn: Turn, robot: str, queue: Iterable[str]) -> bool:
    """Goods in compete with orders by the same index, so that putting away moves to the quiet hours by itself."""
    state, account = turn.state, robot_account(robot)
    if state.dispatch.backlog_s(account) <= BUSY_S:
        return False
    best = state.dispatch.best_index(account, turn.now)
    pack = state.book.packs[next(iter(queue))]
    line = state.delivery_lines.get(pack.pack_id.rpartition(".")[0])
    arrived_at = line.arrived_at if line is not None else turn.now
    cold = state.products[pack.gtin].zone is Zone.FRIDGE
    due_at = arrived_at + COLD_WITHIN_S if cold else next_at(arrived_at, IN_BY_LOCAL, state.zone)
    return best is not None and best > state.dispatch.goods_in_index(FEED_PACKS, due_at, turn.now)


def _wanted(turn: Turn, queue: Iterable[str]) -> bool:
    """Whether somebody waits for a product among the next packs of the queue."""
    packs = turn.state.book.packs
    for pack_id in _first(queue, FEED_PACKS):
        for order_number, line_number in turn.state.demand.get(packs[pack_id].gtin, ()):
            found = turn.state.line(order_number, line_number)
            if found is not None and found[1].wanted > found[1].reserved:
                return True
    return False


def _carry(turn: Turn, kind: WorkKind, pack_ids: list[str], robot: str | None) -> Work:
    work = works.create(turn, kind, GOODS_IN_STATION, turn.now + 4 * 3600.0, 3, robot=robot, pack_ids=pack_ids)
    for pack_id in pack_ids:
        placing.take_out(turn, robot, turn.state.book.packs[pack_id])
        turn.state.book.bind_arriving(pack_id, work.work_id)
    return work


def _first(queue: Iterable[str], count: int) -> list[str]:
    return [pack_id for _, pack_id in zip(range(count), queue, strict=False)]
