from collections.abc import Iterable

from msgspec import Struct

from controller.api.instants import Instant, instant
from controller.domain.work import WorkKind
from controller.scheduling.pastwork import HOUR_S, Load, RobotWork
from controller.scheduling.staffing import Staffing
from controller.scheduling.workload import Workload


class JobsExpected(Struct, frozen=True):
    """Jobs of one kind in one hour, not rounded: a third of a job is one every three hours."""

    kind: WorkKind
    known: float
    """Certain to come: of open orders, waiting jobs, goods at the dock, top-ups."""
    further: float
    """Expected beyond those."""
    spread: float
    """Standard deviation."""
    packs: float


class StationHour(Struct, frozen=True):
    starts_at: Instant
    jobs: list[JobsExpected]
    work_s: float
    """Person-seconds."""
    needed: int
    """People, at 85 % utilisation, with discharge work as in a busy ten minutes."""
    needed_high: int
    """On the busiest of ten such days."""
    expected: float
    """People who will be there, by the last days."""


class StationDay(Struct, frozen=True):
    station: str
    hours: list[StationHour]


class RobotHour(Struct, frozen=True):
    starts_at: Instant
    tours: float
    tours_known: float
    """Of the tours, those of orders that are open."""
    picks: float
    """Packs."""
    stores: float
    """Packs."""


class RobotDay(Struct, frozen=True):
    robot: str
    hours: list[RobotHour]


class WorkloadTotals(Struct, frozen=True):
    tours: float
    picks: float
    """Packs, by robots."""
    stores: float
    """Packs, by robots."""
    touches: float
    """Jobs of people."""
    person_hours: float


class WorkloadAnswer(Struct, frozen=True):
    from_at: Instant
    until_at: Instant
    timezone: str
    basis: str
    """What the expected work follows from, in words."""
    history_days: int
    shortfalls: list[str]
    """Who is missing where, in words; empty where everybody who is needed is expected."""
    notes: list[str]
    totals: WorkloadTotals
    stations: list[StationDay]
    robots: list[RobotDay]


def workload_answer(workload: Workload, timezone: str, robots: Iterable[str], now: float) -> WorkloadAnswer:
    """The hours of each station and of each robot, idle ones too."""
    loads: dict[tuple[str, float], list[Load]] = {}
    for load in workload.loads:
        loads.setdefault((load.source, load.starts_at), []).append(load)
    stations: dict[str, list[StationHour]] = {}
    for staffing in workload.staffing:
        found = loads.get((staffing.station, staffing.starts_at), [])
        stations.setdefault(staffing.station, []).append(_station_hour(staffing, found))
    days = [
        RobotDay(robot, [_robot_hour(at, loads.get((robot, at), [])) for at in workload.starts]) for robot in robots
    ]
    return WorkloadAnswer(
        from_at=instant(now),
        until_at=instant(workload.starts[-1] + HOUR_S),
        timezone=timezone,
        basis=workload.basis.value,
        history_days=workload.history_days,
        shortfalls=workload.shortfalls,
        notes=list(workload.notes),
        totals=WorkloadTotals(
            tours=_rounded(workload.total(RobotWork.TOUR)),
            picks=_rounded(sum(hour.picks for day in days for hour in day.hours)),
            stores=_rounded(workload.total(RobotWork.STORE)),
            touches=_rounded(workload.total(*WorkKind)),
            person_hours=_rounded(sum(each.work_s for each in workload.staffing) / HOUR_S),
        ),
        stations=[StationDay(station, hours) for station, hours in stations.items()],
        robots=days,
    )


def _station_hour(staffing: Staffing, loads: Iterable[Load]) -> StationHour:
    return StationHour(
        starts_at=instant(staffing.starts_at),
        jobs=[
            JobsExpected(
                WorkKind(load.kind),
                _rounded(load.known),
                _rounded(load.further),
                _rounded(load.spread),
                _rounded(load.packs),
            )
            for load in loads
        ],
        work_s=round(staffing.work_s, 1),
        needed=staffing.needed,
        needed_high=staffing.needed_high,
        expected=_rounded(staffing.expected),
    )


def _robot_hour(starts_at: float, loads: Iterable[Load]) -> RobotHour:
    by_kind = {load.kind: load for load in loads}
    tour = by_kind.get(RobotWork.TOUR, Load("", RobotWork.TOUR, starts_at))
    store = by_kind.get(RobotWork.STORE, Load("", RobotWork.STORE, starts_at))
    return RobotHour(
        instant(starts_at), _rounded(tour.jobs), _rounded(tour.known), _rounded(tour.packs), _rounded(store.jobs)
    )


def _rounded(figure: float) -> float:
    return round(figure, 2)
