"""The work of the coming day by station and hour, and the people that it needs.

What is known comes first: open orders, jobs that wait, goods that stand at the dock, top-ups that are due. What is not
known yet is expected from the same hour of the same weekday in the weeks before; where there are none, from other days,
scaled by what kind of day it is; where there is nothing at all, from the hour profile of DOMAIN.md, scaled to what the
centre's stock lists and orders say leaves in a day. Of known and expected work of an hour the larger counts: an order
that is open now is one of those that history expects.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from zoneinfo import ZoneInfo

from controller.domain.work import (
    CHECK_STATION,
    DOCK_STATION,
    FLOOR_STATION,
    GOODS_IN_STATION,
    WorkKind,
)
from controller.scheduling.pastwork import HOUR_S, WEEKDAYS, Basis, HourCount, Load, Loads, Past, RobotWork, local_slot
from controller.scheduling.staffing import JobSeconds, Staffing, shortfalls, staff

HOURS = 24
HISTORY_DAYS = 28
NOBODY_SEEN = "Nobody has been seen at work since the service began: who will be there is not known."
NO_HISTORY = 0.4
"""Standard deviation of an hour as a share of it, where nothing tells; estimate."""
HOUR_PROFILE = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 10, 9, 8, 8, 8, 6, 4, 2, 1, 1, 1, 1, 1)
"""Percent of a day's orders by local hour (DOMAIN.md 6), an estimate there."""

ROBOT_SHARE = 0.8
"""Of packs, in and out (DOMAIN.md Table A)."""
TOUR_PACKS = 2.0
"""Packs a tour and, next, a job of a person; as on the shared week."""
JOB_PACKS = {WorkKind.HAND_PICK: 3.0, WorkKind.FEED: 20.0, WorkKind.SHELVE: 20.0, WorkKind.CHECK: 8.0}
DISCHARGE_SHARE = 0.08
NO_READ_SHARE = 0.015
"""Both of DOMAIN.md Table A."""


@dataclass(frozen=True, slots=True)
class KnownWork:
    """Work that is certain to come, to be done between two moments."""

    source: str
    kind: str
    jobs: float
    packs: float
    from_at: float
    until_at: float
    discharge: bool = False


@dataclass(frozen=True, slots=True)
class ComingDay:
    """The centre as it stands, as far as the coming day's work follows from it."""

    now: float
    zone: ZoneInfo
    areas: tuple[str, ...]
    robots: tuple[str, ...]
    known: tuple[KnownWork, ...]
    packs_a_day: Callable[[], float]
    """That leave, by stock lists and orders; asked only where history says nothing."""
    people: Mapping[str, tuple[float, ...]]
    """Station → people expected in each of the coming hours, the current one first."""
    job_s: JobSeconds
    notes: tuple[str, ...] = ()
    """What else a shift leader should know, in words."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The coming 24 hours, of the current one its rest. By hour, then by place; staffing has the idle hours as well."""

    starts: tuple[float, ...]
    basis: Basis
    history_days: int
    """Whole days that history covers."""
    loads: list[Load]
    staffing: list[Staffing]
    shortfalls: list[str]
    notes: tuple[str, ...]

    def total(self, *kinds: str) -> float:
        """Jobs of these kinds over all hours and places."""
        return sum(load.jobs for load in self.loads if load.kind in kinds)


def forecast(day: ComingDay, history: Sequence[HourCount]) -> Workload:
    """What comes until this hour of tomorrow: the rest of the current hour first. Same values, same forecast."""
    first = int(day.now // HOUR_S)
    starts = tuple((first + hour) * HOUR_S for hour in range(HOURS))
    past = Past(history, first, day.zone)
    basis = past.basis(starts)
    expected = _profile(day, starts) if basis is Basis.PROFILE else past.expect(starts)
    _cut_first(expected, starts[0], day.now)
    _weigh(expected, day, starts)
    ordered = sorted(expected.values(), key=lambda load: (load.starts_at, load.source, load.kind))
    staffing = staff(starts, ordered, day.people, day.job_s)
    if any(any(people) for people in day.people.values()):
        return Workload(starts, basis, past.days, ordered, staffing, shortfalls(staffing, day.zone), day.notes)
    return Workload(starts, basis, past.days, ordered, staffing, [], (*day.notes, NOBODY_SEEN))


def _profile(day: ComingDay, starts: Sequence[float]) -> Loads:
    """A day of usual shape and of the centre's size, as much in as out."""
    loads: Loads = {}
    by_hand, packs_a_day = 1.0 - ROBOT_SHARE, day.packs_a_day()
    for at in starts:
        weekday, local = local_slot(at, day.zone)
        packs = packs_a_day * WEEKDAYS[weekday] * HOUR_PROFILE[local] / 100.0
        totes = packs / JOB_PACKS[WorkKind.CHECK]
        robots, areas = max(1, len(day.robots)), max(1, len(day.areas))
        found: list[tuple[str, WorkKind | RobotWork, float, float]] = [
            (CHECK_STATION, WorkKind.CHECK, totes, packs),
            (DOCK_STATION, WorkKind.LOAD, totes * (1.0 - DISCHARGE_SHARE), packs * (1.0 - DISCHARGE_SHARE)),
            (DOCK_STATION, WorkKind.HAND_OVER, totes * DISCHARGE_SHARE, packs * DISCHARGE_SHARE),
            (FLOOR_STATION, WorkKind.CLEAR_REJECT, packs * ROBOT_SHARE * NO_READ_SHARE, 0.0),
        ]
        for carried, share in ((WorkKind.FEED, ROBOT_SHARE), (WorkKind.SHELVE, by_hand)):
            found.append((GOODS_IN_STATION, carried, packs * share / JOB_PACKS[carried], packs * share))
        for area in day.areas:
            picked = packs * by_hand / areas
            found.append((area, WorkKind.HAND_PICK, picked / JOB_PACKS[WorkKind.HAND_PICK], picked))
        for robot in day.robots:
            picked = packs * ROBOT_SHARE / robots
            found += [(robot, RobotWork.TOUR, picked / TOUR_PACKS, picked), (robot, RobotWork.STORE, picked, picked)]
        for source, kind, jobs, handled in found:
            spread = sqrt(jobs + (NO_HISTORY * jobs) ** 2)
            discharge = jobs if kind is WorkKind.HAND_OVER else 0.0
            if kind in (WorkKind.CHECK, WorkKind.HAND_PICK):
                discharge = jobs * DISCHARGE_SHARE
            loads[source, kind.value, at] = Load(
                source, kind.value, at, further=jobs, spread=spread, packs=handled, discharge=discharge
            )
    return loads


def _cut_first(loads: Loads, starts_at: float, now: float) -> None:
    """Of the hour that has begun only the rest is still to come."""
    left = 1.0 - (now - starts_at) / HOUR_S
    for load in loads.values():
        if load.starts_at == starts_at:
            load.further *= left
            load.spread *= sqrt(left)
            load.packs *= left
            load.discharge *= left


def _weigh(loads: Loads, day: ComingDay, starts: Sequence[float]) -> None:
    """Put known work into its hours, evenly over the time that it has; what history expects there is part of it."""
    certain: Loads = {}
    for work in day.known:
        for at, share in _hours_of(work, starts, day.now):
            load = certain.setdefault((work.source, work.kind, at), Load(work.source, work.kind, at))
            load.known += share * work.jobs
            load.packs += share * work.packs
            load.discharge += share * work.jobs if work.discharge else 0.0
    for key, load in certain.items():
        further = loads.get(key)
        if further is None or further.further <= load.known:
            load.spread = further.spread if further is not None else 0.0
            loads[key] = load
        else:
            further.known = load.known
            further.further -= load.known
            further.packs = max(further.packs, load.packs)
            further.discharge = max(further.discharge, load.discharge)


def _hours_of(work: KnownWork, starts: Sequence[float], now: float) -> list[tuple[float, float]]:
    """Each hour in which the work may be done, and its share; all in the first hour where it is late already."""
    begin = max(work.from_at, now)
    end = max(work.until_at, begin + 1.0)
    spans = [(at, min(end, at + HOUR_S) - max(begin, at)) for at in starts]
    return [(at, span / (end - begin)) for at, span in spans if span > 0.0]
