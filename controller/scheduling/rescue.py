"""What would make a late order on time: alternatives tried in a forward run, the cheapest that works is named.

Naming only: a person decides. The order of cost, cheapest first, is that of what it takes from others:
1. put the order first: nobody does more, others wait a little;
2. feed packs that stand at goods-in before others: the same, for a person's cart;
3. take a line from another robot that FEFO lets go: that robot's queue is disturbed;
4. pick a line by hand: a person's minutes;
5. hold the van, 15 minutes at the most: everybody on it waits;
6. split the order: a second delivery (by van the service does it by itself at the last moment; see engine/sending.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from controller.scheduling.forward import Outcome, run
from controller.scheduling.gathering import IN_DOUBT, NO_PLACE, NO_STOCK, UNDER_WAY
from controller.scheduling.picture import OpenOrder, Part, Picture

LONGEST_HOLD_S = 15 * 60.0
"""A van that waits longer misses its next hospital."""
MOST_PARTS = 3
"""So many lines of an order are tried elsewhere, those first of which most is left."""


@dataclass(frozen=True, slots=True)
class Late:
    """An order that will be late, and what is known of ways out."""

    order: OpenOrder
    outcome: Outcome
    latest_at: float
    """Loaded by then it leaves in time: the limit, less how late such expectations usually are."""
    by_van: bool
    fed_at: float | None = None
    """When packs that stand at goods-in could be had if they were fed first; None where none do."""


def cheapest(picture: Picture, late: Late) -> str | None:
    """The cheapest thing that makes it on time, in words; None where nothing does."""
    for words, order in _alternatives(picture, late):
        changed = replace(
            picture, orders=tuple(order if each.number == order.number else each for each in picture.orders)
        )
        outcome = run(changed, order.number).get(order.number)
        if outcome is not None and outcome.loaded_at <= late.latest_at:
            return words
    hold_s = late.outcome.loaded_at - late.latest_at
    if late.by_van and hold_s <= LONGEST_HOLD_S:
        minutes = max(1, ceil(hold_s / 60.0))
        return f"hold the van {minutes} {'minute' if minutes == 1 else 'minutes'}"
    return _split(picture, late)


def cause_in_words(cause: str, picture: Picture) -> str:
    """What an order waits for longest, as people say it."""
    if cause == NO_STOCK:
        return "it waits for stock"
    if cause == UNDER_WAY:
        return "packs of it are still under way"
    if cause == IN_DOUBT:
        return "a pack of it is in doubt"
    if cause == NO_PLACE:
        return "no place for another order's totes is free"
    source = next((each for each in picture.sources if each.name == cause), None)
    if source is None:
        return f"totes queue at {cause}"
    if source.down:
        return f"{source.place} is out of service"
    return f"{source.place} has other work first" if source.robot else f"picking by hand at {source.place} is behind"


def _alternatives(picture: Picture, late: Late) -> Iterator[tuple[str, OpenOrder]]:
    order = late.order
    first = replace(order, first=True)
    if order.parts:
        slow = late.outcome.cause.partition(":")[2]
        yield (f"put it first at {slow}" if slow else "put it first"), first
    if late.fed_at is not None and late.fed_at < order.stock_at:
        yield "feed its packs at goods-in before all others", replace(first, stock_at=late.fed_at)
    elsewhere = sorted(order.parts, key=lambda part: (-part.packs, part.line))[:MOST_PARTS]
    for by_hand in (False, True):
        for part in elsewhere:
            for name, count in part.holders:
                if name == late.outcome.cause or count < part.packs or name.startswith("area:") != by_hand:
                    continue
                place = name.partition(":")[2]
                words = (
                    f"pick line {part.line} by hand at {place}" if by_hand else f"take line {part.line} from {place}"
                )
                yield words, _only_from(first, part, name)


def _only_from(order: OpenOrder, part: Part, name: str) -> OpenOrder:
    changed = replace(part, holders=((name, part.packs),))
    return replace(order, parts=tuple(changed if each.line == part.line else each for each in order.parts))


def _split(picture: Picture, late: Late) -> str | None:
    order = late.order
    if not (order.gathered or order.to_check or order.to_load):
        return None
    ready = replace(order, parts=(), awaited=0, stock_at=0.0)
    changed = replace(picture, orders=tuple(ready if each.number == order.number else each for each in picture.orders))
    outcome = run(changed, order.number).get(order.number)
    if outcome is None or outcome.loaded_at > late.latest_at:
        return None
    if late.by_van:
        return "send what is gathered with its van, the rest with the next one"
    return "send what is gathered now, the rest by a second courier, if the ward agrees"
