"""From the expected moment of an order to a promise, and to the probability that it leaves in time.

How far such expectations were off is learned from what became of the orders: residuals (actual minus expected) are
kept by situation in a window that moves on, and a promise is the expected moment plus the residual that so large a
share of them stayed below (split conformal prediction: Papadopoulos et al. 2002, Lei et al. 2018). Because days
differ, the share is corrected for each class by what became of the promises themselves: up after a broken one, down a
little after a kept one (adaptive conformal inference, Gibbs and Candès 2021), so that in the long run the promised
share is kept whatever the days are like.
"""

import enum
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from controller.domain.order import OrderClass
from controller.domain.promise import PROMISED_SHARE

WINDOW = 300
"""Residuals that a situation remembers."""
ENOUGH = 30
"""With fewer of its own, a situation leans on what is known of orders of its class, and with fewer of these on the
prior: below 30 the ninetieth per cent hangs on one or two orders."""
LEAD_ENDS_S = (300.0, 900.0, 3600.0, 4 * 3600.0)
"""Upper ends of the classes of lead time (expected moment minus now); what takes longer is the last class."""
STEP = 0.01
"""How fast the corrected share follows: a broken promise moves it by 0.9 of this, a kept one by 0.1 back."""
SHARE_BOUNDS = (0.75, 0.995)

_PRIOR_OF_LEAD = (-0.5, -0.3, -0.2, -0.1, 0.0, 0.1, 0.25, 0.5, 1.0, 3.0)
"""Before anything is learned: residuals as shares of the lead time, right-skewed as queues and repairs are. An
estimate; the first day replaces it."""
_PRIOR_LEAD_S = 300.0
"""…of a lead time of at least this: short ones have a tail that does not shrink with them."""
_TAIL_S = 60.0
"""Keeps the tail's scale above zero where everything took no time at all."""


class Trouble(enum.StrEnum):
    """What stands in the order's way when the expectation is made; residuals with and without differ in kind."""

    NONE = "none"
    NO_STOCK = "no_stock"
    """A line waits for stock, or to be declared short."""
    HOLDER_DOWN = "holder_down"
    """A line can be had only from where nothing can be fetched now."""
    IN_DOUBT = "in_doubt"
    """A pack of it is in doubt: a person must settle that first."""


class Method(enum.StrEnum):
    """How the expected moment was found."""

    QUICK = "quick"
    FORWARD_RUN = "forward_run"


@dataclass(frozen=True, slots=True)
class Situation:
    """Expectations of the same situation are off in the same way."""

    order_class: OrderClass
    lead_class: int
    trouble: Trouble
    method: Method


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected of an order, to be compared with what becomes of it."""

    situation: Situation
    lead_s: float
    expected_at: float
    promised_at: float


def lead_class(lead_s: float) -> int:
    """0 to 4."""
    return bisect_left(LEAD_ENDS_S, lead_s)


class Calibration:
    """Residuals by situation. The same expectations settled in the same order give the same promises."""

    def __init__(self, share: float = PROMISED_SHARE) -> None:
        self._target = share
        self._shares: dict[OrderClass, float] = {}
        self._windows: dict[Situation, _Window] = {}
        self._by_class: dict[tuple[OrderClass, Trouble], _Window] = {}
        self._overdue: dict[Situation, list[float]] = {}
        self._overdue_by_class: dict[tuple[OrderClass, Trouble], list[float]] = {}

    def kept(self) -> dict[str, Any]:
        """What it has learned, as JSON values; what is overdue is looked for anew by whoever knows the orders."""
        return {
            "shares": self._shares,
            "windows": [
                [each.order_class, each.lead_class, each.trouble, each.method, list(window.arrived)]
                for each, window in self._windows.items()
            ],
            "by_class": [[*kind, list(window.arrived)] for kind, window in self._by_class.items()],
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any] | None) -> "Calibration":
        """As it was when these were kept; one that has learned nothing where nothing was."""
        calibration = cls()
        if kept is not None:
            calibration._shares = {OrderClass(name): share for name, share in kept["shares"].items()}
            for order_class, lead, trouble, method, residuals in kept["windows"]:
                situation = Situation(OrderClass(order_class), lead, Trouble(trouble), Method(method))
                calibration._windows[situation] = _Window(residuals)
            for order_class, trouble, residuals in kept["by_class"]:
                calibration._by_class[OrderClass(order_class), Trouble(trouble)] = _Window(residuals)
        return calibration

    def expect(
        self, order_class: OrderClass, trouble: Trouble, method: Method, now: float, expected_at: float
    ) -> Expectation:
        """The promise that goes with an expected moment: kept with the calibration's share, if days stay alike."""
        lead_s = max(0.0, expected_at - now)
        situation = Situation(order_class, lead_class(lead_s), trouble, method)
        share = self._shares.get(order_class, self._target)
        residual_s = _quantile(self._sample(situation, lead_s), share)
        return Expectation(situation, lead_s, expected_at, max(now, expected_at + residual_s))

    def within(self, expectation: Expectation, limit_at: float) -> float:
        """Probability that it is done by `limit_at`; never quite 0 or 1, which no finite experience can show.

        Beyond the worst that was seen, the rest is taken to fall with the time it would have to take (a Pareto tail of
        index 1, heavier than that of any fault in the catalogue): two hours are safer than three minutes.
        """
        sample = self._sample(expectation.situation, expectation.lead_s)
        limit_s = limit_at - expectation.expected_at
        above = len(sample) - bisect_right(sample, limit_s)
        miss = (above + 0.5) / (len(sample) + 1.0)
        if not above:
            miss *= (expectation.lead_s + sample[-1] + _TAIL_S) / (expectation.lead_s + limit_s + _TAIL_S)
        return 1.0 - miss

    def usual_s(self, expectation: Expectation) -> float:
        """How late such expectations are in the median; 0 where they are rather early."""
        return max(0.0, _quantile(self._sample(expectation.situation, expectation.lead_s), 0.5))

    def settle(self, expectation: Expectation, actual_at: float) -> None:
        """The order was done at `actual_at`: learn how far that was off."""
        situation = expectation.situation
        residual_s = actual_at - expectation.expected_at
        self._windows.setdefault(situation, _Window()).add(residual_s)
        self._by_class.setdefault((situation.order_class, situation.trouble), _Window()).add(residual_s)

    def correct(self, order_class: OrderClass, *, kept: bool) -> None:
        """A first promise, by which we are judged, was kept or is broken."""
        share = self._shares.get(order_class, self._target)
        share += STEP * (float(not kept) - (1.0 - self._target))
        self._shares[order_class] = min(max(share, SHARE_BOUNDS[0]), SHARE_BOUNDS[1])

    def wait_for(self, expectations: Iterable[Expectation], now: float) -> None:
        """These are of orders that are not done yet; takes the place of what was said before.

        What is overdue is known to be off by so much at least. Without it a jam would be learned from only when it is
        over, and until then from the few that got through.
        """
        self._overdue, self._overdue_by_class = {}, {}
        for expectation in expectations:
            residual_s = now - expectation.expected_at
            if residual_s > 0.0:
                situation = expectation.situation
                self._overdue.setdefault(situation, []).append(residual_s)
                self._overdue_by_class.setdefault((situation.order_class, situation.trouble), []).append(residual_s)

    def _sample(self, situation: Situation, lead_s: float) -> list[float]:
        own = _both(self._windows.get(situation), self._overdue.get(situation))
        if len(own) >= ENOUGH:
            return own
        kind = (situation.order_class, situation.trouble)
        alike = _both(self._by_class.get(kind), self._overdue_by_class.get(kind))
        if len(alike) >= ENOUGH:
            return alike
        scale_s = max(lead_s, _PRIOR_LEAD_S)
        return sorted([*own, *(share * scale_s for share in _PRIOR_OF_LEAD)])


class _Window:
    """The last residuals, in the order in which they came and by size."""

    __slots__ = ("arrived", "ordered")

    def __init__(self, residuals: Iterable[float] = ()) -> None:
        self.arrived: deque[float] = deque(residuals)
        self.ordered: list[float] = sorted(self.arrived)

    def add(self, residual_s: float) -> None:
        if len(self.arrived) == WINDOW:
            oldest = self.arrived.popleft()
            del self.ordered[bisect_left(self.ordered, oldest)]
        self.arrived.append(residual_s)
        insort(self.ordered, residual_s)


def _both(window: _Window | None, overdue: list[float] | None) -> list[float]:
    known = window.ordered if window is not None else []
    return sorted([*known, *overdue]) if overdue else known


def _quantile(sample: list[float], share: float) -> float:
    """The smallest residual below which at least `share` of one more draw would lie (conformal: of n + 1)."""
    rank = ceil(share * (len(sample) + 1))
    return sample[min(rank, len(sample)) - 1]
