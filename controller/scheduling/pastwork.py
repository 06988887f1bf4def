"""What was done in the hours of the past weeks, and what that lets one expect of an hour to come."""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from zoneinfo import ZoneInfo

HOUR_S = 3600.0
DAY_TO_DAY = 0.15
"""Standard deviation of an hour from week to week, as a share of it, where fewer than two weeks tell; estimate."""
BURSTS = 2.0
"""Variance of an hour's jobs over their mean at the least: orders have several lines, and hospitals send several at
once. Measured on a rehearsed week (tests/bench/workload_accuracy.py), where jobs that come singly would have 1."""
WEEKDAYS = (1.25, 1.15, 1.15, 1.15, 1.25, 0.55, 0.50)
"""Monday to Sunday, against the mean day (DOMAIN.md 6), an estimate there."""


class RobotWork(enum.StrEnum):
    """What a robot does; the kinds of people's work are WorkKind."""

    TOUR = "tour"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class HourCount:
    """What was finished in one hour of the past at a station or robot."""

    hour: int
    """Whole hours since the epoch, UTC."""
    source: str
    kind: str
    jobs: int
    packs: int
    discharge: int
    """Of the jobs, those for discharge orders."""


@dataclass(slots=True)
class Load:
    """Work of one kind at one place in one hour."""

    source: str
    kind: str
    starts_at: float
    known: float = 0.0
    """Jobs (tours, stores) that are certain."""
    further: float = 0.0
    """Expected beyond those."""
    spread: float = 0.0
    """Standard deviation of the jobs."""
    packs: float = 0.0
    discharge: float = 0.0
    """Of the jobs, those for discharge orders."""

    @property
    def jobs(self) -> float:
        return self.known + self.further


class Basis(enum.StrEnum):
    """What the expected work follows from."""

    SAME_WEEKDAY = "same weekday of past weeks"
    OTHER_DAYS = "other days, scaled by weekday"
    PROFILE = "no history: hour profile of DOMAIN.md, scaled to what leaves a day"


Loads = dict[tuple[str, str, float], Load]
"""By place, kind and hour."""


class Past:
    """What history says of an hour. Covered are the hours from its first to the last full one; silence is zero."""

    def __init__(self, history: Iterable[HourCount], first: int, zone: ZoneInfo) -> None:
        self._zone = zone
        self._counts: dict[tuple[str, str], dict[int, HourCount]] = {}
        hours: list[int] = []
        for count in history:
            if count.hour < first:
                self._counts.setdefault((count.source, count.kind), {})[count.hour] = count
                hours.append(count.hour)
        covered = range(min(hours), first) if hours else range(0)
        self.days = len(covered) // 24
        self._by_slot: dict[tuple[int, int], list[int]] = {}
        self._by_hour: dict[int, list[int]] = {}
        for hour in covered:
            weekday, local = local_slot(hour * HOUR_S, zone)
            self._by_slot.setdefault((weekday, local), []).append(hour)
            self._by_hour.setdefault(local, []).append(hour)

    def basis(self, starts: Sequence[float]) -> Basis:
        """The least that all hours can be told from."""
        slots = [local_slot(at, self._zone) for at in starts]
        if all(slot in self._by_slot for slot in slots):
            return Basis.SAME_WEEKDAY
        if all(local in self._by_hour for _, local in slots):
            return Basis.OTHER_DAYS
        return Basis.PROFILE

    def expect(self, starts: Sequence[float]) -> Loads:
        """Expected work of each hour; every hour must have a past."""
        loads: Loads = {}
        for source, kind in self._counts:
            for at in starts:
                load = self._expect_one(source, kind, at)
                if load.further > 0.0:
                    loads[source, kind, at] = load
        return loads

    def _expect_one(self, source: str, kind: str, at: float) -> Load:
        weekday, local = local_slot(at, self._zone)
        hours, counts = self._by_slot.get((weekday, local), []), self._counts[source, kind]
        scales = [1.0] * len(hours)
        if not hours:
            hours = self._by_hour[local]
            scales = [WEEKDAYS[weekday] / WEEKDAYS[local_slot(hour * HOUR_S, self._zone)[0]] for hour in hours]
        found = [counts.get(hour) for hour in hours]
        jobs = [scale * count.jobs if count else 0.0 for scale, count in zip(scales, found, strict=True)]
        mean = sum(jobs) / len(jobs)
        variance = BURSTS * mean + (DAY_TO_DAY * mean) ** 2
        if len(jobs) > 1:
            variance = max(BURSTS * mean, sum((each - mean) ** 2 for each in jobs) / (len(jobs) - 1))

        def share(value: Callable[[HourCount], int]) -> float:
            return sum(s * value(count) for s, count in zip(scales, found, strict=True) if count) / len(found)

        return Load(
            source,
            kind,
            at,
            further=mean,
            # What is told is itself the mean of few days: the fewer, the farther off it may be.
            spread=sqrt(variance * (1.0 + 1.0 / len(jobs))),
            packs=share(lambda count: count.packs),
            discharge=share(lambda count: count.discharge),
        )


def local_slot(at: float, zone: ZoneInfo) -> tuple[int, int]:
    """(weekday, 0 is Monday; hour of the day) in local time."""
    local = datetime.fromtimestamp(at, zone)
    return local.weekday(), local.hour
