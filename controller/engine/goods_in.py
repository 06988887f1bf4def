"""Goods in: deliveries booked, packs carried to robots and shelves, packs offered at a robot's scanner."""

import re
from collections.abc import Iterable, Sequence

from controller.domain.errors import Invalid, NotFound
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.pack import GOODS_IN, SUPPLIER, Pack, area_account, input_account, robot_account
from controller.domain.product import Product
from controller.domain.robot import Robot
from controller.domain.task import Step, TaskKind
from controller.domain.work import FLOOR_STATION, GOODS_IN_STATION, Work, WorkKind, WorkStatus
from controller.engine import tasks, works
from controller.engine.actions import BookDelivery, DeliveredLine
from controller.engine.turn import Turn, can_work
from controller.scheduling.calendar import local_date
from controller.scheduling.putaway import RobotRoom, assign

FEED_PACKS = 20
"""What a person carries to a robot at once."""
INPUT_LOW_PACKS = 6
"""A robot's input belt is fed again when fewer packs wait on it."""
BUSY_LINES = 40
"""A robot with more lines to pick than this gets no goods in, unless somebody waits for the product."""
NO_SPACE_PAUSE_S = 1800.0
MAX_DELIVERY_PACKS = 5_000

_BATCH = re.compile(r"^[!-~]{1,20}$")


def book(turn: Turn, action: BookDelivery) -> dict[str, object]:
    """Take a delivery into stock, pack by pack, and decide where each part goes. Refused or taken as a whole."""
    today = local_date(turn.now, turn.state.zone)
    if not action.lines:
        raise Invalid(f"delivery {action.delivery_note}: no lines")
    for number, line in enumerate(action.lines, start=1):
        where = f"delivery {action.delivery_note}, line {number}"
        if line.gtin not in turn.state.products:
            raise Invalid(f"{where}: no product with GTIN {line.gtin}")
        if not _BATCH.match(line.batch):
            raise Invalid(f"{where}: batch {line.batch!r} is not 1 to 20 printable characters")
        if not 1 <= line.quantity <= MAX_DELIVERY_PACKS:
            raise Invalid(f"{where}: {line.quantity} packs; 1 to {MAX_DELIVERY_PACKS}")
        if not _has_a_home(turn, turn.state.products[line.gtin]):
            raise Invalid(f"{where}: neither a robot nor an area of this site keeps {line.gtin}; refuse it at the dock")
        if line.expiry <= today:
            raise Invalid(f"{where}: batch {line.batch} has expired on {line.expiry}; refuse it at the dock")
    packs = sum(_receive(turn, action, line) for line in action.lines)
    turn.changes.note(
        action.actor, "delivery.booked", f"delivery:{action.delivery_note}", lines=len(action.lines), packs=packs
    )
    turn.stir(GOODS_IN_STATION)
    return {"delivery_note": action.delivery_note, "lines": len(action.lines), "packs": packs}


def place_all(turn: Turn) -> None:
    """After a start: decide anew where everything that stands at goods-in goes."""
    turn.state.putaway.clear()
    groups: dict[tuple[str, str], list[str]] = {}
    for pack in turn.state.book.packs.values():
        if pack.account == GOODS_IN and pack.claim is None and pack.hold is None:
            groups.setdefault((pack.gtin, pack.batch), []).append(pack.pack_id)
    for (gtin, _), pack_ids in groups.items():
        _place(turn, gtin, pack_ids)


def bring_back(turn: Turn, pack_id: str, reference: str) -> None:
    """A pack that was on its way into a robot stands at goods-in again."""
    pack = turn.state.book.pack(pack_id)
    turn.state.book.post(pack_id, GOODS_IN, at=turn.now, reason="taken out by a person", reference=reference)
    line_up(turn, [pack])


def line_up(turn: Turn, packs: Sequence[Pack]) -> None:
    """Decide where those packs of one batch go that stand at goods-in and may be carried."""
    waiting = [pack for pack in packs if pack.account == GOODS_IN and pack.claim is None and pack.hold is None]
    if waiting:
        _place(turn, waiting[0].gtin, [pack.pack_id for pack in waiting])
        turn.stir(GOODS_IN_STATION)


def set_aside(turn: Turn, pack: Pack) -> None:
    """The pack is held: nobody carries it from goods-in until `line_up`."""
    for queue in turn.state.putaway.values():
        queue.pop(pack.pack_id, None)


def next_carry(turn: Turn) -> Work | None:
    """The best thing to carry from goods-in now: to the robot that is emptiest, else to a shelf."""
    _reassign(turn)
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
        _leave_goods_in(turn, pack, work)
    for pack_id in missing:
        pack = stock.packs.get(pack_id)
        if pack is not None and pack.claim == work.work_id:
            stock.unclaim(pack_id)
            stock.hold(pack_id, f"missing at goods-in: {worker} did not find it")
            turn.changes.note(worker, "pack.missing", f"pack:{pack_id}", why="not at goods-in")
    for pack_id in work.pack_ids:
        pack = stock.packs.get(pack_id)
        if pack is not None and pack.claim == work.work_id:
            stock.unclaim(pack_id)
            line_up(turn, [pack])
    turn.stir(GOODS_IN_STATION)


def answer(turn: Turn, robot: Robot, offer: Offer) -> None:
    """A pack stands at the scanner: say at once whether it is stored, and as which pack, or rejected, and why."""
    pack_id, reason = _match(turn, offer)
    if pack_id is None:
        tasks.issue(turn, robot, TaskKind.REJECT, tasks.STORE_VALID_S, offer_id=offer.offer_id, reason=reason)
        turn.changes.note(
            "controller", "offer.rejected", f"robot:{robot.robot}", reason=reason, gtin=offer.gtin, batch=offer.batch,
            expiry=offer.expiry.isoformat() if offer.expiry else None,
        )  # fmt: skip
        lane_occupied(turn, robot.robot)
        return
    stock = turn.state.book
    pack = stock.pack(pack_id)
    if pack.account == GOODS_IN:
        _leave_goods_in(turn, pack, turn.state.works[pack.claim or ""])
    task = tasks.issue(
        turn, robot, TaskKind.STORE, tasks.STORE_VALID_S, offer_id=offer.offer_id, steps=[Step(pack_id, 0)]
    )
    stock.bind_arriving(pack_id, task.task_id)
    turn.stir(GOODS_IN_STATION)


def lane_occupied(turn: Turn, robot: str) -> None:
    """A pack lies on the robot's reject lane: a person has to look at it."""
    works.create(turn, WorkKind.CLEAR_REJECT, FLOOR_STATION, turn.now + 3600.0, 3, robot=robot)


def lane_cleared(turn: Turn, work: Work, identified: DeliveredLine | None, worker: str) -> None:
    """What the person found there; the pack goes round again with a label that can be read."""
    if identified is None:
        turn.changes.note(worker, "lane.empty", f"robot:{work.robot}")
        return
    turn.changes.note(
        worker, "pack.read_by_eye", f"robot:{work.robot}", gtin=identified.gtin, batch=identified.batch,
        expiry=identified.expiry.isoformat(),
    )  # fmt: skip


def area_for(turn: Turn, gtin: str) -> str:
    """The area that keeps a product that no robot holds: the one of its zone."""
    zone = turn.state.products[gtin].zone
    for area in turn.state.areas.values():
        if area.zone is zone:
            return area.area
    raise NotFound(f"no area of this site keeps {zone} products: {gtin} has no place")


def _has_a_home(turn: Turn, product: Product) -> bool:
    areas = (area.zone for area in turn.state.areas.values())
    robots = (robot.kind for robot in turn.state.robots.values() if product.robot_storable)
    return product.zone in (*areas, *robots)


def _receive(turn: Turn, action: BookDelivery, delivered: DeliveredLine) -> int:
    line = DeliveryLine(
        line_id=turn.ids.new("L"),
        delivery_note=action.delivery_note,
        gtin=delivered.gtin,
        batch=delivered.batch,
        expiry=delivered.expiry,
        quantity=delivered.quantity,
        arrived_at=turn.now,
        waiting=delivered.quantity,
    )
    turn.state.delivery_lines[line.line_id] = line
    turn.changes.delivery_lines[line.line_id] = line
    pack_ids = []
    for count in range(1, delivered.quantity + 1):
        pack = Pack(f"{line.line_id}.{count:03d}", line.gtin, line.batch, line.expiry, GOODS_IN)
        turn.state.book.receive(
            pack, source=SUPPLIER, at=turn.now, reason="delivered", reference=action.delivery_note[:64]
        )
        pack_ids.append(pack.pack_id)
    _place(turn, line.gtin, pack_ids)
    return delivered.quantity


def _place(turn: Turn, gtin: str, pack_ids: list[str]) -> None:
    """Promise packs of one batch at goods-in to robots or to the area."""
    state = turn.state
    held = {
        robot: state.book.count_at(gtin, robot_account(robot)) + _promised(turn, robot, gtin) for robot in state.robots
    }
    parts = assign(pack_ids[0], state.products[gtin], len(pack_ids), _rooms(turn), held)
    place = 0
    for part in parts:
        queue = state.putaway.setdefault(part.robot, {})
        for pack_id in pack_ids[place : place + part.packs]:
            queue[pack_id] = None
        place += part.packs


def _promised(turn: Turn, robot: str, gtin: str) -> int:
    packs = turn.state.book.packs
    return sum(1 for pack_id in turn.state.putaway.get(robot, ()) if packs[pack_id].gtin == gtin)


def _rooms(turn: Turn) -> list[RobotRoom]:
    state = turn.state
    return [
        RobotRoom(
            robot=robot.robot,
            zone=robot.kind,
            capacity_packs=robot.capacity_packs,
            stored=state.book.balances.get(robot_account(robot.robot), 0),
            incoming=len(state.putaway.get(robot.robot, ())) + state.book.balances.get(input_account(robot.robot), 0),
            tallest_mm=robot.tallest_mm,
            usable=can_work(robot) and robot.no_space_until <= turn.now,
        )
        for robot in state.robots.values()
    ]


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
        if state.backlog.waiting(robot_account(name)) > BUSY_LINES and not _wanted(turn, queue):
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


def _wanted(turn: Turn, queue: Iterable[str]) -> bool:
    """Whether somebody waits for a product among the next packs of the queue."""
    packs = turn.state.book.packs
    for pack_id in _first(queue, FEED_PACKS):
        for order_number, line_number in turn.state.demand.get(packs[pack_id].gtin, ()):
            found = turn.state.line(order_number, line_number)
            if found is not None and found[1].wanted > found[1].reserved:
                return True
    return False


def _reassign(turn: Turn) -> None:
    """What is promised to a robot that cannot take it goes to one that can, if there is one."""
    state = turn.state
    if not any(can_work(robot) for robot in state.robots.values()):
        return
    for name in [name for name, queue in state.putaway.items() if name is not None and queue]:
        robot = state.robots[name]
        if can_work(robot) and robot.no_space_until <= turn.now:
            continue
        others = any(
            other is not robot and other.kind is robot.kind and can_work(other) and other.no_space_until <= turn.now
            for other in state.robots.values()
        )
        if not others:
            continue
        moved, state.putaway[name] = state.putaway[name], {}
        groups: dict[tuple[str, str], list[str]] = {}
        for pack_id in moved:
            pack = state.book.packs[pack_id]
            groups.setdefault((pack.gtin, pack.batch), []).append(pack_id)
        for (gtin, _), pack_ids in groups.items():
            _place(turn, gtin, pack_ids)


def _carry(turn: Turn, kind: WorkKind, pack_ids: list[str], robot: str | None) -> Work:
    work = works.create(turn, kind, GOODS_IN_STATION, turn.now + 4 * 3600.0, 3, robot=robot, pack_ids=pack_ids)
    for pack_id in pack_ids:
        turn.state.putaway[robot].pop(pack_id)
        turn.state.book.bind_arriving(pack_id, work.work_id)
    return work


def _leave_goods_in(turn: Turn, pack: Pack, work: Work) -> None:
    stock = turn.state.book
    stock.unclaim(pack.pack_id)
    if work.kind is WorkKind.FEED:
        account, reason = input_account(work.robot or ""), "fed to the robot"
    else:
        account, reason = area_account(area_for(turn, pack.gtin)), "shelved by hand"
    stock.post(pack.pack_id, account, at=turn.now, reason=reason, reference=work.work_id)
    line = turn.state.delivery_lines.get(pack.pack_id.rpartition(".")[0])
    if line is not None:
        line.waiting -= 1
        turn.changes.delivery_lines[line.line_id] = line
        if line.waiting <= 0:
            turn.state.delivery_lines.pop(line.line_id)


def _match(turn: Turn, offer: Offer) -> tuple[str | None, str]:
    """The pack that this must be, or why it cannot be said.

    A barcode without batch and expiry is enough only while every pack of the product that is on its way into this
    robot is of one batch.
    """
    if offer.gtin is None:
        return None, "no_read"
    stock = turn.state.book
    arriving = [
        pack
        for pack_id in stock.at_input(offer.robot)
        if (pack := stock.packs[pack_id]).claim is None and pack.hold is None and pack.gtin == offer.gtin
    ]
    for work in turn.state.works.values():
        if work.kind is WorkKind.FEED and work.robot == offer.robot:
            arriving.extend(
                pack
                for pack_id in work.pack_ids
                # A pack may have gone all the way to its ward before the person says that the job is done.
                if pack_id in stock.packs
                and (pack := stock.packs[pack_id]).claim == work.work_id
                and pack.hold is None
                and pack.gtin == offer.gtin
            )
    if offer.batch is not None:
        arriving = [pack for pack in arriving if pack.batch == offer.batch]
    if offer.expiry is not None:
        arriving = [pack for pack in arriving if pack.expiry == offer.expiry]
    if not arriving:
        return None, "not_expected"
    if len({(pack.batch, pack.expiry) for pack in arriving}) > 1:
        return None, "batch_unknown"
    return arriving[0].pack_id, ""


def _first(queue: Iterable[str], count: int) -> list[str]:
    return [pack_id for _, pack_id in zip(range(count), queue, strict=False)]
