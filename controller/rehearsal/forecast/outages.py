"""When a robot of a forecast is out of service: as asked, as it is now, and as it happens to robots.

Figures: DOMAIN.md Table A (alarm tiers, time to repair), simplified as the simulator has them.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.chance import Random

RETRY_SHARE = 0.75
"""Of alarms: the robot clears them itself."""
RETRY_S = 18.0
ENGINEER_SHARE = 0.0015
ENGINEER_S = 6 * 3600.0
"""Response 4 h, repair 2 h."""
OPERATOR_S = 240.0
OPERATOR_SIGMA = 0.86
"""Lognormal: 4 min in the median, 12 min for nine in ten."""
_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Outage:
    from_at: float
    until_at: float


def about_mean(luck: Random, sigma: float) -> float:
    """A lognormal factor whose mean is 1: what was learned is a mean."""
    return luck.lognormvariate(-sigma * sigma / 2.0, sigma)


def stop_s(luck: Random) -> float:
    """How long an alarm keeps a robot from working."""
    draw = luck.random()
    if draw < RETRY_SHARE:
        return RETRY_S
    if draw > 1.0 - ENGINEER_SHARE:
        return ENGINEER_S
    return OPERATOR_S * luck.lognormvariate(0.0, OPERATOR_SIGMA)


def return_at(luck: Random, since_at: float, now: float) -> float:
    """When a robot that has been out of service since then is back.

    The stops that would have been over by now are ruled out; of one that lasts longer than all that are known, it
    is guessed that half of it is over.
    """
    elapsed_s = max(0.0, now - since_at)
    for _ in range(_DRAWS):
        lasts_s = stop_s(luck)
        if lasts_s > elapsed_s:
            return since_at + lasts_s
    return now + elapsed_s


class Outages:
    """Planned outages of one robot. `working_at` moves a moment out of them, `done_at` lays work around them."""

    def __init__(self, planned: Iterable[Outage] = ()) -> None:
        self.planned = _merged(planned)
        self._starts = [outage.from_at for outage in self.planned]

    def working_at(self, at: float) -> float:
        """The first moment from `at` on at which it works."""
        place = bisect_right(self._starts, at) - 1
        if place >= 0 and self.planned[place].until_at > at:
            return self.planned[place].until_at
        return at

    def done_at(self, begin_at: float, work_s: float) -> float:
        """When work that begins then is done: it stands still during an outage and goes on after it."""
        at = self.working_at(begin_at)
        for outage in self.planned[bisect_right(self._starts, at) :]:
            if outage.from_at >= at + work_s:
                break
            work_s -= outage.from_at - at
            at = outage.until_at
        return at + work_s

    def working_s(self, from_at: float, to_at: float) -> float:
        """How much of the time it is in service."""
        out_s = sum(max(0.0, min(to_at, outage.until_at) - max(from_at, outage.from_at)) for outage in self.planned)
        return to_at - from_at - out_s


def _merged(planned: Iterable[Outage]) -> list[Outage]:
    merged: list[Outage] = []
    for outage in sorted(planned, key=lambda outage: (outage.from_at, outage.until_at)):
        if outage.until_at <= outage.from_at:
            continue
        if merged and outage.from_at <= merged[-1].until_at:
            merged[-1] = Outage(merged[-1].from_at, max(merged[-1].until_at, outage.until_at))
        else:
            merged.append(outage)
    return merged
