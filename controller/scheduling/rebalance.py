"""Which packs should stand in another robot: products that one robot holds alone although there are enough of them.

Values in, proposals out; when and how packs are moved is night work's business.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from controller.scheduling.putaway import COPIES, FAST_COPIES, copies

_BATCH_GAIN = 0.25
_FEW_PACKS = 3
_NEEDED_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Shelved:
    """Available packs of one batch of a product in one robot."""

    robot: str
    batch: str
    expiry: date
    packs: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many packs of a batch, from one robot to another; `gain` is the packs a day that become safer by it."""

    gtin: str
    batch: str
    source: str
    target: str
    packs: int
    gain: float


def candidates(
    stock: Iterable[tuple[str, float, list[Shelved]]],
    targets: Callable[[str], Iterable[str]],
    burden: Mapping[str, float],
    limit: int,
) -> list[Transfer]:
    """At most `limit` transfers, most gain first; ties by GTIN.

    `stock` gives (GTIN, packs a day, what stands where) of each product that robots hold; `targets` the robots that may
    take a product; `burden` is the picks a day of each robot: of several targets the one with least is chosen.

    Two things are worth a move: a product that too few robots hold (one of two packs or more is to stand on two, a
    fast mover of six or more on three), and, a quarter as much, an oldest batch that one robot holds alone: without
    that robot FEFO would have to be broken. What moves is a part of the oldest batch, or of the next where the oldest
    has one pack, and no more than a week needs.
    """
    found = [
        transfer
        for gtin, packs_a_day, shelved in stock
        if packs_a_day > 0 and (transfer := _transfer(gtin, packs_a_day, shelved, targets, burden)) is not None
    ]
    return sorted(found, key=lambda transfer: (-transfer.gain, transfer.gtin))[:limit]


def _transfer(
    gtin: str,
    packs_a_day: float,
    shelved: list[Shelved],
    targets: Callable[[str], Iterable[str]],
    burden: Mapping[str, float],
) -> Transfer | None:
    holders: dict[str, int] = {}
    for stand in shelved:
        holders[stand.robot] = holders.get(stand.robot, 0) + stand.packs
    total = sum(holders.values())
    if total < 2:
        return None
    stands = sorted(shelved, key=lambda stand: (stand.expiry, stand.batch, -stand.packs, stand.robot))
    if len(holders) < min(copies(packs_a_day), FAST_COPIES if total >= 2 * FAST_COPIES else COPIES):
        moving = next((stand for stand in stands if stand.packs >= 2), stands[-1])
        gain, without = packs_a_day / len(holders), set(holders)
    else:
        moving = stands[0]
        if moving.packs < 2 or any(stand.batch == moving.batch for stand in stands[1:]):
            return None
        gain, without = packs_a_day * _BATCH_GAIN, {moving.robot}
    free = [robot for robot in targets(gtin) if robot not in without]
    if not free:
        return None
    target = min(free, key=lambda robot: (burden.get(robot, 0.0), robot))
    packs = min(max(1, moving.packs // (len(without) + 1)), max(_FEW_PACKS, ceil(packs_a_day * _NEEDED_DAYS)))
    return Transfer(gtin, moving.batch, moving.robot, target, packs, gain)
