"""Where what stands at goods-in goes: to which robot, or to an area by hand. Nobody has carried it yet."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from controller.domain.errors import NotFound
from controller.domain.pack import GOODS_IN, Pack, input_account, robot_account
from controller.domain.product import Product
from controller.domain.work import GOODS_IN_STATION, WorkKind
from controller.engine.turn import Turn, can_work
from controller.scheduling.putaway import Holding, RobotRoom, assign, expected_picks


def place(turn: Turn, gtin: str, pack_ids: list[str]) -> None:
    """Promise packs of one batch at goods-in to robots or to the area."""
    state = turn.state
    first = state.book.packs[pack_ids[0]]
    rooms = _rooms(turn)
    parts = assign(
        pack_ids[0],
        state.products[gtin],
        len(pack_ids),
        rooms,
        _holding(turn, first),
        state.usage.daily(gtin, turn.now),
    )
    state.burden.update({room.robot: room.picks_a_day for room in rooms})
    promised = state.promised.setdefault(gtin, {})
    place = 0
    for part in parts:
        queue = state.putaway.setdefault(part.robot, {})
        for pack_id in pack_ids[place : place + part.packs]:
            queue[pack_id] = None
        place += part.packs
        if part.robot is not None:
            promised[part.robot, first.batch] = promised.get((part.robot, first.batch), 0) + part.packs


def place_all(turn: Turn) -> None:
    """After a start: decide anew where everything that stands at goods-in goes."""
    turn.state.putaway.clear()
    turn.state.promised.clear()
    groups: dict[tuple[str, str], list[str]] = {}
    for pack in turn.state.book.packs.values():
        if pack.account == GOODS_IN and pack.claim is None and pack.hold is None:
            groups.setdefault((pack.gtin, pack.batch), []).append(pack.pack_id)
    for (gtin, _), pack_ids in groups.items():
        place(turn, gtin, pack_ids)


def line_up(turn: Turn, packs: Sequence[Pack]) -> None:
    """Decide where those packs of one batch go that stand at goods-in and may be carried."""
    waiting = [pack for pack in packs if pack.account == GOODS_IN and pack.claim is None and pack.hold is None]
    if waiting:
        place(turn, waiting[0].gtin, [pack.pack_id for pack in waiting])
        turn.stir(GOODS_IN_STATION)


def set_aside(turn: Turn, pack: Pack) -> None:
    """The pack is held: nobody carries it from goods-in until `line_up`."""
    for robot in turn.state.putaway:
        take_out(turn, robot, pack)


def take_out(turn: Turn, robot: str | None, pack: Pack) -> None:
    """The pack waits for this robot (None: an area) no longer; harmless where it never did."""
    queue = turn.state.putaway.get(robot, {})
    if pack.pack_id not in queue:
        return
    del queue[pack.pack_id]
    if robot is not None:
        promised = turn.state.promised[pack.gtin]
        promised[robot, pack.batch] -= 1
        if not promised[robot, pack.batch]:
            del promised[robot, pack.batch]


def reassign(turn: Turn) -> None:
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
        groups: dict[tuple[str, str], list[str]] = {}
        for pack_id in list(state.putaway[name]):
            pack = state.book.packs[pack_id]
            take_out(turn, name, pack)
            groups.setdefault((pack.gtin, pack.batch), []).append(pack_id)
        for (gtin, _), pack_ids in groups.items():
            place(turn, gtin, pack_ids)


def area_for(turn: Turn, gtin: str) -> str:
    """The area that keeps a product that no robot holds: the one of its zone."""
    zone = turn.state.products[gtin].zone
    for area in turn.state.areas.values():
        if area.zone is zone:
            return area.area
    raise NotFound(f"no area of this site keeps {zone} products: {gtin} has no place")


def has_a_home(turn: Turn, product: Product) -> bool:
    areas = (area.zone for area in turn.state.areas.values())
    robots = (robot.kind for robot in turn.state.robots.values() if product.robot_storable)
    return product.zone in (*areas, *robots)


def _holding(turn: Turn, arriving: Pack) -> Holding:
    """What robots have of the product and of the batch: shelved, on the belt, in a person's hands, or promised."""
    state = turn.state
    book, gtin, batch = state.book, arriving.gtin, arriving.batch
    packs: dict[str, int] = {}
    of_batch: dict[str, int] = {}

    def count(robot: str, found: str, number: int) -> None:
        packs[robot] = packs.get(robot, 0) + number
        if found == batch:
            of_batch[robot] = of_batch.get(robot, 0) + number

    for account in book.holders(gtin):
        kind, _, robot = account.partition(":")
        if kind == "robot":
            shelf = book.shelf(gtin, account)
            packs[robot] = packs.get(robot, 0) + len(shelf)
            alike = shelf[bisect_left(shelf, (arriving.expiry, "")) : bisect_right(shelf, (arriving.expiry, "\uffff"))]
            same = sum(1 for _, pack_id in alike if book.packs[pack_id].batch == batch)
            if same:
                of_batch[robot] = of_batch.get(robot, 0) + same
    for robot in state.robots:
        for pack_id in book.at_input(robot):
            if book.packs[pack_id].gtin == gtin:
                count(robot, book.packs[pack_id].batch, 1)
    for work in state.works.values():
        if work.kind is WorkKind.FEED and work.robot is not None:
            for pack_id in work.pack_ids:
                pack = book.packs.get(pack_id)
                if pack is not None and pack.gtin == gtin and pack.account == GOODS_IN and pack.claim == work.work_id:
                    count(work.robot, pack.batch, 1)
    for (robot, found), number in state.promised.get(gtin, {}).items():
        count(robot, found, number)
    return Holding(packs, of_batch)


def _refresh_burden(turn: Turn) -> None:
    """Once an hour: the picks a day that each robot's stock will ask of it. Between, `place` adds what it gives."""
    state = turn.state
    hour = int(turn.now // 3600.0)
    if state.burden_hour == hour:
        return
    state.burden_hour = hour
    state.burden = expected_picks(
        (state.usage.daily(gtin, turn.now), [account[6:] for account in holders if account.startswith("robot:")])
        for gtin in state.products
        if (holders := list(state.book.holders(gtin)))
    )


def _rooms(turn: Turn) -> list[RobotRoom]:
    state = turn.state
    _refresh_burden(turn)
    return [
        RobotRoom(
            robot=robot.robot,
            zone=robot.kind,
            capacity_packs=robot.capacity_packs,
            stored=state.book.balances.get(robot_account(robot.robot), 0),
            incoming=len(state.putaway.get(robot.robot, ())) + state.book.balances.get(input_account(robot.robot), 0),
            tallest_mm=robot.tallest_mm,
            usable=can_work(robot) and robot.no_space_until <= turn.now,
            picks_a_day=state.burden.get(robot.robot, 0.0),
        )
        for robot in state.robots.values()
    ]
