"""Where what stands at goods-in goes: to which robot, or to an area by hand. Nobody has carried it yet."""

from collections.abc import Sequence

from controller.domain.errors import NotFound
from controller.domain.pack import GOODS_IN, Pack, input_account, robot_account
from controller.domain.product import Product
from controller.domain.work import GOODS_IN_STATION
from controller.engine.turn import Turn, can_work
from controller.scheduling.putaway import RobotRoom, assign


def place(turn: Turn, gtin: str, pack_ids: list[str]) -> None:
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


def place_all(turn: Turn) -> None:
    """After a start: decide anew where everything that stands at goods-in goes."""
    turn.state.putaway.clear()
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
    for queue in turn.state.putaway.values():
        queue.pop(pack.pack_id, None)


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
        moved, state.putaway[name] = state.putaway[name], {}
        groups: dict[tuple[str, str], list[str]] = {}
        for pack_id in moved:
            pack = state.book.packs[pack_id]
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
