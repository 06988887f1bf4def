"""Ways of choosing a robot for what arrives: two that anybody would begin with, and the centre's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from controller.domain.product import Product
from controller.scheduling.putaway import FULL_AT, Holding, Part, RobotRoom, assign, fits
from simulator.chance import Chance

Assign = Callable[[str, Product, int, Sequence[RobotRoom], Holding, float], list[Part]]


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    assign: Assign
    transfers_a_night: int = 0
    """Moves of packs from robot to robot, as `rebalance.candidates` proposes them."""


def policies(seed: int, transfers_a_night: int) -> list[Policy]:
    """Those that are compared; `seed` is for the one that draws."""
    return [
        Policy("first robot with room", first_with_room),
        Policy("random robot", random_robot(seed)),
        Policy("ours", assign),
        Policy("ours, rebalanced by night", assign, transfers_a_night),
    ]


def first_with_room(
    line_id: str, product: Product, packs: int, rooms: Sequence[RobotRoom], held: Holding, packs_a_day: float
) -> list[Part]:
    return [_whole(line_id, packs, _with_room(product, packs, rooms))]


def random_robot(seed: int) -> Assign:
    luck = Chance(seed).stream("random robot")

    def choose(
        line_id: str, product: Product, packs: int, rooms: Sequence[RobotRoom], held: Holding, packs_a_day: float
    ) -> list[Part]:
        fitting = _with_room(product, packs, rooms)
        return [_whole(line_id, packs, [luck.choice(fitting)] if fitting else [])]

    return choose


def _with_room(product: Product, packs: int, rooms: Sequence[RobotRoom]) -> list[RobotRoom]:
    return [
        room
        for room in rooms
        if fits(product, room) and room.stored + room.incoming + packs <= FULL_AT * room.capacity_packs
    ]


def _whole(line_id: str, packs: int, rooms: Sequence[RobotRoom]) -> Part:
    if not rooms:
        return Part(line_id, None, packs)
    rooms[0].incoming += packs
    return Part(line_id, rooms[0].robot, packs)
