"""Where arriving packs go: so that one robot that stops takes neither a product nor its oldest batch away.

A delivery line is cut into parts. Fast movers get three, so that each robot that is free finds them; everything else
two, which is what it takes to outlive the loss of a robot. Each part goes, one after the other, to the robot that is
best in this order of importance: it can take packs, it does not have the product yet (until enough robots do), it does
not have the batch yet (FEFO holds a line to the robots that have the oldest batch), and then by a sum of what remains:
the picks that its stock will cost it, how full it is, what already waits to come in, how much of the product it has.
The measured effect, against random and against the first robot with room, is in docs/scheduling/storage.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from controller.domain.product import Product, Zone

FAST_PACKS_A_DAY = 4.0
"""Products above this are some 60 % of all picks on the shared week; they are wanted by several orders at a time."""
FAST_COPIES = 3
COPIES = 2
FULL_AT = 0.97
"""Of nameplate capacity; a chaotic store that is fuller finds no place of the right height."""

_PICKS_WEIGH = 1.0
_FILLING_WEIGHS = 0.5
"""A fuller robot reaches further for each pack: some 10 % of a pick's time between empty and full."""
_QUEUE_WEIGHS = 0.5
"""Of a full day's goods in (2,000 packs a robot): what waits too long helps nobody in the meantime."""
_HELD_WEIGHS = 0.5
_QUEUE_OF_A_DAY = 2000.0


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
    picks_a_day: float = 0.0
    """Its share of the expected picks of what it holds."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What each robot has of one product, on its way in included; and of the batch that arrives."""

    packs: Mapping[str, int] = field(default_factory=dict)
    of_batch: Mapping[str, int] = field(default_factory=dict)


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


def copies(packs_a_day: float) -> int:
    """On how many robots a product should stand."""
    return FAST_COPIES if packs_a_day >= FAST_PACKS_A_DAY else COPIES


def assign(
    line_id: str, product: Product, packs: int, rooms: Sequence[RobotRoom], held: Holding, packs_a_day: float
) -> list[Part]:
    """Cut a delivery line into parts and give each a robot; one part for the area where no robot may hold it.

    The rooms' `incoming` and `picks_a_day` are raised by what is given. Where every fitting robot is full or out of
    use, the parts wait for the least bad of them.
    """
    fitting = [room for room in rooms if fits(product, room)]
    if not fitting:
        return [Part(line_id, None, packs)]
    wanted = copies(packs_a_day)
    parts: list[Part] = []
    have, of_batch = dict(held.packs), dict(held.of_batch)
    mean_picks = sum(room.picks_a_day for room in fitting) / len(fitting)
    for size in _sizes(packs, min(wanted, len(fitting))):
        holders = sum(1 for count in have.values() if count)
        total = sum(have.values())

        def preference(room: RobotRoom, size: int = size, spread: bool = holders < wanted, total: int = total) -> Rank:
            mine = have.get(room.robot, 0)
            filling = (room.stored + room.incoming + size) / max(1, room.capacity_packs)
            burden = (
                _PICKS_WEIGH * room.picks_a_day / max(mean_picks, 1.0)
                + _FILLING_WEIGHS * filling
                + _QUEUE_WEIGHS * room.incoming / _QUEUE_OF_A_DAY
                + _HELD_WEIGHS * mine / max(total, 1)
            )
            return (
                not room.usable,
                filling > FULL_AT,
                spread and mine > 0,
                of_batch.get(room.robot, 0) > 0,
                burden,
                room.robot,
            )

        room = min(fitting, key=preference)
        room.incoming += size
        if not have.get(room.robot):
            room.picks_a_day += packs_a_day / (holders + 1)
        have[room.robot] = have.get(room.robot, 0) + size
        of_batch[room.robot] = of_batch.get(room.robot, 0) + size
        parts.append(Part(line_id, room.robot, size))
    return _merged(parts)


def expected_picks(shelved: Iterable[tuple[float, Sequence[str]]]) -> dict[str, float]:
    """Picks a day of each robot, from (packs a day, robots that hold some) of each product: equal shares."""
    picks: dict[str, float] = {}
    for packs_a_day, robots in shelved:
        for robot in robots:
            picks[robot] = picks.get(robot, 0.0) + packs_a_day / len(robots)
    return picks


Rank = tuple[bool, bool, bool, bool, float, str]


def _sizes(packs: int, parts: int) -> Iterable[int]:
    parts = min(parts, packs)
    return [packs // parts + (1 if place < packs % parts else 0) for place in range(parts)]


def _merged(parts: Sequence[Part]) -> list[Part]:
    """One part a robot: two may have met where the others are full or out of use."""
    sizes: dict[tuple[str, str | None], int] = {}
    for part in parts:
        sizes[part.line_id, part.robot] = sizes.get((part.line_id, part.robot), 0) + part.packs
    return [Part(line_id, robot, packs) for (line_id, robot), packs in sizes.items()]
