"""How long a robot that stands will stand: from the repair times of the fault catalogue, and from how long stops took.

Each code begins with what DOMAIN.md says of it, as if a handful of stops had been seen; each stop that is over counts
as one more (the mean of a Dirichlet process: Ferguson 1973). What has lasted is told apart from what begins: of those
that lasted as long, how many went on. So the first minutes say little, and after half an hour of a fault that is mostly
cleared in five minutes it is one of the few that take an engineer.
"""

from collections import deque
from collections.abc import Callable
from math import erfc, log, sqrt

OPERATOR_S = 4 * 60.0
"""A stop that an operator ends, in the median, where the code says nothing else (DOMAIN.md, Table A)."""
OPERATOR_SPREAD = 0.86
"""Of the logarithm: nine stops of ten are over within 12 min (Table A)."""
ENGINEER_S = 6 * 3600.0
"""Until an engineer has come and is done: 4 h and 2 h (Table A)."""
ENGINEER_SPREAD = 0.5
"""Of the logarithm: Table A gives 2 to 24 h for a repair, as nine of ten."""
ENGINEER_SHARE = 0.01
"""Of the stops that an operator was to end (Table A: 0.15 of 25 per cent, rounded up)."""
WEIGHT = 5.0
"""So many stops the catalogue's word is worth."""
REMEMBERED = 50
"""Stops of one code."""
LONGEST_S = 48 * 3600.0

_MINUTES = {
    "AXX-01": 5, "AXX-02": 20, "AXX-03": 45, "AXZ-05": 6, "AXR-06": 7, "CNV-40": 8, "IDN-31": 60, "SAF-71": 10,
    "PWR-80": 30, "NET-90": 3, "NET-92": 20,
}  # fmt: skip
"""Table B, last column, of what stops a robot and an operator ends; response included."""
_ENGINEERS = frozenset({"AXY-04", "AXS-07", "AXC-08", "VAC-15", "SEN-22", "CNV-41", "FRG-60"})
"""No operator ends these: Table B gives them 3 to 6 h, and 20 h to a collision, for which parts may have to come."""


class Standstills:
    """Probabilities and medians of the time that a robot goes on standing. The same stops in the same order give the
    same answers.
    """

    def __init__(self) -> None:
        self._lasted: dict[str, deque[float]] = {}

    def note(self, code: str, lasted_s: float) -> None:
        """A stop for a fault of this code is over: the robot could not work for so long."""
        self._lasted.setdefault(code, deque(maxlen=REMEMBERED)).append(lasted_s)

    def goes_on(self, code: str, stood_s: float, more_s: float) -> float:
        """Probability that what has stood for `stood_s` stands for more than `more_s` still."""
        return self._longer(code, stood_s + max(0.0, more_s)) / self._longer(code, stood_s)

    def half_s(self, code: str, stood_s: float) -> float:
        """It is as likely to be over within so long as not; at most LONGEST_S."""
        return halfway_s(lambda more_s: self.goes_on(code, stood_s, more_s))

    def _longer(self, code: str, than_s: float) -> float:
        seen = self._lasted.get(code, ())
        longer = sum(lasted_s > than_s for lasted_s in seen)
        return (WEIGHT * _by_the_catalogue(code, than_s) + longer) / (WEIGHT + len(seen))


def lasts_longer(median_s: float, spread: float, than_s: float) -> float:
    """Probability under a lognormal time with this median and this spread of the logarithm."""
    if than_s <= 0.0:
        return 1.0
    return 0.5 * erfc(log(than_s / median_s) / (spread * sqrt(2.0)))


def halfway_s(goes_on: Callable[[float], float]) -> float:
    """Where a falling probability comes down to a half, to the second; LONGEST_S where it does not before."""
    low, high = 0.0, LONGEST_S
    while high - low > 1.0:
        middle = (low + high) / 2.0
        low, high = (middle, high) if goes_on(middle) > 0.5 else (low, middle)
    return high


def _by_the_catalogue(code: str, than_s: float) -> float:
    by_engineer = lasts_longer(ENGINEER_S, ENGINEER_SPREAD, than_s)
    if code in _ENGINEERS:
        return by_engineer
    by_operator = lasts_longer(60.0 * _MINUTES.get(code, OPERATOR_S / 60.0), OPERATOR_SPREAD, than_s)
    return (1.0 - ENGINEER_SHARE) * by_operator + ENGINEER_SHARE * by_engineer
