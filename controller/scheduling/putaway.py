"""Where arriving packs go: fast movers spread over robots, so that one robot that stops does not take a product away.

A delivery line that is big enough is cut in two or three parts (SCHEDULING.md: two or three copies of what moves), and
each part goes to the fitting robot that has least of the product, then least waiting to come in, then most room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from controller.domain.product import Product, Zone

SPREAD_FROM_PACKS = 6
"""A delivery line of fewer packs stays together: a copy of one or two packs elsewhere helps nobody."""
SPREAD_OVER = 3
FULL_AT = 0.97
"""Of nameplate capacity; a chaotic store that is fuller finds no place of the right height."""


@dataclass(slots=True)
class RobotRoom:
    """What put-away must know of a robot. `incoming` counts packs that are promised to it and not yet shelved."""

    robot: str
    zone: Zone
    capacity_packs: int
    stored: int
    incoming: int
    tallest_mm: float
    usable: bool


@dataclass(frozen=True, slots=True)
class Part:
    """`packs` of a delivery line, for a robot or (robot None) for an area by hand."""

    line_id: str
    robot: str | None
    packs: int


def fits(product: Product, room: RobotRoom) -> bool:
    """Whether the robot may hold the product at all."""
    return (
        product.robot_storable
        and product.zone is room.zone
        and (room.tallest_mm <= 0 or product.height_mm <= room.tallest_mm)
    )


def assign(line_id: str, product: Product, packs: int, rooms: Sequence[RobotRoom], held: dict[str, int]) -> list[Part]:
    """Cut a delivery line into parts and give each a robot; one part for the area where no robot may hold it.

    `held` says how many packs of the product each robot has. The rooms' `incoming` is raised by what is given.
    Where every fitting robot is full or out of use, the parts wait for the least bad of them.
    """
    fitting = [room for room in rooms if fits(product, room)]
    if not fitting:
        return [Part(line_id, None, packs)]
    parts: list[Part] = []
    have = dict(held)
    for size in _sizes(packs, len(fitting)):
        room = min(fitting, key=lambda room: _preference(room, have.get(room.robot, 0), size))
        room.incoming += size
        have[room.robot] = have.get(room.robot, 0) + size
        parts.append(Part(line_id, room.robot, size))
    return parts


def _sizes(packs: int, robots: int) -> Iterable[int]:
    copies = min(SPREAD_OVER, robots) if packs >= SPREAD_FROM_PACKS else 1
    return [packs // copies + (1 if place < packs % copies else 0) for place in range(copies)]


def _preference(room: RobotRoom, held: int, size: int) -> tuple[bool, bool, int, int, float, str]:
    filling = (room.stored + room.incoming + size) / max(1, room.capacity_packs)
    return (not room.usable, filling > FULL_AT, held, room.incoming // 40, filling, room.robot)
