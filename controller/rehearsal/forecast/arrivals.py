"""Orders that may yet come, drawn from what is to be expected: another seed, other orders."""

from collections.abc import Iterator
from math import exp

from controller.domain.forecast import Question
from controller.domain.order import OrderClass
from controller.engine.actions import LineRequest, SubmitOrder
from controller.rehearsal.forecast.history import Expectation, Pattern, Slot
from simulator.chance import Chance, Random


def draw(expectation: Expectation, question: Question, seed: int) -> list[SubmitOrder]:
    """The orders of one run, by the moment at which they are placed.

    The same seed draws the same orders for every question, but for those that its factors add or take away.
    """
    patterns = dict(expectation.patterns)
    found: list[tuple[float, Pattern]] = []
    for slot in expectation.slots:
        found.extend(_of_weeks(slot, question, Chance(seed).stream(f"orders/{slot.from_at:.0f}")))
        for order_class, mean in slot.means:
            luck = Chance(seed).stream(f"orders/{order_class}/{slot.from_at:.0f}")
            found.extend(_by_number(slot, mean * _factor(question, order_class), patterns[order_class], luck))
    found.sort(key=lambda each: each[0])
    return [_order(pattern, at, f"expected-{number}") for number, (at, pattern) in enumerate(found, start=1)]


def _of_weeks(slot: Slot, question: Question, luck: Random) -> Iterator[tuple[float, Pattern]]:
    """One of the past weeks, each of its orders as often as chance has it: once on average."""
    if not slot.weeks:
        return
    for after_s, pattern in luck.choice(slot.weeks).orders:
        for _ in range(_poisson(luck.random(), _factor(question, pattern.order_class))):
            yield slot.from_at + after_s, pattern


def _by_number(slot: Slot, mean: float, patterns: tuple[Pattern, ...], luck: Random) -> Iterator[tuple[float, Pattern]]:
    for _ in range(_poisson(luck.random(), mean)):
        yield slot.from_at + luck.random() * slot.length_s, luck.choice(patterns)


def _factor(question: Question, order_class: OrderClass) -> float:
    return question.orders * (question.discharges if order_class is OrderClass.DISCHARGE else 1.0)


def _poisson(share: float, mean: float) -> int:
    """The number below which `share` of all draws lie: the same share and a greater mean give no smaller number."""
    number, chance = 0, exp(-mean)
    below = chance
    while below < share and number < 10 * mean + 20:
        number += 1
        chance *= mean / number
        below += chance
    return number


def _order(pattern: Pattern, at: float, order_ref: str) -> SubmitOrder:
    """With the next van that it can make."""
    return SubmitOrder(
        order_ref=order_ref,
        destination=pattern.destination,
        order_class=pattern.order_class,
        lines=tuple(LineRequest(gtin, packs) for gtin, packs in pattern.lines),
        due_at=None if pattern.due_after_s is None else at + pattern.due_after_s,
        placed_at=at,
        actor="forecast",
    )
