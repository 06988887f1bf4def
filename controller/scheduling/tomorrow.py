"""Which packs are brought near the output tonight: those that FEFO takes first for what tomorrow is expected to ask."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from math import ceil

from controller.domain.site import StockListLine
from controller.scheduling.night import Move

Stand = tuple[date, str, str]
"""(expiry, pack id, robot) of an available pack: FEFO takes the smallest."""


def expected_packs(
    waiting: Iterable[tuple[str, int]],
    listed: Iterable[StockListLine],
    counted: Mapping[tuple[str, str], int],
    daily: Callable[[str], float],
) -> dict[str, int]:
    """Packs of each product that tomorrow will ask for.

    `waiting` is what open orders still want, as (GTIN, packs); `listed` the stock lists that are topped up tomorrow,
    each by what was counted there, or by half of what it may lack where nobody has counted. At least the packs that a
    product has on any day.
    """
    wanted: dict[str, float] = {}
    for gtin, packs in waiting:
        wanted[gtin] = wanted.get(gtin, 0.0) + packs
    for line in listed:
        count = counted.get((line.destination, line.gtin))
        packs_expected = (line.high - line.low) / 2.0 if count is None else float(line.high - count)
        if count is None or count <= line.low:
            wanted[line.gtin] = wanted.get(line.gtin, 0.0) + max(0.0, packs_expected)
    return {gtin: ceil(max(packs, daily(gtin))) for gtin, packs in sorted(wanted.items()) if packs > 0}


def nearest_first(
    expected: Mapping[str, int], stands: Callable[[str], Sequence[Stand]], limit: int
) -> dict[str, list[Move]]:
    """By robot, at most `limit` packs each, those first of which tomorrow asks most."""
    found: dict[str, list[Move]] = {}
    for gtin, packs in sorted(expected.items(), key=lambda each: (-each[1], each[0])):
        for _, pack_id, robot in sorted(stands(gtin))[:packs]:
            moves = found.setdefault(robot, [])
            if len(moves) < limit:
                moves.append(Move(float(packs), pack_id, gtin))
    return found
