"""Top-up orders: the centre itself refills a ward's shelf on the stock list's weekday, from what was counted there.

A line is topped up to its maximum where the count is at or below its minimum. Where nobody has counted, nothing is
ordered: a guess at a ward's shelf is waste or a shortage. Products of different zones travel apart, so each zone
gets its own order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from controller.domain.product import Zone
from controller.domain.site import StockListLine

COUNT_VALID_S = 36 * 3600.0
"""An older count says nothing about the shelf any more."""


@dataclass(frozen=True, slots=True)
class TopUp:
    """One order that the centre makes: (GTIN, packs) of one zone for one destination."""

    order_ref: str
    destination: str
    lines: tuple[tuple[str, int], ...]


def due_top_ups(
    lines: Iterable[StockListLine],
    counts: Mapping[tuple[str, str], tuple[int, float]],
    zone_of: Callable[[str], Zone],
    day: date,
    now: float,
    day_ends_at: float,
) -> list[TopUp]:
    """The orders that the weekday of a local date asks for. `counts` maps (destination, GTIN) to (packs, counted at).

    What was counted after that date says nothing of it: the next one on the list's weekday will use it.

    The reference names destination, date and zone, so the same day gives the same orders however often it is asked.
    """
    wanted: dict[tuple[str, Zone], list[tuple[str, int]]] = {}
    for line in lines:
        if line.topup_weekday != day.isoweekday():
            continue
        count = counts.get((line.destination, line.gtin))
        if count is None or now - count[1] > COUNT_VALID_S or count[1] >= day_ends_at or count[0] > line.low:
            continue
        packs = line.high - count[0]
        if packs > 0:
            wanted.setdefault((line.destination, zone_of(line.gtin)), []).append((line.gtin, packs))
    return [
        TopUp(f"TU-{destination}-{day:%Y%m%d}-{zone}", destination, tuple(sorted(packs)))
        for (destination, zone), packs in sorted(wanted.items())
    ]
