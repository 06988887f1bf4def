"""What a robot's measurements usually are: a robust centre and spread for each, learned while nothing is suspected.

Median and median absolute deviation, because one jam in a day must not widen what counts as usual.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from controller.domain.fault import Condition, Feature

Key = tuple[str, str]
"""Feature and subject."""

ENOUGH = 6
"""Conditions (half an hour of work) before a robot's own past says what is usual for it."""
CLOSELY = 24
"""The first two hours of work are remembered whole…"""
EVERY = 48
"""…and from then on one condition in four hours: what is usual moves over weeks, slower than what wears."""
HELD = 120
LEAST_SISTERS = 3
_MAD_TO_SIGMA = 1.4826
"""Of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Level:
    """Centre of the means, spread of one sample, centre and spread of the worst samples."""

    mean: float
    sigma: float
    worst: float
    worst_sigma: float
    samples: int

    def spread_of_mean(self, count: int) -> float:
        """Standard deviation of a mean of so many samples."""
        return self.sigma / math.sqrt(max(1, count))


Usual = Mapping[Key, Level]


def level_of(features: Iterable[Feature]) -> Level:
    """From the same feature of many conditions; ValueError where there is none."""
    told = list(features)
    if not told:
        raise ValueError("nothing was measured")
    centre = median(feature.mean for feature in told)
    worst = median(feature.worst for feature in told)
    return Level(
        mean=centre,
        sigma=_MAD_TO_SIGMA * median(abs(f.mean - centre) * math.sqrt(max(1, f.count)) for f in told),
        worst=worst,
        worst_sigma=_MAD_TO_SIGMA * median(abs(f.worst - worst) for f in told),
        samples=len(told),
    )


def usual_of(conditions: Iterable[Condition]) -> dict[Key, Level]:
    """Every feature of these conditions that was told often enough."""
    by_key: dict[Key, list[Feature]] = {}
    for condition in conditions:
        for feature in condition.features:
            by_key.setdefault((feature.name, feature.subject), []).append(feature)
    return {key: level_of(told) for key, told in by_key.items() if len(told) >= ENOUGH}


class Memory:
    """What one measurement of one robot was like, thinned so that the past weighs as much as the present."""

    __slots__ = ("_held", "_level", "_since")

    def __init__(self) -> None:
        self._held: list[Feature] = []
        self._since = 0
        self._level: Level | None = None

    def learn(self, feature: Feature) -> None:
        """Take it as usual."""
        self._since += 1
        if len(self._held) >= CLOSELY and self._since < EVERY:
            return
        self._since = 0
        self._held.append(feature)
        del self._held[:-HELD]
        self._level = None

    def kept(self) -> tuple[int, list[list[float]]]:
        """All that it holds, as JSON values."""
        return self._since, [[feature.count, feature.mean, feature.worst] for feature in self._held]

    @classmethod
    def restored(cls, key: Key, since: int, held: Iterable[tuple[int, float, float]]) -> "Memory":
        """As it was when these were `kept`."""
        memory = cls()
        memory._since = since
        memory._held = [Feature(*key, count, mean, worst) for count, mean, worst in held]
        return memory

    @property
    def level(self) -> Level | None:
        """None while too little is known."""
        if self._level is None and len(self._held) >= ENOUGH:
            self._level = level_of(self._held)
        return self._level


def against_sisters(own: Level | None, sisters: Iterable[Level], worse: int, slight: float) -> Level | None:
    """What to compare with: the robot's own past, or its sisters where it has none or was never sound.

    Sisters count where there are three and they agree within `slight`: then the feature does not depend on the robot,
    and one whose usual is worse than theirs has brought its trouble along. `worse` is the sign of the bad side.
    """
    theirs = list(sisters)
    if len(theirs) < LEAST_SISTERS:
        return own
    centres = [level.mean for level in theirs]
    middle = median(centres)
    if own is not None:
        if worse * (own.mean - middle) < slight:
            return own
        if median(abs(centre - middle) for centre in centres) > slight / 2.0:
            return own
    return Level(
        mean=middle,
        sigma=median(level.sigma for level in theirs),
        worst=median(level.worst for level in theirs),
        worst_sigma=median(level.worst_sigma for level in theirs),
        samples=sum(level.samples for level in theirs),
    )
