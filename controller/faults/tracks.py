"""One sign of one robot over time: how far it has risen, how fast, and for how long."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from controller.faults.diagnosis.signs import AT_SHELF, Shift, Sign, Strength

HOUR_S = 3600.0
SLACK_SIGMAS = 1.0
"""A shift below one standard deviation of a condition's mean adds nothing."""
MOST_SIGMAS = 4.0
"""One wild condition counts no more than this: it takes several in a row."""
RISEN = 14.0
"""Five conditions (25 min of work) far off, or a few hours a little off. Set on the tuning scenarios."""
SUSPECT = 5.0
"""From here on nothing is learned as usual."""
MOST_SUM = 40.0
"""A long trouble is forgotten within hours of its cure."""
SMOOTHING = 0.15
"""Of the level that is told: two thirds of it are from the last half hour of work."""
HISTORY = 96
LONGEST_S = 60 * 86_400.0
"""What is further away than this is not told as a time."""
_KEPT = ("sum", "better", "amount", "gross", "now", "usual", "at", "since", "seen")


@dataclass(slots=True)
class Track:
    """`subject` is that of the feature: for signs at shelves, the shelf."""

    sign: Sign
    subject: str
    sum: float = 0.0
    """CUSUM of standard deviations on the bad side."""
    better: float = 0.0
    """The same sum on the good side."""
    amount: float = 0.0
    """Smoothed, in the sign's unit, without what the sisters show."""
    gross: float = 0.0
    """With it."""
    now: float = 0.0
    usual: float = 0.0
    at: float = 0.0
    since: float = 0.0
    """When it was not suspected last."""
    seen: int = 0
    history: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=HISTORY))

    def take(self, at: float, now: float, usual: float, shift: Shift, own: float) -> None:
        """One more measurement; `own` is its shift without what the sisters show.

        The levels are cut like the sums: they must not jump with one jam either.
        """
        least, most = -MOST_SIGMAS * shift.spread, 2.0 * self.sign.clear
        sigmas = max(-MOST_SIGMAS, min(MOST_SIGMAS, own / shift.spread))
        if self.sum < SUSPECT:
            self.since = at
        self.sum = min(MOST_SUM, max(0.0, self.sum + sigmas - SLACK_SIGMAS))
        self.better = max(0.0, self.better - sigmas - SLACK_SIGMAS)
        self.amount += SMOOTHING * (max(least, min(own, self.amount + most)) - self.amount)
        self.gross += SMOOTHING * (max(least, min(shift.amount, self.gross + most)) - self.gross)
        self.now += (1.0 if self.seen == 0 else SMOOTHING) * (now - self.now)
        self.usual, self.at = usual, at
        self.seen += 1
        if self.seen % 3 == 0:
            self.history.append((at, self.amount))

    def kept(self) -> list[Any]:
        """All but its name, as JSON values."""
        return [*(getattr(self, name) for name in _KEPT), list(self.history)]

    def restore(self, kept: Sequence[Any]) -> None:
        """Be as it was when these were `kept`."""
        *values, history = kept
        for name, value in zip(_KEPT, values, strict=True):
            setattr(self, name, value)
        self.history.extend((at, amount) for at, amount in history)

    def strength(self) -> Strength:
        """Half of what counts in a single condition counts here, once it has lasted."""
        if self.sum < SUSPECT or self.amount < self.sign.slight / 2.0:
            return Strength.ABSENT
        return Strength.CLEAR if self.amount >= self.sign.slight else Strength.SLIGHT

    @property
    def risen(self) -> bool:
        return self.sum >= RISEN and self.amount >= self.sign.slight

    @property
    def was_never_sound(self) -> bool:
        """What was taken for usual was a trouble that has been cured meanwhile."""
        return self.better >= RISEN and self.amount <= -self.sign.slight

    def per_hour(self) -> float | None:
        """How fast the sign grows, in its unit."""
        return self._pace(list(self.history))

    @staticmethod
    def _pace(seen: list[tuple[float, float]]) -> float | None:
        """An hour's growth: the median of slopes between the older and the newer half (after Theil and Sen)."""
        half = len(seen) // 2
        if half < 3:
            return None
        pairs = zip(seen, seen[half:], strict=False)
        slopes = [(late[1] - early[1]) / (late[0] - early[0]) * HOUR_S for early, late in pairs if late[0] > early[0]]
        return median(slopes) if slopes else None

    def strikes_in_s(self) -> float | None:
        """Worn parts wear faster: the root of what they show grows evenly (Weibull, shape 2)."""
        if math.isinf(self.sign.limit):
            return None
        if self.amount >= self.sign.limit:
            return 0.0
        pace = self._pace([(at, math.sqrt(max(0.0, amount))) for at, amount in self.history])
        if pace is None or pace <= 0.0:
            return None
        left_s = (math.sqrt(self.sign.limit) - math.sqrt(max(0.0, self.amount))) / pace * HOUR_S
        return left_s if left_s <= LONGEST_S else None

    def words(self) -> str:
        unit = f" {self.sign.unit}" if self.sign.unit else ""
        pace = self.per_hour()
        grown = "" if pace is None else f", {self.sign.worse * pace:+.2g} an hour"
        where = f" ({self.subject})" if self.sign.subject == AT_SHELF else ""
        return f"{self.sign.words}{where} {self.now:.3g}{unit}, usually {self.usual:.3g}{grown}"
